import type { Condition, IndexColumn, InlineIndex } from "../ast";
import { parseColumnNames, parseIdentifier, parseWord } from "./names";
import type { Parser } from "./parser";
import { parseDirection } from "./windows";

/** `(a, b DESC)` */
export function parseIndexColumns(parser: Parser): IndexColumn[] {
  return parser.parenthesizedList((inner) => ({ name: parseIdentifier(inner), descending: parseDirection(inner) }));
}

/** CLUSTERED or NONCLUSTERED; undefined where neither is said. */
export function parseClustered(parser: Parser): boolean | undefined {
  if (parser.take("CLUSTERED")) return true;
  if (parser.take("NONCLUSTERED")) return false;
  return undefined;
}

/** `INCLUDE (…)`, if given. */
export function parseInclude(parser: Parser): string[] {
  return parser.take("INCLUDE") ? parseColumnNames(parser) : [];
}

/** `WHERE …` of a filtered index, with its source, if given. */
export function parseFilter(parser: Parser): { condition: Condition; text: string } | undefined {
  if (!parser.take("WHERE")) return undefined;
  const start = parser.token;
  const condition = parser.rules.condition(parser);
  return { condition, text: parser.source(start) };
}

/** `INDEX name [UNIQUE] [CLUSTERED] [(columns)] …` within a table; `column` is the one it stands at. */
export function parseInlineIndex(parser: Parser, column?: string): InlineIndex {
  parser.expect("INDEX");
  const name = parseIdentifier(parser);
  const unique = parser.take("UNIQUE");
  const clustered = parseClustered(parser) ?? false;
  if (parser.is("HASH") || parser.is("COLUMNSTORE")) parser.refuse(`${parser.advance().text} indexes`);
  const index: InlineIndex = { name, unique, clustered, columns: [], include: [] };
  if (column === undefined || parser.is("(")) index.columns = parseIndexColumns(parser);
  else index.columns = [{ name: column, descending: false }];
  index.include = parseInclude(parser);
  const where = parseFilter(parser);
  if (where !== undefined) index.where = where;
  parseConstraintIndexOptions(parser);
  parseStorage(parser);
  return index;
}

/** `WITH (NAME = value, …)` or the old `WITH FILLFACTOR = 80, PAD_INDEX`: names and raw values, if given. */
export function parseIndexOptions(parser: Parser): Record<string, string> {
  const options: Record<string, string> = {};
  if (!parser.is("WITH") || !(parser.nextIs("(") || OLD_OPTIONS.has(parser.peek().text))) return options;
  parser.advance();
  const old = !parser.take("(");
  do {
    const name = parseWord(parser);
    options[name] = parser.take("=") ? parseOptionValue(parser) : "ON";
  } while (parser.take(","));
  if (!old) parser.expect(")");
  return options;
}

const OLD_OPTIONS: ReadonlySet<string> = new Set([
  "FILLFACTOR",
  "PAD_INDEX",
  "IGNORE_DUP_KEY",
  "DROP_EXISTING",
  "STATISTICS_NORECOMPUTE",
  "SORT_IN_TEMPDB",
]);

function parseOptionValue(parser: Parser): string {
  const start = parser.advance();
  // DATA_COMPRESSION = PAGE ON PARTITIONS (1 TO 3), ONLINE = ON (WAIT_AT_LOW_PRIORITY …), MAX_DURATION = 5 MINUTES
  if (parser.is("MINUTES")) parser.advance();
  if (parser.takeWords("ON", "PARTITIONS")) parser.refuse("partitioned tables and indexes");
  if (parser.is("(")) parser.skipParentheses();
  return parser.source(start).toUpperCase();
}

/** Options of the index behind a key: those that only tune storage mean nothing here, the others are refused. */
export function parseConstraintIndexOptions(parser: Parser): void {
  const options = parseIndexOptions(parser);
  if (options.IGNORE_DUP_KEY === "ON") parser.refuse("IGNORE_DUP_KEY on a constraint");
  if (options.BUCKET_COUNT !== undefined) parser.refuse("memory-optimized tables");
}

/** `ON filegroup`, TEXTIMAGE_ON and FILESTREAM_ON: there is one filegroup, PRIMARY. */
export function parseStorage(parser: Parser): void {
  for (;;) {
    if (!parser.is("ON") && !parser.is("TEXTIMAGE_ON") && !parser.is("FILESTREAM_ON")) return;
    const clause = parser.advance().text;
    const place = parser.isString
      ? parser.advance().value
      : parser.is("PRIMARY")
        ? parser.advance().value
        : parseIdentifier(parser);
    if (clause === "FILESTREAM_ON") parser.refuse("FILESTREAM");
    if (parser.is("(")) {
      parser.skipParentheses();
      parser.refuse(`partition scheme ${place}`);
    } else if (!["primary", "default"].includes(place.toLowerCase())) {
      parser.refuse(`filegroup ${place}`);
    }
  }
}
