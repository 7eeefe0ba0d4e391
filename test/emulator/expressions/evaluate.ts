/** Evaluates T-SQL expressions without a server: no tables, no catalog, default session settings. */
import { SqlError } from "../../../src/emulator/engine/errors";
import { compileCondition, compileExpression } from "../../../src/emulator/engine/expressions/compile";
import type {
  CompileEnvironment,
  ExecutionContext,
  Frame,
  Scope,
  SessionSettings,
} from "../../../src/emulator/engine/expressions/scope";
import { DEFAULT_SETTINGS } from "../../../src/emulator/engine/session/settings";
import {
  convertValue,
  DEFAULT_COLLATION,
  isBinary,
  isTemporal,
  systemType,
  typeDeclaration,
} from "../../../src/emulator/engine/types";
import type { SqlType, Value } from "../../../src/emulator/engine/values";
import { parseConditionText, parseExpressionText } from "../../../src/emulator/tsql";

export interface Variables {
  [name: string]: { type: SqlType; value: Value };
}

export interface World {
  settings?: Partial<SessionSettings>;
  variables?: Variables;
  collation?: string;
  ansiNulls?: boolean;
  concatNullYieldsNull?: boolean;
}

function scopeOf({ variables = {}, collation = DEFAULT_COLLATION, ...world }: World): Scope {
  const environment: CompileEnvironment = {
    variableType: (name) => variables[name]?.type,
    compileSubquery: () => {
      throw new Error("no subqueries here");
    },
    resolveScalarFunction: () => undefined,
    resolveType: (_, name) => systemType(name),
    collation,
    ansiNulls: world.ansiNulls ?? true,
    concatNullYieldsNull: world.concatNullYieldsNull ?? true,
    dateFormat: "mdy",
    language: "us_english",
    resolveSequence: () => {
      throw new Error("no sequences here");
    },
  };
  return { sources: [], parent: null, environment };
}

function frameOf({ settings, variables = {} }: World): Frame {
  const context = {
    session: { settings: { ...DEFAULT_SETTINGS, ...settings } },
    getVariable: (name: string) => variables[name]?.value ?? null,
    statementCache: new Map(),
    now: () => ({ local: 638_452_224_000_000_000n, utc: 638_452_224_000_000_000n }),
    currentError: null,
  };
  return { tuple: [], slots: [], parent: null, context: context as unknown as ExecutionContext };
}

export interface Evaluated {
  type: string;
  /** As a client would show it; null for NULL. */
  text: string | null;
}

export function evaluate(expression: string, world: World = {}): Evaluated {
  const compiled = compileExpression(parseExpressionText(expression), scopeOf(world));
  const value = compiled.evaluate(frameOf(world));
  return { type: typeDeclaration(compiled.type), text: display(value, compiled.type) };
}

export const textOf = (expression: string, world?: World): string | null => evaluate(expression, world).text;

/** true, false, or null for unknown. */
export function test(condition: string, world: World = {}): boolean | null {
  return compileCondition(parseConditionText(condition), scopeOf(world)).test(frameOf(world));
}

/** The number of the error that compiling or evaluating raises; 0 for none. */
export function errorOf(expression: string, world?: World): number {
  try {
    evaluate(expression, world);
    return 0;
  } catch (error) {
    if (error instanceof SqlError) return error.number;
    throw error;
  }
}

function display(value: Value, type: SqlType): string | null {
  const style = isBinary(type) ? 1 : isTemporal(type) ? 121 : type.kind === "money" ? 2 : undefined;
  if (type.kind === "float" || type.kind === "real") return value === null ? null : String(value);
  const text = convertValue(value, type, { kind: "nvarchar", length: -1 }, style === undefined ? {} : { style });
  return text as string | null;
}
