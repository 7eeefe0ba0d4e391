import type { CreateIndex, Statement } from "../ast";
import {
  parseClustered,
  parseFilter,
  parseInclude,
  parseIndexColumns,
  parseIndexOptions,
  parseStorage,
} from "./indexParts";
import { parseColumnNames, parseIdentifier, parseNameParts, parseObjectName, toObjectName } from "./names";
import type { Parser } from "./parser";
import { parseUnsupported } from "./unsupported";

type Start = { line: number; start: number };

/** `CREATE [UNIQUE] [CLUSTERED | NONCLUSTERED] INDEX …`; CREATE has been read. */
export function parseCreateIndex(parser: Parser, start: Start): Statement {
  const unique = parser.take("UNIQUE");
  const clustered = parseClustered(parser) ?? false;
  if (parser.is("COLUMNSTORE")) return parseUnsupported(parser, start, "CREATE COLUMNSTORE INDEX");
  parser.expect("INDEX");
  const name = parseIdentifier(parser);
  parser.expect("ON");
  const table = parseObjectName(parser);
  const columns = parseIndexColumns(parser);
  const include = parseInclude(parser);
  const where = parseFilter(parser);
  const options = parseIndexOptions(parser);
  parseStorage(parser);
  const index: CreateIndex = {
    kind: "createIndex",
    name,
    unique,
    clustered,
    columns,
    include,
    table,
    options,
    span: parser.span(start),
  };
  if (where !== undefined) index.where = where;
  return index;
}

const INDEX_ACTIONS = { REBUILD: "rebuild", REORGANIZE: "reorganize", DISABLE: "disable", SET: "set" } as const;

/** ALTER INDEX has been read. */
export function parseAlterIndex(parser: Parser, start: Start): Statement {
  const index = parser.take("ALL") ? "ALL" : parseIdentifier(parser);
  parser.expect("ON");
  const table = parseObjectName(parser);
  const word = parser.token.text;
  if (word === "RESUME" || word === "PAUSE" || word === "ABORT") {
    return parseUnsupported(parser, start, `ALTER INDEX … ${word}`);
  }
  const action = INDEX_ACTIONS[word as keyof typeof INDEX_ACTIONS];
  if (action === undefined) parser.fail();
  parser.advance();
  if (action === "set") parser.skipParentheses();
  if (parser.take("PARTITION")) {
    parser.expect("=");
    if (parser.advance().text !== "ALL") parser.refuse("partitioned tables and indexes");
  }
  parseIndexOptions(parser);
  return { kind: "alterIndex", index, table, action, span: parser.span(start) };
}

/** `DROP INDEX [IF EXISTS] i ON t, …` and the old `DROP INDEX t.i`; DROP INDEX has been read. */
export function parseDropIndex(parser: Parser, start: Start): Statement {
  const ifExists = parser.takeWords("IF", "EXISTS");
  const items = parser.list((inner) => {
    const first = inner.token;
    const parts = parseNameParts(inner);
    const index = parts.at(-1) as string;
    if (parts.length > 1) return { index, table: toObjectName(inner, parts.slice(0, -1), first) };
    if (!inner.is("ON")) {
      const message = "Must specify the table name and index name for the DROP INDEX statement.";
      throw inner.error(159, message, first.line);
    }
    inner.advance();
    const table = parseObjectName(inner);
    parseIndexOptions(inner);
    return { index, table };
  });
  return { kind: "dropIndex", ifExists, items, span: parser.span(start) };
}

/** `CREATE STATISTICS s ON t (…)`; CREATE STATISTICS has been read. */
export function parseCreateStatistics(parser: Parser, start: Start): Statement {
  const name = parseIdentifier(parser);
  parser.expect("ON");
  const table = parseObjectName(parser);
  parseColumnNames(parser);
  parseFilter(parser);
  parseStatisticsOptions(parser);
  return { kind: "createStatistics", name, table, span: parser.span(start) };
}

/** `UPDATE STATISTICS t [s | (s, …)]`; the statistics change plans, never results. */
export function parseUpdateStatistics(parser: Parser, start: Start): Statement {
  parser.expectWords("UPDATE", "STATISTICS");
  const table = parseObjectName(parser);
  const name = parser.isIdentifier ? parseIdentifier(parser) : undefined;
  if (parser.is("(")) parseColumnNames(parser);
  parseStatisticsOptions(parser);
  return { kind: "updateStatistics", ...(name !== undefined && { name }), table, span: parser.span(start) };
}

const SAMPLING: ReadonlySet<string> = new Set(
  "FULLSCAN SAMPLE RESAMPLE NORECOMPUTE ALL COLUMNS INDEX INCREMENTAL MAXDOP ROWCOUNT PAGECOUNT PERSIST_SAMPLE_PERCENT".split(
    " ",
  ),
);

function parseStatisticsOptions(parser: Parser): void {
  if (!parser.is("WITH") || !SAMPLING.has(parser.peek().text)) return;
  parser.advance();
  do {
    if (!parser.isAny(SAMPLING)) parser.fail();
    const { text } = parser.advance();
    if (text === "SAMPLE") {
      parser.advance();
      if (!parser.take("PERCENT")) parser.expect("ROWS");
    } else if (parser.take("=")) {
      parser.advance();
    }
  } while (parser.take(","));
}
