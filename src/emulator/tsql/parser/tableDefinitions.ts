import type { ColumnDefinition, Expression, TableDefinition, TypeName } from "../ast";
import { parseConstraint, startsConstraint } from "./constraints";
import { parseInlineIndex } from "./indexParts";
import { parseSignedConstant } from "./literals";
import { parseIdentifier } from "./names";
import type { Parser } from "./parser";
import { parseType } from "./types";

/** `( columns, constraints, indexes )` */
export function parseTableDefinition(parser: Parser): TableDefinition {
  const definition: TableDefinition = { columns: [], constraints: [], indexes: [] };
  parser.expect("(");
  do {
    // SQL Server lets a comma stand before the closing parenthesis.
    if (definition.columns.length > 0 && parser.is(")")) break;
    parseTableElement(parser, definition);
  } while (parser.take(",") || startsConstraint(parser));
  parser.expect(")");
  return definition;
}

/** `TABLE (…)` of a table variable: its constraints have no names. */
export function parseVariableTable(parser: Parser): TableDefinition {
  parser.expect("TABLE");
  parser.namedConstraints = false;
  const definition = parseTableDefinition(parser);
  parser.namedConstraints = true;
  return definition;
}

/** A column, a constraint or an index of a table. */
export function parseTableElement(parser: Parser, definition: TableDefinition): void {
  if (parser.is("INDEX")) definition.indexes.push(parseInlineIndex(parser));
  else if (startsConstraint(parser)) definition.constraints.push(parseConstraint(parser));
  else if (parser.is("PERIOD") && parser.nextIs("FOR")) parsePeriod(parser);
  else definition.columns.push(parseColumn(parser));
}

/** `PERIOD FOR SYSTEM_TIME (a, b)` */
function parsePeriod(parser: Parser): void {
  parser.expectWords("PERIOD", "FOR", "SYSTEM_TIME");
  parser.skipParentheses();
  parser.refuse("temporal tables (PERIOD FOR SYSTEM_TIME)");
}

function parseColumn(parser: Parser): ColumnDefinition {
  const start = parser.token;
  const name = parseIdentifier(parser);
  const column: ColumnDefinition = { name, constraints: [], indexes: [], span: parser.span(start) };
  if (parser.is("AS")) {
    parseComputed(parser, column);
  } else {
    column.type = parseColumnType(parser, start.text, column.span);
  }
  while (parseColumnPart(parser, column));
  column.span = parser.span(start);
  return column;
}

/** A column called timestamp needs no type. */
function parseColumnType(parser: Parser, name: string, span: ColumnDefinition["span"]): TypeName {
  if (name === "TIMESTAMP" && !parser.isIdentifier) return { name: "timestamp", span };
  if (parser.is(",") || parser.is(")")) {
    throw parser.error(173, `The definition for column '${parser.previous.value}' must include a data type.`);
  }
  return parseType(parser);
}

function parseComputed(parser: Parser, column: ColumnDefinition): void {
  parser.expect("AS");
  const start = parser.token;
  const expression = parser.rules.expression(parser);
  const text = parser.source(start);
  column.computed = { expression, text, persisted: parser.take("PERSISTED") };
}

/** Reads one attribute or constraint of the column; false where none follows. */
function parseColumnPart(parser: Parser, column: ColumnDefinition): boolean {
  switch (parser.token.text) {
    case "NULL":
      parser.advance();
      column.nullable = true;
      return true;
    case "NOT":
      parser.advance();
      if (parser.takeWords("FOR", "REPLICATION")) return true;
      parser.expect("NULL");
      column.nullable = false;
      return true;
    case "IDENTITY":
      parser.advance();
      column.identity = parseIdentity(parser);
      return true;
    case "ROWGUIDCOL":
      parser.advance();
      column.rowGuid = true;
      return true;
    case "COLLATE":
      parser.advance();
      column.collation = parseIdentifier(parser);
      return true;
    case "SPARSE":
      parser.advance();
      column.sparse = true;
      return true;
    case "INDEX":
      column.indexes.push(parseInlineIndex(parser, column.name));
      return true;
    default:
      if (startsConstraint(parser) && !isTableConstraint(parser)) return parseColumnConstraint(parser, column);
      return parseRefusedPart(parser);
  }
}

/** `a int CONSTRAINT pk PRIMARY KEY (a)`: with a column list of its own it belongs to the table, comma or not. */
function isTableConstraint(parser: Parser): boolean {
  const at = parser.is("CONSTRAINT") ? 2 : 0;
  return parser.nextIs("FOREIGN", at) && parser.nextIs("(", at + 2);
}

/** `CONSTRAINT name NOT NULL` names nothing, as in SQL Server. */
function parseColumnConstraint(parser: Parser, column: ColumnDefinition): boolean {
  if (parser.is("CONSTRAINT") && (parser.nextIs("NULL", 2) || parser.nextIs("NOT", 2))) {
    parser.advance();
    parseIdentifier(parser);
    return true;
  }
  column.constraints.push(parseConstraint(parser, column.name));
  return true;
}

function parseIdentity(parser: Parser): { seed: Expression; increment: Expression } {
  if (!parser.take("(")) {
    const { line, start, end } = parser.previous;
    const one: Expression = { kind: "integer", text: "1", span: { line, start, end } };
    return { seed: one, increment: one };
  }
  const seed = parseSignedConstant(parser);
  parser.expect(",");
  const increment = parseSignedConstant(parser);
  parser.expect(")");
  return { seed, increment };
}

/** Column attributes that are read to be refused. */
function parseRefusedPart(parser: Parser): boolean {
  switch (parser.token.text) {
    case "GENERATED":
      parser.refuse("temporal tables (GENERATED ALWAYS)");
      parser.expectWords("GENERATED", "ALWAYS", "AS");
      parser.advance();
      parser.advance();
      return true;
    case "HIDDEN":
    case "FILESTREAM":
      parser.refuse(`${parser.advance().text} columns`);
      return true;
    case "MASKED":
    case "ENCRYPTED":
      parser.refuse(`${parser.advance().text} columns`);
      parser.expect("WITH");
      parser.skipParentheses();
      return true;
    case "COLUMN_SET":
      parser.refuse("COLUMN_SET");
      parser.expectWords("COLUMN_SET", "FOR", "ALL_SPARSE_COLUMNS");
      return true;
    default:
      return false;
  }
}
