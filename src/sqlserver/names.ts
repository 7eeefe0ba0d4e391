/**
 * Names that mean something to SQL Server, parsed once where they enter, and the only functions that quote them.
 */

declare const brand: unique symbol;
type Branded<Kind extends string> = string & { readonly [brand]: Kind };

/** The name of a database, 1 to 128 characters. */
export type DatabaseName = Branded<"DatabaseName">;
/** The name by which a SQL Server instance knows itself or is linked, 1 to 128 characters. */
export type ServerName = Branded<"ServerName">;
/** The name of a marked transaction, 1 to 32 characters, case sensitive. */
export type MarkName = Branded<"MarkName">;
/** A log sequence number, numeric(25,0), as digits: JavaScript's numbers would lose some of them. */
export type Lsn = Branded<"Lsn">;

const sysnameLimit = 128;
const markNameLimit = 32;

/** Thrown for a name that SQL Server would refuse, cut off or read differently from what was meant. */
export class InvalidNameError extends Error {
  override readonly name = "InvalidNameError";
}

/** Checks what SQL Server demands of every identifier: 1 to 128 characters, none of them NUL. */
function checkedName(kind: string, name: string): string {
  if (name.length === 0) throw new InvalidNameError(`Expected a ${kind}, got an empty string.`);
  if (name.length > sysnameLimit) {
    throw new InvalidNameError(`Expected a ${kind} of at most ${sysnameLimit} characters, got ${name.length}.`);
  }
  if (name.includes("\0")) throw new InvalidNameError(`Expected a ${kind} without NUL characters.`);
  return name;
}

/** Parses the name of a database. */
export function databaseName(name: string): DatabaseName {
  return checkedName("database name", name) as DatabaseName;
}

/** Parses the name of a server or a linked server. */
export function serverName(name: string): ServerName {
  return checkedName("server name", name) as ServerName;
}

/**
 * Parses the name of a marked transaction. SQL Server cuts a longer one silently and reserves the prefix `LSN:` (3925);
 * both are errors here.
 */
export function markName(name: string): MarkName {
  checkedName("mark name", name);
  if (name.length > markNameLimit) {
    throw new InvalidNameError(
      `Expected a mark name of at most ${markNameLimit} characters, got ${name.length}: ${name}`,
    );
  }
  if (/^lsn:/i.test(name)) throw new InvalidNameError(`A mark name must not start with "LSN:", got ${name}.`);
  return name as MarkName;
}

/** Parses a log sequence number from the digits of its numeric(25,0) form. */
export function lsn(digits: string): Lsn {
  if (!/^\d{1,25}$/.test(digits)) {
    throw new InvalidNameError(`Expected a log sequence number of 1 to 25 digits, got ${digits}.`);
  }
  return digits.replace(/^0+(?=\d)/, "") as Lsn;
}

/** Orders log sequence numbers: negative when `a` comes before `b`. */
export function compareLsn(a: Lsn, b: Lsn): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Quotes one identifier: `[name]` with `]` doubled. */
export function quoteName(name: string): string {
  return `[${checkedName("name", name).replaceAll("]", "]]")}]`;
}

/** Quotes several parts of a name, such as server, database, schema and object. */
export function quotePath(...parts: string[]): string {
  return parts.map(quoteName).join(".");
}

/** A Unicode string literal, for the few places where T-SQL takes no parameter. Never for secrets. */
export function quoteString(value: string): string {
  return `N'${value.replaceAll("'", "''")}'`;
}
