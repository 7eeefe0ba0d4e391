/** A query with its own ORDER BY, OFFSET and FOR: what statements, derived tables and subqueries hold. */
import type { QueryBody, QueryExpression } from "../../../tsql/ast";
import type { CompiledSubquery, Scope } from "../../expressions/scope";
import { INT } from "../../types/systemTypes";
import { type CompiledQuery, contextOf, newFrame, type OutputColumn } from "../compiledQuery";
import { tracking } from "../from/references";
import type { QueryEnvironment } from "../queryEnvironment";
import { orderByNotAllowed } from "../queryErrors";
import {
  isStatementEnvironment,
  type ModifiableOptions,
  OuterScope,
  type StatementEnvironment,
  StatementPlan,
  statementEnvironment,
} from "../queryScope";
import { compileForClause } from "./forClause";
import { compileLimits, evaluateLimits } from "./limits";
import { compileOutputOrderBy, orderValues } from "./ordering";
import { limitSorted, sortRows } from "./rowStages";
import { compileSetOperation } from "./setOperation";
import { type CompiledSpecification, compileSpecification } from "./specification";

export interface CompileQueryOptions extends ModifiableOptions {
  /** A statement's query may be ordered for its own sake and assign variables. */
  role: "statement" | "derived" | "subquery";
  /** The statement's rows go into a new table. */
  into?: boolean;
  /** No warning about NULLs left out by aggregates. */
  silentNulls?: boolean;
}

/** A query whose columns have found their final types. */
export function compileQuery(
  query: QueryExpression,
  parent: Scope | null,
  environment: StatementEnvironment,
  options: CompileQueryOptions,
): CompiledSpecification {
  const outer = parent === null || parent instanceof OuterScope ? parent : new OuterScope(parent);
  const { result, correlated } = tracking(outer, () => compileOrdered(query, outer, environment, options));
  const settled = { ...result, correlated: correlated || result.correlated, columns: result.columns.map(settle) };
  return query.forClause ? compileForClause(query.forClause, settled, options.role === "statement") : settled;
}

/** An operand of UNION and the like: untyped NULLs keep giving way. */
export function compileBody(
  body: QueryBody,
  parent: Scope | null,
  environment: StatementEnvironment,
  options: CompileQueryOptions,
): CompiledQuery {
  if (body.kind === "specification") return compileSpecification(body, {}, parent, environment, options);
  if (body.kind === "setOperation") return compileSetOperation(body, parent, environment, options);
  return compileOrdered(body, parent, environment, options);
}

function compileOrdered(
  query: QueryExpression,
  parent: Scope | null,
  environment: StatementEnvironment,
  options: CompileQueryOptions,
): CompiledSpecification {
  const { body } = query;
  if (body.kind === "specification") return compileSpecification(body, query, parent, environment, options);
  if (query.orderBy && options.role !== "statement" && !query.offset && !query.forClause) throw orderByNotAllowed();
  const inner = compileBody(body, parent, environment, query.orderBy ? { ...options, role: "derived" } : options);
  if (!query.orderBy) return inner;
  const scope: Scope = { sources: [], parent, environment };
  const keys = compileOutputOrderBy(query.orderBy, inner.columns, scope);
  const limits = compileLimits(query, undefined, scope);
  return {
    ...inner,
    *rows(frame, context) {
      const bounds = evaluateLimits(limits, frame, context);
      const scratch = newFrame(0, frame, context);
      const rows = [...inner.rows(frame, context)].map((row) => ({ row, keys: orderValues(keys, row, scratch) }));
      for (const { row } of limitSorted(sortRows(rows, keys), bounds, keys)) yield row;
    },
  };
}

function settle(column: OutputColumn): OutputColumn {
  const { type } = column;
  // An untyped NULL is an int; a literal's count of digits is no part of a column's type.
  return type.isNullLiteral || (type.kind === "int" && type.precision !== undefined)
    ? { ...column, type: INT }
    : column;
}

/** The entry point for expressions: scalar subqueries, IN, EXISTS, ANY, ALL. */
export function compileSubquery(query: QueryExpression, scope: Scope): CompiledSubquery {
  const given = scope.environment as QueryEnvironment;
  const alone = !isStatementEnvironment(given);
  const environment = alone ? statementEnvironment(given, new StatementPlan()) : given;
  const compiled = compileQuery(query, scope, environment, { role: "subquery" });
  return {
    columns: compiled.columns,
    uncorrelated: !compiled.correlated,
    rows: (frame) => {
      const context = contextOf(frame);
      // Outside a statement of the query layer (IF EXISTS …) nobody else checks the permissions.
      if (alone) environment.plan.authorize(context);
      return compiled.rows(frame, context);
    },
  };
}
