/**
 * Scopes of the query compiler, and the environment that it derives from the interpreter's: it
 * carries the statement's permission checks and the common table expressions in reach.
 */
import type { Expression, FunctionCall, ObjectName } from "../../tsql/ast";
import type { Compiled, CompileEnvironment, Scope, ScopeSource } from "../expressions/scope";
import type { CompiledQuery } from "./compiledQuery";
import type {
  ObjectPermission,
  PermissionCheck,
  QueryContext,
  QueryEnvironment,
  Securable,
  TableBinding,
} from "./queryEnvironment";
import { displayName, invalidObject } from "./queryErrors";

/** What is collected while one statement is compiled. */
export class StatementPlan {
  private readonly checks: PermissionCheck[] = [];
  maximumRecursion = 100;

  require(environment: QueryEnvironment, permission: ObjectPermission, securable: Securable | undefined): void {
    const check = securable && environment.require(permission, securable);
    if (check) this.checks.push(check);
  }

  authorize(context: QueryContext): void {
    for (const check of this.checks) check(context);
  }
}

/** How a query is compiled that data is modified through. */
export interface ModifiableOptions {
  locators?: boolean;
  forUpdate?: boolean;
}

/** A common table expression in reach; compiled on its first use. */
export interface CommonTable {
  name: string;
  compile(options: ModifiableOptions): CompiledQuery;
  /** Inside the recursive member: where the rows of the previous step are read. */
  recursive?: CompiledQuery;
}

export interface StatementEnvironment extends QueryEnvironment {
  readonly plan: StatementPlan;
  readonly commonTables: ReadonlyMap<string, CommonTable>;
}

const NO_COMMON_TABLES: ReadonlyMap<string, CommonTable> = new Map();

export function isStatementEnvironment(environment: CompileEnvironment): environment is StatementEnvironment {
  return "plan" in environment && environment.plan instanceof StatementPlan;
}

/** Derives from the interpreter's environment by prototype, so that everything else stays the interpreter's. */
export function statementEnvironment(
  environment: QueryEnvironment,
  plan: StatementPlan,
  commonTables: ReadonlyMap<string, CommonTable> = NO_COMMON_TABLES,
): StatementEnvironment {
  return Object.create(environment, {
    plan: { value: plan },
    commonTables: { value: commonTables },
  }) as StatementEnvironment;
}

/**
 * The scope of an enclosing query as a subquery sees it. Counts how often names were looked up in
 * it, which tells whether what was compiled in between is correlated.
 */
export class OuterScope implements Scope {
  lookups = 0;

  constructor(private readonly scope: Scope) {}

  get sources(): ScopeSource[] {
    this.lookups++;
    return this.scope.sources;
  }

  get parent(): Scope | null {
    return this.scope.parent;
  }

  get environment(): CompileEnvironment {
    return this.scope.environment;
  }

  get aliases(): Map<string, Compiled> | undefined {
    return this.scope.aliases;
  }

  /** Compiles an aggregate that stands in a subquery but belongs to this query; undefined where this one has no groups. */
  aggregate(call: FunctionCall): Compiled | undefined {
    this.lookups++;
    const own = this.scope.intercept?.(call, this.scope);
    return own && { ...own, evaluate: (frame) => (frame.parent ? own.evaluate(frame.parent) : null) };
  }

  /** Marks this scope and those around it as looked up: what is compiled now changes from step to step. */
  touch(): void {
    this.lookups++;
    if (this.scope.parent instanceof OuterScope) this.scope.parent.touch();
  }
}

/** A table name in a database that is not there is an invalid name like any other. */
export function resolveTableName(name: ObjectName, environment: QueryEnvironment): TableBinding {
  const { database, server } = name;
  const missing = !server && database && !environment.database.server.database(database);
  const binding = missing ? undefined : environment.resolveTable(name);
  if (!binding) throw invalidObject(displayName(name));
  return binding;
}

const INVISIBLE: ScopeSource = { alias: "", columns: [] };

/** The same sources at the same ordinals, of which only some can be named. */
export function restrictedScope(scope: Scope, visible: ReadonlySet<number>): Scope {
  return { ...scope, sources: scope.sources.map((source, i) => (visible.has(i) ? source : INVISIBLE)) };
}

/** Whether the parts of a column name can mean a column of that source. */
export function canName(parts: readonly string[], source: ScopeSource): boolean {
  const column = parts.at(-1) as string;
  if (parts.length > 1 && !qualifierMatches(parts.slice(0, -1), source)) return false;
  return hasColumn(source, column);
}

export function qualifierMatches(qualifier: readonly string[], source: ScopeSource): boolean {
  const names = [source.alias, source.schema, source.database];
  for (let i = 0; i < qualifier.length && i < 3; i++) {
    const part = qualifier[qualifier.length - 1 - i] as string;
    const name = names[i];
    if (part === "") continue;
    if (name === undefined) return false;
    if (part.toLowerCase() !== name.toLowerCase()) return false;
  }
  return source.alias !== "";
}

/** What names this source and no other of the query. */
export function qualifierOf(source: ScopeSource): string[] {
  return source.schema ? [source.schema, source.alias] : [source.alias];
}

export function columnOrdinal(source: ScopeSource, name: string): number {
  const wanted = name.toLowerCase();
  return source.columns.findIndex((column) => column.name.toLowerCase() === wanted);
}

function hasColumn(source: ScopeSource, name: string): boolean {
  if (name.startsWith("$")) return source.columns.length > 0;
  return columnOrdinal(source, name) >= 0;
}

/** Source and ordinal of a column of this very level, when exactly one matches. */
export function resolveLocalColumn(
  parts: readonly string[],
  scope: Scope,
): { source: number; ordinal: number } | undefined {
  let found: { source: number; ordinal: number } | undefined;
  for (let i = 0; i < scope.sources.length; i++) {
    const source = scope.sources[i] as ScopeSource;
    if (!canName(parts, source)) continue;
    if (found) return undefined;
    found = { source: i, ordinal: columnOrdinal(source, parts.at(-1) as string) };
  }
  return found && found.ordinal >= 0 ? found : undefined;
}

/** Two column names mean the same column of this level. */
export function sameColumnIn(scope: Scope): (one: string[], other: string[]) => boolean {
  return (one, other) => {
    const a = resolveLocalColumn(one, scope);
    const b = resolveLocalColumn(other, scope);
    if (a && b) return a.source === b.source && a.ordinal === b.ordinal;
    return !a && !b && one.join(".").toLowerCase() === other.join(".").toLowerCase();
  };
}

/** Is this expression a plain name with that one part? */
export function plainName(expression: Expression): string | undefined {
  return expression.kind === "column" && expression.parts.length === 1 ? expression.parts[0] : undefined;
}
