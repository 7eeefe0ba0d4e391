/** TOP, OFFSET and FETCH. */
import type { Expression, QueryExpression } from "../../../tsql/ast";
import type { SqlError } from "../../errors";
import { compileExpression } from "../../expressions/compile";
import type { Compiled, Scope } from "../../expressions/scope";
import { BIGINT, FLOAT } from "../../types/systemTypes";
import type { Value } from "../../values";
import { newFrame, type QueryFrame } from "../compiledQuery";
import type { QueryContext } from "../queryEnvironment";
import {
  fetchNotPositive,
  offsetNegative,
  offsetNotInteger,
  tiesWithoutOrder,
  topNegative,
  topNotInteger,
  topPercentRange,
  topWithOffset,
} from "../queryErrors";
import { convertedTo, isIntegerType } from "../typing";

export interface CompiledTop {
  count: Compiled;
  percent: boolean;
  withTies: boolean;
}

export interface Limits {
  top?: CompiledTop;
  offset?: Compiled;
  fetch?: Compiled;
}

/** What the limits come to in one execution. */
export interface Bounds {
  skip: number;
  /** Rows after the skipped ones; Infinity: all. */
  take: number;
  /** TOP … PERCENT: `take` is found when all rows are known. */
  percent?: number;
  withTies: boolean;
}

export const UNLIMITED: Bounds = { skip: 0, take: Number.POSITIVE_INFINITY, withTies: false };

export function compileTop(
  top: { count: Expression; percent: boolean; withTies?: boolean },
  scope: Scope,
): CompiledTop {
  const count = compileExpression(top.count, { ...scope, sources: [] });
  const wanted = top.percent ? FLOAT : BIGINT;
  if (!top.percent && !isIntegerType(count.type)) {
    if (
      count.constant !== false &&
      (top.count.kind === "decimal" || top.count.kind === "string" || top.count.kind === "null")
    )
      throw topNotInteger();
  }
  return { count: convertedTo(count, wanted), percent: top.percent, withTies: top.withTies ?? false };
}

export function compileLimits(
  query: Pick<QueryExpression, "offset" | "fetch" | "orderBy">,
  top: { count: Expression; percent: boolean; withTies: boolean } | undefined,
  scope: Scope,
): Limits | undefined {
  if (!top && !query.offset) return undefined;
  if (top && query.offset) throw topWithOffset();
  if (top?.withTies && !query.orderBy) throw tiesWithoutOrder();
  const bare: Scope = { ...scope, sources: [] };
  const limits: Limits = {};
  if (top) limits.top = compileTop(top, bare);
  if (query.offset) limits.offset = integer(query.offset, bare, offsetNotInteger);
  if (query.fetch) limits.fetch = integer(query.fetch, bare, topNotInteger);
  return limits;
}

function integer(expression: Expression, scope: Scope, notInteger: () => SqlError): Compiled {
  const compiled = compileExpression(expression, scope);
  if (!isIntegerType(compiled.type)) throw notInteger();
  return convertedTo(compiled, BIGINT);
}

export function evaluateTop(top: CompiledTop, frame: QueryFrame): Bounds {
  const value = top.count.evaluate(frame);
  if (value === null) throw topNotInteger();
  const count = Number(value as Exclude<Value, null>);
  if (top.percent) {
    if (!(count >= 0 && count <= 100)) throw topPercentRange();
    return { skip: 0, take: Number.POSITIVE_INFINITY, percent: count, withTies: top.withTies };
  }
  if (count < 0) throw topNegative();
  return { skip: 0, take: count, withTies: top.withTies };
}

export function evaluateLimits(
  limits: Limits | undefined,
  parent: QueryFrame["parent"],
  context: QueryContext,
): Bounds {
  if (!limits) return UNLIMITED;
  const frame = newFrame(0, parent, context);
  if (limits.top) return evaluateTop(limits.top, frame);
  const skip = limits.offset ? Number(limits.offset.evaluate(frame) ?? 0) : 0;
  if (skip < 0) throw offsetNegative();
  let take = Number.POSITIVE_INFINITY;
  if (limits.fetch) {
    take = Number(limits.fetch.evaluate(frame) ?? 0);
    if (take <= 0) throw fetchNotPositive();
  }
  return { skip, take, withTies: false };
}

/** Rows that TOP … PERCENT keeps of so many. */
export function percentOf(total: number, percent: number): number {
  return Math.ceil((total * percent) / 100);
}
