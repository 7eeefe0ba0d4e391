/**
 * How expressions are compiled: an AST expression and a Scope give a Compiled closure, evaluated
 * against a Frame. All evaluation is synchronous; what must wait (locks) throws LockWait and the
 * statement runs again.
 */
import type { Condition, Expression, FunctionCall, ObjectName, OrderItem, QueryExpression, Span } from "../../tsql/ast";
import type { Row, SqlType, Value } from "../values";

export interface Compiled {
  type: SqlType;
  nullable: boolean;
  evaluate(frame: Frame): Value;
  /** Set when the value does not depend on the row or variables (may be folded). */
  constant?: boolean;
  /** Set on a plain column reference: lets queries use indexes and keep names. */
  column?: ColumnBinding;
  /** How strong the collation label is: explicit COLLATE 3, column 2 (implicit), literal/variable 1 (coercible default). */
  collationStrength?: 1 | 2 | 3;
}

/** Three-valued: true, false, null (unknown). */
export interface CompiledCondition {
  test(frame: Frame): boolean | null;
}

export interface ColumnBinding {
  /** 0: this query, 1: the enclosing one, … */
  depth: number;
  source: number;
  ordinal: number;
}

/** One row in the making. `tuple[source]` is the current row of each table source, null when outer-joined away. */
export interface Frame {
  tuple: (Row | null)[];
  /** Aggregates and window values of the current group or row, filled by the query executor. */
  slots: Value[];
  parent: Frame | null;
  /** What NEXT VALUE FOR has given for this row: each sequence counts once a row. */
  sequenceValues?: Map<string, Value>;
  /** The executing statement: variables, session settings, clock, transaction. */
  context: ExecutionContext;
}

export interface ScopeColumn {
  name: string;
  type: SqlType;
  nullable: boolean;
  identity?: boolean;
  computed?: boolean;
}

export interface ScopeSource {
  /** Alias or table name; matched case-insensitively by the database's collation. */
  alias: string;
  /** For two-, three- and four-part column references. */
  schema?: string;
  database?: string;
  columns: ScopeColumn[];
}

export interface Scope {
  sources: ScopeSource[];
  parent: Scope | null;
  environment: CompileEnvironment;
  /**
   * Set by the query compiler while it compiles parts of a grouped or windowed query: gets first
   * refusal of every expression (an aggregate, a window function, a grouping expression) and
   * answers with the compiled slot, or undefined.
   */
  intercept?(expression: Expression, scope: Scope): Compiled | undefined;
  /** ORDER BY may see select aliases. */
  aliases?: Map<string, Compiled>;
}

/** What a compiled text depends on besides the tables: variables and session settings. */
export interface CompileEnvironment {
  /** Type of a declared variable or parameter (name with @, lower case); undefined: error 137. */
  variableType(name: string): SqlType | undefined;
  /** Compiles a subquery in `scope` as its outer scope. */
  compileSubquery(query: QueryExpression, scope: Scope): CompiledSubquery;
  /** A scalar user-defined function. */
  resolveScalarFunction(name: ObjectName): ScalarFunction | undefined;
  /** The declared type with that name (system or user-defined), or error 2715. */
  resolveType(schema: string | undefined, name: string): SqlType | undefined;
  /** Default collation of the current database. */
  collation: string;
  ansiNulls: boolean;
  concatNullYieldsNull: boolean;
  dateFormat: string;
  language: string;
  /** `NEXT VALUE FOR` */
  resolveSequence(name: ObjectName): { type: SqlType; next(context: ExecutionContext): Value };
}

export interface CompiledSubquery {
  columns: ScopeColumn[];
  /** Rows for one evaluation; `frame` is the outer row. Stops early when the consumer does. */
  rows(frame: Frame): Iterable<Row>;
  /** True when it refers to no outer column: may be evaluated once per statement. */
  uncorrelated: boolean;
}

export interface ScalarFunction {
  returns: SqlType;
  parameters: { type: SqlType; hasDefault: boolean }[];
  call(args: Value[], context: ExecutionContext): Value;
}

/** What running code may ask of its session; implemented by engine/session. */
export interface ExecutionContext {
  readonly session: SessionState;
  getVariable(name: string): Value;
  setVariable(name: string, value: Value): void;
  /** Values that are computed once a statement (GETDATE(), uncorrelated subqueries, RAND). */
  statementCache: Map<unknown, unknown>;
  /** Statement start, ticks of 100 ns since 0001-01-01, local time of the server and UTC. */
  now(): { local: bigint; utc: bigint };
  /** The CATCH block's error, for ERROR_NUMBER() and the like. */
  currentError: import("../errors").SqlMessage | null;
  /** Procedure nesting: name and object id of the running module, for ERROR_PROCEDURE, @@PROCID, ownership chaining. */
  module: { databaseId: number; objectId: number; schema: string; name: string; ownerId: number } | null;
  /** SCOPE_IDENTITY() */
  scopeIdentity: Value;
  /** TRIGGER_NESTLEVEL(): how many triggers run now, or how often the given one does. */
  triggerNestLevel(objectId?: number): number;
  /** inserted/deleted and updated columns while a trigger runs. */
  trigger: { updatedColumns: Set<number>; columnCount: number } | null;
}

/** The parts of a session that expressions and functions read (global variables, SET options, identity). */
export interface SessionState {
  readonly id: number;
  /** The engine's Server (storage/server.ts), typed loosely here to keep this file a leaf. */
  readonly server: import("../../storage/server").Server;
  /** Current database. */
  database: import("../../storage/database").Database;
  rowCount: number;
  /** @@ERROR */
  lastError: number;
  identity: Value;
  transactionCount(): number;
  /** XACT_STATE() */
  transactionState(): -1 | 0 | 1;
  nestLevel: number;
  fetchStatus: number;
  settings: SessionSettings;
  login: { name: string; original: string; sid: Uint8Array; principalId: number };
  /** The database user in the current database. */
  user: { name: string; id: number };
  hostName: string;
  applicationName: string;
  contextInfo: Uint8Array | null;
  sessionContext: Map<string, { value: Value; readOnly: boolean }>;
  textSize: number;
  /** Text of a message of sys.messages, for FORMATMESSAGE(number, …). */
  userMessage(number: number): string | undefined;
}

export interface SessionSettings {
  ansiNulls: boolean;
  ansiPadding: boolean;
  ansiWarnings: boolean;
  ansiNullDefault: boolean;
  arithAbort: boolean;
  arithIgnore: boolean;
  concatNullYieldsNull: boolean;
  numericRoundAbort: boolean;
  quotedIdentifier: boolean;
  noCount: boolean;
  noExec: boolean;
  parseOnly: boolean;
  fmtOnly: boolean;
  xactAbort: boolean;
  implicitTransactions: boolean;
  cursorCloseOnCommit: boolean;
  remoteProcTransactions: boolean;
  rowCountLimit: number;
  lockTimeout: number;
  dateFirst: number;
  dateFormat: string;
  language: string;
  isolation: "READ UNCOMMITTED" | "READ COMMITTED" | "REPEATABLE READ" | "SERIALIZABLE" | "SNAPSHOT";
  deadlockPriority: number;
}

/** Entry points; implemented in compile.ts and conditions.ts. */
export type CompileExpression = (expression: Expression, scope: Scope) => Compiled;
export type CompileCondition = (condition: Condition, scope: Scope) => CompiledCondition;
export type { Condition, Expression, FunctionCall, OrderItem, QueryExpression, Span };
