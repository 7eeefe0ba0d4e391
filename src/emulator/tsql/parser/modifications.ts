import type {
  Assignment,
  CommonTableExpression,
  DeleteStatement,
  Expression,
  InsertStatement,
  Span,
  UpdateStatement,
} from "../ast";
import { parseExecute } from "./execute";
import { parseQueryHints } from "./hints";
import { parseCurrentOf, parseModificationTop, parseOutput, parseTarget } from "./modificationTargets";
import { parseNameParts, parseVariable } from "./names";
import type { Parser } from "./parser";
import { parseRowValues } from "./rowValues";
import { parseAssignmentOperator } from "./selectItems";
import { parseTableSources } from "./tableSources";

type Start = Pick<Span, "line" | "start">;
type ValueOrDefault = Expression | { kind: "default"; span: Span };

/** An expression, or DEFAULT. */
export function parseValueOrDefault(parser: Parser): ValueOrDefault {
  if (!parser.is("DEFAULT")) return parser.rules.expression(parser);
  const token = parser.advance();
  return { kind: "default", span: parser.span(token) };
}

export function parseInsert(parser: Parser, start: Start, commonTables?: CommonTableExpression[]): InsertStatement {
  parser.expect("INSERT");
  const top = parseModificationTop(parser);
  parser.take("INTO");
  const target = parseTarget(parser);
  const columns = parser.is("(") && !parser.opensQuery() ? parseInsertColumns(parser) : undefined;
  const output = parseOutput(parser);
  const source = parseInsertSource(parser);
  const statement: InsertStatement = { kind: "insert", target, source, span: parser.span(start) };
  if (commonTables !== undefined) statement.with = commonTables;
  if (top !== undefined) statement.top = top;
  if (columns !== undefined) statement.columns = columns;
  if (output !== undefined) statement.output = output;
  const options = parseQueryHints(parser);
  if (options !== undefined) statement.options = options;
  statement.span = parser.span(start);
  return statement;
}

/** Columns may be qualified (`t.a`); only the last part counts. */
function parseInsertColumns(parser: Parser): string[] {
  return parser.parenthesizedList(parseNameParts).map((parts) => parts.at(-1) as string);
}

function parseInsertSource(parser: Parser): InsertStatement["source"] {
  switch (parser.token.text) {
    case "VALUES":
      return { kind: "values", rows: parseRowValues(parser, parseValueOrDefault) };
    case "DEFAULT":
      parser.expectWords("DEFAULT", "VALUES");
      return { kind: "defaultValues" };
    case "EXEC":
    case "EXECUTE":
      return { kind: "execute", statement: parseExecute(parser) };
    case "SELECT":
    case "(":
      return { kind: "query", query: parser.rules.query(parser) };
    default:
      return parser.fail();
  }
}

export function parseUpdate(parser: Parser, start: Start, commonTables?: CommonTableExpression[]): UpdateStatement {
  parser.expect("UPDATE");
  const top = parseModificationTop(parser);
  const target = parseTarget(parser);
  parser.expect("SET");
  const assignments = parser.list(parseAssignment);
  const statement: UpdateStatement = { kind: "update", target, assignments, span: parser.span(start) };
  if (commonTables !== undefined) statement.with = commonTables;
  if (top !== undefined) statement.top = top;
  parseModificationTail(parser, statement);
  statement.span = parser.span(start);
  return statement;
}

/** `column = …`, `@v = …`, `@v = column = …`; with any assignment operator. */
export function parseAssignment(parser: Parser): Assignment {
  const start = parser.token;
  const assignment: Assignment = {
    operator: "=",
    value: { kind: "default", span: parser.span(start) },
    span: parser.span(start),
  };
  if (parser.isVariable) {
    assignment.variable = parseVariable(parser);
    if (parser.is("=") && assignsColumnToo(parser)) {
      parser.advance();
      assignment.column = parseNameParts(parser);
    }
  } else {
    assignment.column = parseNameParts(parser);
    if (parser.is("(")) return parseMutator(parser, assignment, start);
  }
  assignment.operator = parseAssignmentOperator(parser);
  assignment.value = parseValueOrDefault(parser);
  assignment.span = parser.span(start);
  return assignment;
}

/** True at the first `=` of `@v = a.b = …`: a comparison cannot stand there. */
function assignsColumnToo(parser: Parser): boolean {
  let at = 1;
  while (parser.nextIs(".", at + 1)) at += 2;
  return (
    parser.nextIs("=", at + 1) || (parser.peek(at + 1).text.length === 2 && parser.peek(at + 1).text.endsWith("="))
  );
}

/** `column.WRITE (…)` and the methods that change a column's value are read to be refused. */
function parseMutator(parser: Parser, assignment: Assignment, start: Start): Assignment {
  parser.refuse(`UPDATE … SET column.${assignment.column?.at(-1)}(…)`);
  parser.skipParentheses();
  assignment.span = parser.span(start);
  return assignment;
}

export function parseDelete(parser: Parser, start: Start, commonTables?: CommonTableExpression[]): DeleteStatement {
  parser.expect("DELETE");
  const top = parseModificationTop(parser);
  parser.take("FROM");
  const target = parseTarget(parser);
  const statement: DeleteStatement = { kind: "delete", target, span: parser.span(start) };
  if (commonTables !== undefined) statement.with = commonTables;
  if (top !== undefined) statement.top = top;
  parseModificationTail(parser, statement);
  statement.span = parser.span(start);
  return statement;
}

/** OUTPUT, FROM, WHERE and OPTION of UPDATE and DELETE. */
function parseModificationTail(parser: Parser, statement: UpdateStatement | DeleteStatement): void {
  const output = parseOutput(parser);
  if (output !== undefined) statement.output = output;
  if (parser.take("FROM")) statement.from = parseTableSources(parser);
  if (parser.take("WHERE")) {
    if (parser.is("CURRENT")) statement.currentOf = parseCurrentOf(parser);
    else statement.where = parser.rules.condition(parser);
  }
  const options = parseQueryHints(parser);
  if (options !== undefined) statement.options = options;
}
