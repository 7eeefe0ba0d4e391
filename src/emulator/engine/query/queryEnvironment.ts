/**
 * What the query compiler asks of the interpreter (names, permissions, triggers) and what it hands
 * back (compiled statements and their results). Compiled statements keep no state of an execution:
 * they may be cached by syntax-tree node and schema version and executed again.
 */
import type { Database } from "../../storage/database";
import type { Table } from "../../storage/table";
import type { Transaction } from "../../storage/transaction";
import type { Expression, ObjectName, SelectStatement, TableSource } from "../../tsql/ast";
import type { SqlMessage } from "../errors";
import type { CompileEnvironment, ExecutionContext } from "../expressions/scope";
import type { Row, SqlType, Value } from "../values";
import type { ResultColumn } from "../wire";

/** Something that permissions are checked on. */
export interface Securable {
  databaseId: number;
  objectId: number;
  schema: string;
  name: string;
  /** The columns that the statement touches; undefined: the whole object. */
  columns?: string[];
}

export type ObjectPermission = "SELECT" | "INSERT" | "UPDATE" | "DELETE" | "REFERENCES" | "EXECUTE";

/** A check that runs at each execution, because permissions change without changing the plan. */
export type PermissionCheck = (context: QueryContext) => void;

/** Names and permissions at compile time. The interpreter implements it; see CompileEnvironment for the scalar part. */
export interface QueryEnvironment extends CompileEnvironment {
  /** The database that unqualified names belong to. */
  readonly database: Database;
  /**
   * What a table name of FROM, INTO, INSERT, UPDATE … means, synonyms followed, temporary tables and
   * the trigger's `inserted`/`deleted` included. undefined: error 208.
   */
  resolveTable(name: ObjectName): TableBinding | undefined;
  /** A table variable or table-valued parameter (name with @, any case); undefined: error 1087. */
  resolveTableVariable(name: string): TableBinding | undefined;
  /** A table-valued function that is the user's or the catalog's (sys.fn_…); undefined: error 208. */
  resolveTableFunction(name: ObjectName): TableFunctionBinding | undefined;
  /** The rows of OPENQUERY, fetched before the statement runs. */
  resolveOpenQuery(source: Extract<TableSource, { kind: "openquery" }>): RowsBinding | undefined;
  /** The same session's environment for code stored in `database` (CHECK, DEFAULT, computed columns): no variables. */
  forDatabase(database: Database): QueryEnvironment;
  /**
   * Called once for each object a statement touches. Answers with the check to make at each
   * execution, or undefined where none is needed (ownership chaining, table variables).
   */
  require(permission: ObjectPermission, securable: Securable): PermissionCheck | undefined;
}

export type TableBinding = BaseTableBinding | ViewBinding | RowsBinding;

/** A stored table: user table, temporary table, table variable, msdb table. */
export interface BaseTableBinding {
  kind: "table";
  database: Database;
  /** Columns and indexes are taken from it when compiling; rows too, unless `variable` is set. */
  table: Table;
  schema: string;
  name: string;
  /** Set for table variables and parameters: each execution asks its context for the instance. */
  variable?: string;
  /** A table-valued parameter declared READONLY: DML on it is error 10700. */
  readOnly?: boolean;
  /** Undefined: no permission is needed (temporary tables, table variables). */
  securable?: Securable;
}

export interface ViewBinding {
  kind: "view";
  schema: string;
  name: string;
  databaseName: string;
  columns?: string[];
  query: SelectStatement;
  checkOption: boolean;
  /** Environment in which the view's own text is compiled. */
  environment: QueryEnvironment;
  securable?: Securable;
}

/** Rows that are computed elsewhere: system views, `inserted` and `deleted`, rows of a linked server. */
export interface RowsBinding {
  kind: "rows";
  schema?: string;
  databaseName?: string;
  name: string;
  columns: ResultColumn[];
  rows(context: QueryContext): Iterable<Row>;
  securable?: Securable;
}

export interface FunctionParameter {
  /** With @. */
  name: string;
  type: SqlType;
  default?: Expression;
}

export type TableFunctionBinding =
  | {
      kind: "inline";
      schema: string;
      name: string;
      parameters: FunctionParameter[];
      query: SelectStatement;
      columns?: string[];
      /** Knows the parameters as variables. */
      environment: QueryEnvironment;
      securable?: Securable;
    }
  | {
      kind: "rows";
      schema: string;
      name: string;
      parameters: FunctionParameter[];
      columns: ResultColumn[];
      rows(args: Value[], context: QueryContext): Iterable<Row>;
      securable?: Securable;
    };

export type ModificationAction = "insert" | "update" | "delete";

/** What an executing statement asks of its session. Every `Frame.context` of the query layer is one. */
export interface QueryContext extends ExecutionContext {
  /** The session's transaction, or the implicit one of this statement. */
  readonly transaction: Transaction;
  /** The instance behind a table variable or table-valued parameter. */
  tableVariable(name: string): Table;
  /** The table named by SET IDENTITY_INSERT … ON. */
  readonly identityInsert: { databaseId: number; objectId: number } | null;
  /** Which triggers answer to `action` now; "insteadOf" is not reported while that same trigger runs. */
  triggers(databaseId: number, objectId: number, action: ModificationAction): "none" | "after" | "insteadOf";
  /** Creates the table of SELECT … INTO (2714 when it exists) within the statement's transaction. */
  createIntoTable(name: ObjectName, columns: IntoColumn[]): Table;
  /** Informational messages (8153, 3604 …). The interpreter buffers them with the statement's results. */
  inform(message: SqlMessage): void;
}

export interface IntoColumn {
  name: string;
  type: SqlType;
  nullable: boolean;
  /** The identity property is inherited from a column selected plainly from one table. */
  identity?: { seed: bigint; increment: bigint };
}

// ---------------------------------------------------------------- compiled statements

export interface CompiledSelect {
  /** Empty when the statement assigns variables or has an INTO. */
  columns: ResultColumn[];
  kind: "rows" | "assign" | "into";
  execute(context: QueryContext): SelectResult;
}

export interface SelectResult {
  columns: ResultColumn[];
  rows: Row[];
  /** Rows returned, rows stored by INTO, or rows read by an assignment: @@ROWCOUNT. */
  rowCount: number;
  /** With `SelectOptions.locators`: for each row, where it came from, one entry a base table of FROM. */
  locators?: (RowLocator | null)[][];
}

export interface SelectOptions {
  /** Also give the locators of each row, for updatable cursors; ignored when the query is not simple. */
  locators?: boolean;
}

/** The place of a row, for WHERE CURRENT OF. */
export interface RowLocator {
  table: Table;
  rowId: number;
}

export interface CompiledModification {
  /** Columns of OUTPUT without INTO; undefined: none. */
  outputColumns?: ResultColumn[];
  execute(context: QueryContext, input?: ModificationInput): ModificationResult;
}

/** What the interpreter hands to a modification besides the syntax tree. */
export interface ModificationInput {
  /** INSERT … EXEC: the result rows, already received, and their types. */
  rows?: { columns: ResultColumn[]; rows: Row[] };
  /** WHERE CURRENT OF: the cursor's current row. */
  current?: RowLocator;
}

export interface ModificationResult {
  rowCount: number;
  /** Rows of OUTPUT without INTO. */
  output?: { columns: ResultColumn[]; rows: Row[] };
  /** In the order in which triggers fire; the tables reached by cascades come after the statement's own. */
  changes: TableChange[];
  /** The last identity value made or given; null when the table has none; undefined: not an INSERT (or no rows). */
  identity?: bigint | null;
}

/** One action on one table or view, for its triggers. */
export interface TableChange {
  databaseId: number;
  objectId: number;
  action: ModificationAction;
  /** Nothing was stored: the INSTEAD OF trigger is to run. */
  insteadOf: boolean;
  /** Columns of `inserted` and `deleted` as triggers see them. */
  columns: ResultColumn[];
  inserted: Row[];
  deleted: Row[];
  /** Column ordinals (0-based) named by SET, or all of them for INSERT. */
  updatedColumns: Set<number>;
}
