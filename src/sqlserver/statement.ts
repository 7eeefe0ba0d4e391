/**
 * A statement is plain data: its text and its values. Functions that make statements need no server to be tested.
 */

/** The T-SQL types in which values are passed. */
export type ParameterType =
  | "bigint"
  | "bit"
  | "datetime2"
  | "int"
  | "nvarchar"
  | "smallint"
  | "sysname"
  | "uniqueidentifier"
  | "varbinary"
  | "varchar";

/** What a parameter may hold; LSNs and bigint values travel as digits. */
export type ParameterValue = string | number | boolean | Buffer | null;

export interface Parameter {
  readonly type: ParameterType;
  readonly value: ParameterValue;
}

export type Parameters = Readonly<Record<string, Parameter>>;

export interface Statement {
  /** The T-SQL, one batch. Values stand in `parameters`, never in the text. */
  readonly text: string;
  /** Values by parameter name, without the `@`. */
  readonly parameters?: Parameters;
  /** What the statement does, for messages: "create the login". Must hold no secret. */
  readonly summary?: string;
  /**
   * Running it twice does the same as running it once, so that the door may repeat it after a deadlock or a lost
   * connection.
   */
  readonly repeatable?: boolean;
  /**
   * It is one transaction, up to the last statement: the server has rolled all of it back when it reports an error, so
   * that the door may repeat it after a deadlock, but not after a lost connection, which may have been lost after the
   * commit. Whatever it answers it reads before the commit.
   */
  readonly transactional?: boolean;
  /**
   * Sent as a plain batch instead of through `sp_executesql`, so that SET options, temporary tables and an open
   * transaction outlive it. Takes no parameters, and no other database than the connection's.
   */
  readonly batch?: boolean;
}

/** A parameter of type nvarchar; `null` and `undefined` become NULL. */
export function nvarchar(value: string | null | undefined): Parameter {
  return { type: "nvarchar", value: value ?? null };
}

/** A parameter that holds the name of an object. */
export function sysname(value: string | null | undefined): Parameter {
  return { type: "sysname", value: value ?? null };
}

/** A parameter of type int. */
export function int(value: number | null | undefined): Parameter {
  return { type: "int", value: value ?? null };
}

/** A parameter of type bit. */
export function bit(value: boolean | null | undefined): Parameter {
  return { type: "bit", value: value ?? null };
}

/** A statement that only reads. */
export function query(text: string, parameters?: Parameters, summary?: string): Statement {
  return { text, repeatable: true, ...(parameters && { parameters }), ...(summary && { summary }) };
}

/** A statement that changes something, in a way that may be repeated. */
export function command(text: string, summary: string, parameters?: Parameters): Statement {
  return { text, summary, repeatable: true, ...(parameters && { parameters }) };
}

const summaryLimit = 100;

/** What a message may say about a statement: its summary, or its first words with every literal left out. */
export function summarize(statement: Statement): string {
  if (statement.summary) return statement.summary;
  const words = statement.text
    .replace(/--[^\n]*/g, " ")
    .replace(/\/\*[\s\S]*?\*\//g, " ")
    .replace(/N?'(?:[^']|'')*'/g, "'…'")
    .replace(/\b0x[0-9a-f]+/gi, "0x…")
    .replace(/\s+/g, " ")
    .trim();
  return words.length > summaryLimit ? `${words.slice(0, summaryLimit)}…` : words;
}

/** Sees every statement that this process sends, before it is sent. */
export type StatementObserver = (statement: Statement, target: { server: string; database?: string }) => void;

const observers = new Set<StatementObserver>();

/** Lets a test see every statement that passes the door. Returns a function that ends it. */
export function observeStatements(observer: StatementObserver): () => void {
  observers.add(observer);
  return () => observers.delete(observer);
}

/** Tells the observers about a statement that is about to be sent. */
export function announceStatement(statement: Statement, target: { server: string; database?: string }): void {
  for (const observer of observers) observer(statement, target);
}
