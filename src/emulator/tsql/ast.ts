/**
 * The syntax tree of the emulator's T-SQL. The parser makes it, the interpreter and the query
 * compiler read it; nobody changes it. Names keep the spelling of the source (unquoted).
 */

/** Where a node begins: line (1-based, within the batch) and character offsets into the batch text. */
export interface Span {
  line: number;
  start: number;
  end: number;
}

/** A multi-part name: `[server].[database].[schema].[object]`; empty parts (`db..t`) are "". */
export interface ObjectName {
  server?: string;
  database?: string;
  schema?: string;
  name: string;
  span: Span;
}

/** A type as written: `decimal(10,2)`, `nvarchar(max)`, `dbo.MyType`. */
export interface TypeName {
  /** Lower-case for system types; as written for user types. */
  name: string;
  schema?: string;
  length?: number | "max";
  precision?: number;
  scale?: number;
  span: Span;
}

// ---------------------------------------------------------------- expressions

export type Expression =
  | { kind: "null"; span: Span }
  /** Digits only; the value decides between int, bigint and decimal. */
  | { kind: "integer"; text: string; span: Span }
  | { kind: "decimal"; text: string; span: Span }
  | { kind: "float"; text: string; span: Span }
  /** `$1.5`; the text has no currency sign. */
  | { kind: "money"; text: string; span: Span }
  | { kind: "string"; value: string; national: boolean; span: Span }
  /** `0x…` */
  | { kind: "binary"; value: Uint8Array; span: Span }
  /** `@x`; also table variables where an expression is not meant are TableSource. */
  | { kind: "variable"; name: string; span: Span }
  /** `@@ROWCOUNT`, upper-cased without the `@@`. */
  | { kind: "globalVariable"; name: string; span: Span }
  /** `[a.[b.[c.[d.]]]]column`, at most four qualifiers; also `$identity`, `$rowguid`, `$action`. */
  | { kind: "column"; parts: string[]; span: Span }
  | { kind: "unary"; operator: "-" | "+" | "~"; operand: Expression; span: Span }
  | {
      kind: "binaryOperation";
      operator: "+" | "-" | "*" | "/" | "%" | "&" | "|" | "^";
      left: Expression;
      right: Expression;
      span: Span;
    }
  | { kind: "collate"; operand: Expression; collation: string; span: Span }
  | { kind: "atTimeZone"; operand: Expression; zone: Expression; span: Span }
  | { kind: "case"; input?: Expression; branches: CaseBranch[]; otherwise?: Expression; span: Span }
  /** CAST, TRY_CAST, CONVERT, TRY_CONVERT, PARSE, TRY_PARSE. */
  | {
      kind: "cast";
      form: "cast" | "convert" | "parse";
      try: boolean;
      operand: Expression;
      type: TypeName;
      style?: Expression;
      culture?: Expression;
      span: Span;
    }
  | FunctionCall
  /** `x.value('…','int')`, `.query`, `.nodes`, `.exist`, `.modify` on xml, and any method call on a column or variable. */
  | { kind: "methodCall"; target: Expression; method: string; arguments: Expression[]; span: Span }
  | { kind: "subquery"; query: QueryExpression; span: Span }
  /** `NEXT VALUE FOR seq` */
  | { kind: "nextValue"; sequence: ObjectName; over?: OrderItem[]; span: Span };

export interface CaseBranch {
  /** A Condition in a searched CASE, an Expression in a simple one. */
  when: Expression | Condition;
  then: Expression;
}

export interface FunctionCall {
  kind: "call";
  /** Built-ins have one part; scalar user functions two or three (`dbo.f`, `db.dbo.f`). */
  name: ObjectName;
  arguments: Expression[];
  /** Positions in `arguments` where DEFAULT stands (a null node there): `dbo.f(1, DEFAULT)`. */
  defaults?: number[];
  /** `COUNT(*)` */
  star?: boolean;
  distinct?: boolean;
  /** For functions whose first argument is a keyword (DATEADD, DATEDIFF, DATEPART, DATENAME, DATETRUNC): it is a `column` node with one part. */
  over?: WindowSpecification;
  /** `WITHIN GROUP (ORDER BY …)` */
  withinGroup?: OrderItem[];
  /** TRIM([LEADING|TRAILING|BOTH] chars FROM s): `trimFrom` = chars is argument 1, s is argument 0. */
  trimSide?: "leading" | "trailing" | "both";
  /** JSON_OBJECT/JSON_ARRAY NULL handling, IGNORE NULLS / RESPECT NULLS. */
  nulls?: "ignore" | "respect" | "nullOnNull" | "absentOnNull";
  span: Span;
}

export interface WindowSpecification {
  partitionBy: Expression[];
  orderBy: OrderItem[];
  frame?: { unit: "rows" | "range"; from: FrameBound; to: FrameBound };
}
export type FrameBound =
  | { kind: "unboundedPreceding" }
  | { kind: "preceding"; offset: Expression }
  | { kind: "currentRow" }
  | { kind: "following"; offset: Expression }
  | { kind: "unboundedFollowing" };

export type Condition =
  | { kind: "and" | "or"; left: Condition; right: Condition; span: Span }
  | { kind: "not"; operand: Condition; span: Span }
  | {
      kind: "comparison";
      operator: ComparisonOperator;
      left: Expression;
      right: Expression;
      span: Span;
    }
  /** `x op ANY|ALL (query)` */
  | {
      kind: "quantified";
      operator: ComparisonOperator;
      quantifier: "any" | "all";
      left: Expression;
      query: QueryExpression;
      span: Span;
    }
  | { kind: "isNull"; negated: boolean; operand: Expression; span: Span }
  | { kind: "isDistinct"; negated: boolean; left: Expression; right: Expression; span: Span }
  | { kind: "between"; negated: boolean; operand: Expression; low: Expression; high: Expression; span: Span }
  | { kind: "in"; negated: boolean; operand: Expression; list: Expression[] | QueryExpression; span: Span }
  | { kind: "like"; negated: boolean; operand: Expression; pattern: Expression; escape?: Expression; span: Span }
  | { kind: "exists"; query: QueryExpression; span: Span }
  /** `UPDATE(column)` in a trigger; COLUMNS_UPDATED() is a call. */
  | { kind: "updateFunction"; column: string; span: Span };

export type ComparisonOperator = "=" | "<>" | "<" | "<=" | ">" | ">=";

// ---------------------------------------------------------------- queries

/** A whole SELECT with its WITH and trailing clauses. */
export interface SelectStatement {
  kind: "select";
  with?: CommonTableExpression[];
  query: QueryExpression;
  /** SELECT … INTO target (taken from the first query specification). */
  into?: ObjectName;
  options?: QueryHint[];
  span: Span;
}

export interface CommonTableExpression {
  name: string;
  columns?: string[];
  query: QueryExpression;
  span: Span;
}

export interface QueryHint {
  name: string;
  value?: Expression | string;
}

/** A query with its own ORDER BY / OFFSET / FOR. */
export interface QueryExpression {
  kind: "query";
  body: QueryBody;
  orderBy?: OrderItem[];
  offset?: Expression;
  fetch?: Expression;
  forClause?: ForClause;
  span: Span;
}

export type QueryBody =
  | QuerySpecification
  | {
      kind: "setOperation";
      operator: "union" | "unionAll" | "except" | "intersect";
      left: QueryBody;
      right: QueryBody;
      span: Span;
    }
  /** A parenthesised query expression used as an operand; keeps its own ORDER BY if it has one. */
  | QueryExpression;

export interface QuerySpecification {
  kind: "specification";
  distinct: boolean;
  top?: { count: Expression; percent: boolean; withTies: boolean };
  items: SelectItem[];
  from?: TableSource[];
  where?: Condition;
  groupBy?: GroupingElement[];
  having?: Condition;
  span: Span;
}

export type SelectItem =
  | { kind: "star"; qualifier?: string[]; span: Span }
  | { kind: "expression"; expression: Expression; alias?: string; span: Span }
  /** `SELECT @x = …`, `@x += …` */
  | { kind: "assign"; variable: string; operator: AssignmentOperator; expression: Expression; span: Span };

export type GroupingElement =
  | { kind: "expression"; expression: Expression }
  | { kind: "rollup" | "cube"; sets: Expression[][] }
  | { kind: "groupingSets"; sets: Expression[][] };

export interface OrderItem {
  expression: Expression;
  descending: boolean;
}

export interface ForClause {
  kind: "json" | "xml";
  mode: "path" | "auto" | "raw" | "explicit";
  /** FOR XML PATH('x') / RAW('x'), FOR JSON … ROOT('x'). */
  element?: string;
  root?: string | true;
  includeNullValues?: boolean;
  withoutArrayWrapper?: boolean;
  type?: boolean;
  elements?: boolean;
}

export type TableSource =
  | {
      kind: "table";
      name: ObjectName;
      alias?: string;
      hints: TableHint[];
      span: Span;
    }
  /** `@t` */
  | { kind: "tableVariable"; name: string; alias?: string; hints: TableHint[]; span: Span }
  | { kind: "derived"; query: QueryExpression; alias: string; columns?: string[]; span: Span }
  | { kind: "values"; rows: Expression[][]; alias: string; columns?: string[]; span: Span }
  /** Table-valued function, user's or built in: dbo.f(…), STRING_SPLIT, OPENJSON, fn_…, sys.fn_…, GENERATE_SERIES. `withColumns` for OPENJSON … WITH. */
  | {
      kind: "function";
      name: ObjectName;
      arguments: Expression[];
      /** As in FunctionCall. */
      defaults?: number[];
      alias?: string;
      columns?: string[];
      withColumns?: { name: string; type: TypeName; path?: string; asJson: boolean }[];
      span: Span;
    }
  /** `x.nodes('…') AS t(c)` */
  | {
      kind: "methodTable";
      target: Expression;
      method: string;
      arguments: Expression[];
      alias: string;
      columns: string[];
      span: Span;
    }
  | { kind: "openquery"; server: string; query: string; alias?: string; columns?: string[]; span: Span }
  | {
      kind: "join";
      join: "inner" | "left" | "right" | "full" | "cross" | "crossApply" | "outerApply";
      left: TableSource;
      right: TableSource;
      on?: Condition;
      span: Span;
    }
  | {
      kind: "pivot";
      source: TableSource;
      aggregate: FunctionCall;
      column: string[];
      values: string[];
      alias: string;
      span: Span;
    }
  | {
      kind: "unpivot";
      source: TableSource;
      valueColumn: string;
      nameColumn: string;
      columns: string[];
      alias: string;
      span: Span;
    };

/** Upper-case name, e.g. NOLOCK, TABLOCKX, HOLDLOCK, INDEX. */
export interface TableHint {
  name: string;
  arguments?: string[];
}

// ---------------------------------------------------------------- statements

export interface Batch {
  statements: Statement[];
}

export type AssignmentOperator = "=" | "+=" | "-=" | "*=" | "/=" | "%=" | "&=" | "|=" | "^=";

export type Statement =
  | SelectStatement
  | InsertStatement
  | UpdateStatement
  | DeleteStatement
  | MergeStatement
  | { kind: "truncate"; table: ObjectName; span: Span }
  // procedural
  | { kind: "block"; statements: Statement[]; span: Span }
  | { kind: "if"; condition: Condition; then: Statement; otherwise?: Statement; span: Span }
  | { kind: "while"; condition: Condition; body: Statement; span: Span }
  | { kind: "break" | "continue"; span: Span }
  | { kind: "return"; value?: Expression; span: Span }
  | { kind: "goto"; label: string; span: Span }
  | { kind: "label"; name: string; span: Span }
  | { kind: "tryCatch"; try: Statement[]; catch: Statement[]; span: Span }
  | { kind: "waitfor"; form: "delay" | "time"; value: Expression; span: Span }
  | { kind: "print"; value: Expression; span: Span }
  | {
      kind: "raiserror";
      message: Expression;
      severity: Expression;
      state: Expression;
      arguments: Expression[];
      options: ("log" | "nowait" | "seterror")[];
      span: Span;
    }
  | { kind: "throw"; number?: Expression; message?: Expression; state?: Expression; span: Span }
  | { kind: "declare"; declarations: Declaration[]; span: Span }
  | { kind: "set"; variable: string; operator: AssignmentOperator; value: Expression; span: Span }
  /** `SET @x.modify(…)` is refused by the parser with a named error. */
  | { kind: "setCursor"; variable: string; cursor: CursorDefinition | string; span: Span }
  | { kind: "setOption"; options: string[]; on: boolean; span: Span }
  /** SET LOCK_TIMEOUT n, DATEFIRST n, DATEFORMAT dmy, LANGUAGE x, ROWCOUNT n, TEXTSIZE n, DEADLOCK_PRIORITY x, CONTEXT_INFO 0x…, QUERY_GOVERNOR_COST_LIMIT n. */
  | { kind: "setValue"; option: string; value: Expression; span: Span }
  | { kind: "setIdentityInsert"; table: ObjectName; on: boolean; span: Span }
  /** Upper-case, e.g. "READ COMMITTED". */
  | { kind: "setIsolation"; level: string; span: Span }
  | { kind: "setStatistics"; options: string[]; on: boolean; span: Span }
  | { kind: "use"; database: string; span: Span }
  | ExecuteStatement
  | ExecuteTextStatement
  | { kind: "executeAs"; principal: "login" | "user" | "caller"; name?: Expression; noRevert: boolean; span: Span }
  | { kind: "revert"; span: Span }
  // cursors
  | { kind: "declareCursor"; name: string; cursor: CursorDefinition; span: Span }
  | { kind: "openCursor" | "closeCursor" | "deallocateCursor"; cursor: CursorName; span: Span }
  | {
      kind: "fetch";
      orientation: "next" | "prior" | "first" | "last" | "absolute" | "relative";
      offset?: Expression;
      cursor: CursorName;
      into?: string[];
      span: Span;
    }
  // transactions
  | {
      kind: "beginTransaction";
      distributed: boolean;
      name?: TransactionName;
      /** WITH MARK, with or without a description. */
      mark?: { description?: Expression };
      span: Span;
    }
  | { kind: "commit"; name?: TransactionName; span: Span }
  | { kind: "rollback"; name?: TransactionName; span: Span }
  | { kind: "saveTransaction"; name: TransactionName; span: Span }
  | { kind: "checkpoint"; span: Span }
  // definition
  | CreateTable
  | AlterTable
  | CreateIndex
  | {
      kind: "alterIndex";
      index: string | "ALL";
      table: ObjectName;
      action: "rebuild" | "reorganize" | "disable" | "set";
      span: Span;
    }
  | { kind: "dropIndex"; ifExists: boolean; items: { index: string; table: ObjectName }[]; span: Span }
  | {
      kind: "drop";
      /** DROP TABLE a, b … */
      object:
        | "table"
        | "view"
        | "procedure"
        | "function"
        | "trigger"
        | "type"
        | "schema"
        | "sequence"
        | "synonym"
        | "database"
        | "login"
        | "user"
        | "role"
        | "serverRole"
        | "ddlTrigger"
        | "credential"
        | "certificate"
        | "masterKey"
        | "statistics";
      ifExists: boolean;
      names: ObjectName[];
      span: Span;
    }
  | CreateModule
  | { kind: "createSchema"; name?: string; owner?: string; elements: Statement[]; span: Span }
  | { kind: "alterSchemaTransfer"; schema: string; class: "object" | "type"; object: ObjectName; span: Span }
  | { kind: "createType"; name: ObjectName; from?: TypeName; notNull?: boolean; table?: TableDefinition; span: Span }
  | {
      kind: "createSequence" | "alterSequence";
      name: ObjectName;
      type?: TypeName;
      options: SequenceOptions;
      span: Span;
    }
  | { kind: "createSynonym"; name: ObjectName; target: ObjectName; span: Span }
  | {
      kind: "enableTrigger";
      enable: boolean;
      triggers: ObjectName[] | "ALL";
      on: ObjectName | "DATABASE" | "ALL SERVER";
      span: Span;
    }
  | { kind: "createStatistics" | "updateStatistics"; name?: string; table: ObjectName; span: Span }
  // databases
  | {
      kind: "createDatabase";
      name: string;
      files: DatabaseFile[];
      logFiles: DatabaseFile[];
      collation?: string;
      containment?: string;
      span: Span;
    }
  | AlterDatabase
  // security
  | {
      kind: "createLogin";
      name: string;
      source: "password" | "windows" | "external";
      options: LoginOption[];
      span: Span;
    }
  | { kind: "alterLogin"; name: string; action: "enable" | "disable" | "options"; options: LoginOption[]; span: Span }
  | {
      kind: "createCredential" | "alterCredential";
      name: string;
      identity: string;
      secret?: string;
      span: Span;
    }
  | {
      kind: "createUser";
      name: string;
      login?: string;
      withoutLogin: boolean;
      external: boolean;
      password?: Expression;
      defaultSchema?: string;
      sid?: Uint8Array;
      span: Span;
    }
  | {
      kind: "alterUser";
      name: string;
      newName?: string;
      login?: string;
      defaultSchema?: string | null;
      password?: Expression;
      span: Span;
    }
  | { kind: "createRole"; server: boolean; name: string; owner?: string; span: Span }
  | { kind: "alterRole"; server: boolean; name: string; action: "add" | "drop" | "rename"; member: string; span: Span }
  | PermissionStatement
  | { kind: "alterAuthorization"; class: string; object: ObjectName; owner: string | "SCHEMA OWNER"; span: Span }
  // backup and restore
  | BackupStatement
  | RestoreStatement
  // server
  | { kind: "kill"; sessionId: Expression; span: Span }
  | { kind: "dbcc"; command: string; arguments: Expression[]; options: string[]; span: Span }
  | { kind: "reconfigure"; span: Span }
  | { kind: "shutdown"; nowait: boolean; span: Span }
  /** Parsed only to be refused by name: FULLTEXT, ENDPOINT, AVAILABILITY GROUP, ASSEMBLY, … */
  | { kind: "unsupported"; what: string; span: Span };

export interface Declaration {
  name: string;
  /** Scalar or user-defined table type. */
  type?: TypeName;
  table?: TableDefinition;
  cursor?: boolean;
  initial?: Expression;
  span: Span;
}

export type TransactionName = { text: string } | { variable: string };

export interface CursorName {
  name: string;
  /** `@c` */
  variable: boolean;
  global: boolean;
}

export interface CursorDefinition {
  /** Upper-case: LOCAL, GLOBAL, FORWARD_ONLY, SCROLL, STATIC, KEYSET, DYNAMIC, FAST_FORWARD, READ_ONLY, SCROLL_LOCKS, OPTIMISTIC, TYPE_WARNING, INSENSITIVE. */
  options: string[];
  select: SelectStatement;
  forUpdate?: string[] | true;
}

export interface ExecuteStatement {
  kind: "execute";
  /** A name, or `EXEC @proc`. */
  procedure: ObjectName | { variable: string };
  number?: number;
  /** `EXEC @rc = …` */
  returnInto?: string;
  arguments: ExecuteArgument[];
  recompile: boolean;
  span: Span;
}

export interface ExecuteArgument {
  /** Parameter name with @, for named passing. */
  name?: string;
  value: Expression | { kind: "default" };
  output: boolean;
}

/** `EXEC ('…' + @x [, args]) [AS LOGIN|USER = '…'] [AT server]` */
export interface ExecuteTextStatement {
  kind: "executeText";
  text: Expression;
  arguments: ExecuteArgument[];
  as?: { principal: "login" | "user"; name: string };
  at?: string;
  span: Span;
}

// ---- data modification

export interface InsertStatement {
  kind: "insert";
  with?: CommonTableExpression[];
  top?: { count: Expression; percent: boolean };
  target: ModificationTarget;
  columns?: string[];
  output?: OutputClause[];
  source:
    | { kind: "values"; rows: (Expression | { kind: "default"; span: Span })[][] }
    | { kind: "query"; query: QueryExpression }
    | { kind: "execute"; statement: ExecuteStatement | ExecuteTextStatement }
    | { kind: "defaultValues" };
  options?: QueryHint[];
  span: Span;
}

/** A table, view, table variable, CTE name or alias. */
export type ModificationTarget = Extract<TableSource, { kind: "table" | "tableVariable" }>;

export interface Assignment {
  /** SET column = …, SET @v = …, SET @v = column = … */
  column?: string[];
  variable?: string;
  operator: AssignmentOperator;
  value: Expression | { kind: "default"; span: Span };
  span: Span;
}

export interface UpdateStatement {
  kind: "update";
  with?: CommonTableExpression[];
  top?: { count: Expression; percent: boolean };
  target: ModificationTarget;
  assignments: Assignment[];
  output?: OutputClause[];
  from?: TableSource[];
  where?: Condition;
  /** WHERE CURRENT OF cursor */
  currentOf?: CursorName;
  options?: QueryHint[];
  span: Span;
}

export interface DeleteStatement {
  kind: "delete";
  with?: CommonTableExpression[];
  top?: { count: Expression; percent: boolean };
  target: ModificationTarget;
  output?: OutputClause[];
  from?: TableSource[];
  where?: Condition;
  currentOf?: CursorName;
  options?: QueryHint[];
  span: Span;
}

export interface OutputClause {
  items: SelectItem[];
  into?: ModificationTarget;
  intoColumns?: string[];
}

export interface MergeStatement {
  kind: "merge";
  with?: CommonTableExpression[];
  top?: { count: Expression; percent: boolean };
  target: ModificationTarget;
  source: TableSource;
  on: Condition;
  clauses: {
    when: "matched" | "notMatchedByTarget" | "notMatchedBySource";
    condition?: Condition;
    action:
      | { kind: "update"; assignments: Assignment[] }
      | { kind: "delete" }
      | { kind: "insert"; columns?: string[]; values: (Expression | { kind: "default"; span: Span })[] | "default" };
  }[];
  output?: OutputClause[];
  options?: QueryHint[];
  span: Span;
}

// ---- tables

export interface TableDefinition {
  columns: ColumnDefinition[];
  constraints: TableConstraint[];
  indexes: InlineIndex[];
}

export interface CreateTable extends TableDefinition {
  kind: "createTable";
  name: ObjectName;
  span: Span;
}

export interface ColumnDefinition {
  name: string;
  type?: TypeName;
  collation?: string;
  /** undefined: not said. */
  nullable?: boolean;
  identity?: { seed: Expression; increment: Expression };
  rowGuid?: boolean;
  sparse?: boolean;
  /** `AS expression [PERSISTED]`: expression and its source text. */
  computed?: { expression: Expression; text: string; persisted: boolean };
  /** Column-level constraints, defaults among them. */
  constraints: TableConstraint[];
  indexes: InlineIndex[];
  span: Span;
}

export type TableConstraint = { name?: string; span: Span } & (
  | { kind: "primaryKey" | "unique"; clustered?: boolean; columns: IndexColumn[] }
  | {
      kind: "foreignKey";
      columns: string[];
      references: ObjectName;
      referencedColumns: string[];
      onDelete: ReferentialAction;
      onUpdate: ReferentialAction;
    }
  | { kind: "check"; condition: Condition; text: string }
  | { kind: "default"; column?: string; expression: Expression; text: string; withValues?: boolean }
);

export type ReferentialAction = "noAction" | "cascade" | "setNull" | "setDefault";

export interface IndexColumn {
  name: string;
  descending: boolean;
}

export interface InlineIndex {
  name: string;
  unique: boolean;
  clustered: boolean;
  columns: IndexColumn[];
  include: string[];
  where?: { condition: Condition; text: string };
}

export interface CreateIndex extends InlineIndex {
  kind: "createIndex";
  table: ObjectName;
  /** Upper-case option names with their raw values: IGNORE_DUP_KEY, DROP_EXISTING, … */
  options: Record<string, string>;
  span: Span;
}

export interface AlterTable {
  kind: "alterTable";
  table: ObjectName;
  action:
    | { kind: "add"; columns: ColumnDefinition[]; constraints: TableConstraint[]; check: boolean }
    | {
        kind: "alterColumn";
        column: string;
        type: TypeName;
        collation?: string;
        nullable?: boolean;
      }
    | { kind: "dropColumn"; columns: string[]; ifExists: boolean }
    | { kind: "dropConstraint"; names: string[]; ifExists: boolean }
    | { kind: "checkConstraint"; enable: boolean; withCheck: boolean; names: string[] | "ALL" }
    | { kind: "trigger"; enable: boolean; names: string[] | "ALL" }
    | { kind: "rebuild" | "lockEscalation" };
  span: Span;
}

export interface SequenceOptions {
  start?: Expression;
  restart?: Expression | true;
  increment?: Expression;
  minimum?: Expression | null;
  maximum?: Expression | null;
  cycle?: boolean;
  cache?: Expression | null;
}

// ---- modules

export interface ModuleParameter {
  /** With @. */
  name: string;
  type: TypeName;
  default?: Expression;
  output: boolean;
  readonly: boolean;
  nullable?: boolean;
}

/** CREATE | ALTER | CREATE OR ALTER of procedure, function, view, trigger; `text` is the whole statement's source. */
export interface CreateModule {
  kind: "createModule";
  mode: "create" | "alter" | "createOrAlter";
  name: ObjectName;
  text: string;
  /** EXECUTE AS CALLER | OWNER | SELF | 'user'. */
  executeAs?: "caller" | "owner" | "self" | { user: string };
  /** Upper-case: ENCRYPTION, RECOMPILE, SCHEMABINDING, NATIVE_COMPILATION, RETURNS NULL ON NULL INPUT, VIEW_METADATA … */
  options: string[];
  module:
    | { kind: "procedure"; parameters: ModuleParameter[]; body: Statement[] }
    | { kind: "scalarFunction"; parameters: ModuleParameter[]; returns: TypeName; body: Statement[] }
    | { kind: "inlineFunction"; parameters: ModuleParameter[]; query: SelectStatement }
    | {
        kind: "tableFunction";
        parameters: ModuleParameter[];
        variable: string;
        table: TableDefinition;
        body: Statement[];
      }
    | { kind: "view"; columns?: string[]; query: SelectStatement; checkOption: boolean }
    | {
        kind: "trigger";
        on: ObjectName | "DATABASE" | "ALL SERVER";
        timing: "after" | "insteadOf";
        /** INSERT, UPDATE, DELETE or DDL event names. */
        events: string[];
        body: Statement[];
      };
  span: Span;
}

// ---- databases

export interface DatabaseFile {
  /** NAME, FILENAME, SIZE, MAXSIZE, FILEGROWTH as written. */
  name?: string;
  filename?: string;
  size?: string;
  maxSize?: string;
  growth?: string;
  filegroup?: string;
}

export interface AlterDatabase {
  kind: "alterDatabase";
  /** A name or CURRENT. */
  database: string | { current: true };
  action:
    | { kind: "rename"; name: string }
    | { kind: "collate"; collation: string }
    /** One SET clause: RECOVERY FULL, SINGLE_USER, READ_ONLY, OFFLINE, READ_COMMITTED_SNAPSHOT ON … in upper case. */
    | {
        kind: "set";
        options: { name: string; value?: string }[];
        termination?: { kind: "rollbackImmediate" | "noWait" } | { kind: "rollbackAfter"; seconds: number };
      }
    | { kind: "addFile"; log: boolean; files: DatabaseFile[]; filegroup?: string }
    | { kind: "modifyFile"; file: DatabaseFile & { newName?: string } }
    | { kind: "removeFile"; name: string }
    | { kind: "unsupported"; what: string };
  span: Span;
}

// ---- security

export interface LoginOption {
  /** Upper-case: PASSWORD, SID, DEFAULT_DATABASE, DEFAULT_LANGUAGE, CHECK_POLICY, CHECK_EXPIRATION, CREDENTIAL, NAME, UNLOCK, OLD_PASSWORD, HASHED (flag), MUST_CHANGE (flag), NO CREDENTIAL. */
  name: string;
  value?: Expression | string;
}

export interface PermissionStatement {
  kind: "permission";
  action: "grant" | "deny" | "revoke";
  /** Upper-case permission names; `ALL`. Columns if given per permission. */
  permissions: { name: string; columns?: string[] }[];
  /** Upper-case class: OBJECT, SCHEMA, DATABASE, LOGIN, USER, ROLE, SERVER, TYPE, ENDPOINT, … undefined when no ON clause. */
  on?: { class?: string; name: ObjectName };
  principals: string[];
  grantOption: boolean;
  grantOptionFor: boolean;
  cascade: boolean;
  as?: string;
  span: Span;
}

// ---- backup and restore

export interface BackupDevice {
  type: "disk" | "url" | "tape" | "logical";
  path: Expression;
}

/** WITH options of BACKUP and RESTORE: upper-case name (COPY_ONLY, INIT, STATS, …); value where there is one. MOVE has two. */
export interface BackupOption {
  name: string;
  value?: Expression;
  /** MOVE 'logical' TO 'physical'; STOPATMARK = 'm' AFTER 't'; ENCRYPTION (ALGORITHM = x, SERVER CERTIFICATE = y). */
  to?: Expression;
  after?: Expression;
  arguments?: Record<string, string>;
  span: Span;
}

export interface BackupStatement {
  kind: "backup";
  what: "database" | "log";
  /** A name or a variable. */
  database: string | { variable: string };
  /** FILE = …/FILEGROUP = …/READ_WRITE_FILEGROUPS, to be refused by name. */
  files?: string[];
  devices: BackupDevice[];
  mirrors: BackupDevice[][];
  options: BackupOption[];
  span: Span;
}

export interface RestoreStatement {
  kind: "restore";
  what: "database" | "log" | "headeronly" | "filelistonly" | "verifyonly" | "labelonly" | "rewindonly";
  database?: string | { variable: string };
  files?: string[];
  devices: BackupDevice[];
  fromSnapshot?: string;
  options: BackupOption[];
  span: Span;
}
