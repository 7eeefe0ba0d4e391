import type { Expression, Statement } from "../ast";
import { parseConstantOrWord, parseSignedConstant } from "./literals";
import { parseIdentifier, parseObjectName, parseWord } from "./names";
import type { Parser } from "./parser";
import { parseUnsupported } from "./unsupported";

export function parseUse(parser: Parser): Statement {
  const start = parser.expect("USE");
  const database = parseIdentifier(parser);
  return { kind: "use", database, span: parser.span(start) };
}

export function parseTruncate(parser: Parser): Statement {
  const start = parser.expect("TRUNCATE");
  parser.expect("TABLE");
  const table = parseObjectName(parser);
  if (parser.is("WITH") && parser.nextIs("(")) {
    parser.advance();
    parser.skipParentheses();
    parser.refuse("TRUNCATE TABLE … WITH (PARTITIONS)");
  }
  return { kind: "truncate", table, span: parser.span(start) };
}

export function parseKill(parser: Parser): Statement {
  const start = parser.expect("KILL");
  if (parser.is("QUERY") || parser.is("STATS")) {
    return parseUnsupported(parser, start, `KILL ${parser.token.text} ${parser.peek().text}`);
  }
  if (parser.isVariable) parser.fail();
  const sessionId = parseSignedConstant(parser);
  if (parser.takeWords("WITH", "STATUSONLY")) parser.refuse("KILL … WITH STATUSONLY");
  return { kind: "kill", sessionId, span: parser.span(start) };
}

/** `DBCC command [(arguments)] [WITH options]` */
export function parseDbcc(parser: Parser): Statement {
  const start = parser.expect("DBCC");
  const command = parseWord(parser);
  let values: Expression[] = [];
  if (parser.take("(")) {
    if (!parser.is(")")) values = parser.list(parseConstantOrWord);
    parser.expect(")");
  }
  const options = parser.take("WITH") ? parser.list(parseDbccOption) : [];
  return { kind: "dbcc", command, arguments: values, options, span: parser.span(start) };
}

function parseDbccOption(parser: Parser): string {
  const option = parseWord(parser);
  if (!parser.take("=")) return option;
  return `${option} = ${parser.advance().value}`;
}

export function parseReconfigure(parser: Parser): Statement {
  const start = parser.expect("RECONFIGURE");
  parser.takeWords("WITH", "OVERRIDE");
  return { kind: "reconfigure", span: parser.span(start) };
}

export function parseShutdown(parser: Parser): Statement {
  const start = parser.expect("SHUTDOWN");
  const nowait = parser.takeWords("WITH", "NOWAIT");
  return { kind: "shutdown", nowait, span: parser.span(start) };
}
