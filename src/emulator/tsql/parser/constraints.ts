import type { ReferentialAction, TableConstraint } from "../ast";
import { parseClustered, parseConstraintIndexOptions, parseIndexColumns, parseStorage } from "./indexParts";
import { parseColumnNames, parseIdentifier, parseObjectName } from "./names";
import type { Parser } from "./parser";

const CONSTRAINT_STARTS: ReadonlySet<string> = new Set([
  "CONSTRAINT",
  "PRIMARY",
  "UNIQUE",
  "FOREIGN",
  "CHECK",
  "DEFAULT",
  "REFERENCES",
]);

export function startsConstraint(parser: Parser): boolean {
  return parser.isAny(CONSTRAINT_STARTS);
}

/** `[CONSTRAINT name] …`, of a table or, if `column` is given, of that column. */
export function parseConstraint(parser: Parser, column?: string): TableConstraint {
  const start = parser.token;
  if (start.text === "CONSTRAINT" && !parser.namedConstraints) parser.fail();
  const name = parser.take("CONSTRAINT") ? parseIdentifier(parser) : undefined;
  const constraint = parseConstraintBody(parser, column);
  return { ...constraint, ...(name !== undefined && { name }), span: parser.span(start) };
}

function parseConstraintBody(parser: Parser, column: string | undefined): TableConstraint {
  switch (parser.token.text) {
    case "PRIMARY":
      parser.expectWords("PRIMARY", "KEY");
      return parseKey(parser, "primaryKey", column);
    case "UNIQUE":
      parser.advance();
      return parseKey(parser, "unique", column);
    case "FOREIGN":
    case "REFERENCES":
      return parseForeignKey(parser, column);
    case "CHECK":
      return parseCheck(parser);
    case "DEFAULT":
      return parseDefault(parser, column);
    default:
      return parser.fail();
  }
}

function parseKey(parser: Parser, kind: "primaryKey" | "unique", column: string | undefined): TableConstraint {
  const start = parser.previous;
  const clustered = parseClustered(parser);
  if (parser.take("HASH")) parser.refuse("memory-optimized tables");
  const columns =
    column === undefined || parser.is("(") ? parseIndexColumns(parser) : [{ name: column, descending: false }];
  parseConstraintIndexOptions(parser);
  parseStorage(parser);
  return { kind, ...(clustered !== undefined && { clustered }), columns, span: parser.span(start) };
}

function parseForeignKey(parser: Parser, column: string | undefined): TableConstraint {
  const start = parser.token;
  let columns = column === undefined ? [] : [column];
  if (parser.take("FOREIGN")) {
    parser.expect("KEY");
    if (column === undefined || parser.is("(")) columns = parseColumnNames(parser);
  } else if (column === undefined) {
    parser.fail();
  }
  parser.expect("REFERENCES");
  const references = parseObjectName(parser);
  const referencedColumns = parser.is("(") ? parseColumnNames(parser) : [];
  let onDelete: ReferentialAction = "noAction";
  let onUpdate: ReferentialAction = "noAction";
  for (;;) {
    if (parser.takeWords("ON", "DELETE")) onDelete = parseReferentialAction(parser);
    else if (parser.takeWords("ON", "UPDATE")) onUpdate = parseReferentialAction(parser);
    else if (!parser.takeWords("NOT", "FOR", "REPLICATION")) break;
  }
  return { kind: "foreignKey", columns, references, referencedColumns, onDelete, onUpdate, span: parser.span(start) };
}

function parseReferentialAction(parser: Parser): ReferentialAction {
  if (parser.take("CASCADE")) return "cascade";
  if (parser.takeWords("SET", "NULL")) return "setNull";
  if (parser.takeWords("SET", "DEFAULT")) return "setDefault";
  parser.expectWords("NO", "ACTION");
  return "noAction";
}

/** The text is what stands between the parentheses. */
function parseCheck(parser: Parser): TableConstraint {
  const start = parser.expect("CHECK");
  parser.takeWords("NOT", "FOR", "REPLICATION");
  parser.expect("(");
  const first = parser.token;
  const condition = parser.rules.condition(parser);
  const text = parser.source(first);
  parser.expect(")");
  return { kind: "check", condition, text, span: parser.span(start) };
}

function parseDefault(parser: Parser, column: string | undefined): TableConstraint {
  const start = parser.expect("DEFAULT");
  const first = parser.token;
  const expression = parser.rules.expression(parser);
  const text = parser.source(first);
  const target = column ?? parseTargetColumn(parser);
  const constraint: TableConstraint = { kind: "default", column: target, expression, text, span: parser.span(start) };
  if (parser.takeWords("WITH", "VALUES")) constraint.withValues = true;
  constraint.span = parser.span(start);
  return constraint;
}

/** `FOR column`, of a default that ALTER TABLE adds. */
function parseTargetColumn(parser: Parser): string {
  parser.expect("FOR");
  return parseIdentifier(parser);
}
