import type { ObjectName, TableSource } from "../ast";
import { parseArgument } from "./functions";
import { parseColumnNames, parseIdentifier, parseStringValue } from "./names";
import type { Parser } from "./parser";
import { parseType } from "./types";

/** Rowset functions that the emulator does not have, by their upper-case names. */
const ROWSET_FUNCTIONS: ReadonlySet<string> = new Set([
  "OPENROWSET",
  "OPENDATASOURCE",
  "OPENXML",
  "CONTAINSTABLE",
  "FREETEXTTABLE",
  "SEMANTICKEYPHRASETABLE",
  "SEMANTICSIMILARITYDETAILSTABLE",
  "SEMANTICSIMILARITYTABLE",
]);

export function isRowsetFunction(word: string): boolean {
  return ROWSET_FUNCTIONS.has(word);
}

/** `OPENQUERY(server, 'query') [AS alias [(columns)]]` */
export function parseOpenquery(parser: Parser): TableSource {
  const start = parser.expect("OPENQUERY");
  parser.expect("(");
  const server = parseIdentifier(parser);
  parser.expect(",");
  const query = parseStringValue(parser);
  parser.expect(")");
  const source: Extract<TableSource, { kind: "openquery" }> = {
    kind: "openquery",
    server,
    query,
    span: parser.span(start),
  };
  parseAliasAndColumns(parser, source);
  source.span = parser.span(start);
  return source;
}

/** A rowset function to be refused: its arguments are skipped. */
export function parseRowsetFunction(parser: Parser): TableSource {
  const start = parser.advance();
  parser.refuse(start.text);
  parser.skipParentheses();
  while (parser.take(".")) if (!parser.is(".")) parseIdentifier(parser);
  if (start.text === "OPENXML" && parser.take("WITH")) parser.skipParentheses();
  const name: ObjectName = { name: start.text, span: parser.span(start) };
  const source: Extract<TableSource, { kind: "table" }> = { kind: "table", name, hints: [], span: parser.span(start) };
  parseAliasAndColumns(parser, source);
  return source;
}

/** A table-valued function whose name has been read; the `(` is next. */
export function parseTableFunction(parser: Parser, name: ObjectName): TableSource {
  const source: Extract<TableSource, { kind: "function" }> = {
    kind: "function",
    name,
    arguments: [],
    span: name.span,
  };
  if (name.name.toUpperCase() === "CHANGETABLE" && name.schema === undefined) {
    parser.refuse("change tracking (CHANGETABLE)");
    parser.skipParentheses();
  } else {
    parser.expect("(");
    if (!parser.is(")"))
      do parseArgument(parser, source);
      while (parser.take(","));
    parser.expect(")");
  }
  if (name.name.toUpperCase() === "OPENJSON" && parser.is("WITH")) source.withColumns = parseWithColumns(parser);
  parseAliasAndColumns(parser, source);
  source.span = parser.span(name.span);
  return source;
}

/** `WITH (name type 'path' [AS JSON], …)` of OPENJSON. */
function parseWithColumns(parser: Parser) {
  parser.expect("WITH");
  return parser.parenthesizedList((inner) => {
    const name = parseIdentifier(inner);
    const type = parseType(inner);
    const path = inner.isString ? parseStringValue(inner) : undefined;
    const asJson = inner.takeWords("AS", "JSON");
    return { name, type, ...(path !== undefined && { path }), asJson };
  });
}

function parseAliasAndColumns(parser: Parser, source: { alias?: string; columns?: string[] }): void {
  if (!parser.take("AS") && !parser.isIdentifier) return;
  source.alias = parseIdentifier(parser);
  if (parser.is("(")) source.columns = parseColumnNames(parser);
}
