import type { Statement, TransactionName } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseConstant } from "./literals";
import { parseIdentifier, parseOnOff, parseVariable } from "./names";
import type { Parser } from "./parser";

function takeTransactionWord(parser: Parser): boolean {
  return parser.take("TRANSACTION") || parser.take("TRAN");
}

/** A name or variable, if given. A label that follows is no name. */
function parseTransactionName(parser: Parser): TransactionName | undefined {
  if (parser.isVariable) return { variable: parseVariable(parser) };
  if (parser.isIdentifier && !parser.nextIs(":")) return { text: parseIdentifier(parser) };
  return undefined;
}

/** `BEGIN [DISTRIBUTED] TRAN[SACTION] [name] [WITH MARK ['description']]` */
export function parseBeginTransaction(parser: Parser): Statement {
  const start = parser.expect("BEGIN");
  const distributed = parser.take("DISTRIBUTED");
  if (!takeTransactionWord(parser)) parser.fail();
  const name = parseTransactionName(parser);
  const statement: Extract<Statement, { kind: "beginTransaction" }> = {
    kind: "beginTransaction",
    distributed,
    span: parser.span(start),
  };
  if (name !== undefined) statement.name = name;
  if (parser.takeWords("WITH", "MARK")) {
    const description = parser.isString || parser.isVariable ? parseConstant(parser) : undefined;
    statement.mark = description === undefined ? {} : { description };
  }
  statement.span = parser.span(start);
  return statement;
}

export function parseCommit(parser: Parser): Statement {
  const start = parser.expect("COMMIT");
  const name = parseEnding(parser);
  if (parser.is("WITH") && parser.nextIs("(")) {
    parser.takeWords("WITH", "(");
    parser.expect("DELAYED_DURABILITY");
    parser.expect("=");
    if (parseOnOff(parser)) parser.refuse("COMMIT … WITH (DELAYED_DURABILITY = ON)");
    parser.expect(")");
  }
  return { kind: "commit", ...(name && { name }), span: parser.span(start) };
}

export function parseRollback(parser: Parser): Statement {
  const start = parser.expect("ROLLBACK");
  const name = parseEnding(parser);
  return { kind: "rollback", ...(name && { name }), span: parser.span(start) };
}

/** What follows COMMIT and ROLLBACK: `TRAN [name]`, `WORK`, or nothing. */
function parseEnding(parser: Parser): TransactionName | undefined {
  if (takeTransactionWord(parser)) return parseTransactionName(parser);
  parser.take("WORK");
  return undefined;
}

export function parseSaveTransaction(parser: Parser): Statement {
  const start = parser.expect("SAVE");
  if (!takeTransactionWord(parser)) parser.fail();
  const name = parseTransactionName(parser) ?? parser.fail();
  return { kind: "saveTransaction", name, span: parser.span(start) };
}

export function parseCheckpoint(parser: Parser): Statement {
  const start = parser.expect("CHECKPOINT");
  // The duration is a wish about how fast the checkpoint should go.
  if (parser.token.type === TokenType.Integer) parser.advance();
  return { kind: "checkpoint", span: parser.span(start) };
}
