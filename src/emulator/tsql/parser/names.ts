import type { ObjectName } from "../ast";
import { TokenType } from "../lexer/tokens";
import type { Parser } from "./parser";

/** One identifier, quoted or not; an empty one is refused. */
export function parseIdentifier(parser: Parser): string {
  if (!parser.isIdentifier) parser.fail();
  const token = parser.advance();
  if (token.value === "") {
    const message =
      'An object or column name is missing or empty. For SELECT INTO statements, verify each column has a name. For other statements, look for empty alias names. Aliases defined as "" or [] are not allowed. Change the alias to a valid name.';
    throw parser.error(1038, message, token.line, 4);
  }
  return token.value;
}

/** The name of a principal: PUBLIC is reserved but names a role. */
export function parsePrincipal(parser: Parser): string {
  if (parser.is("PUBLIC")) return parser.advance().value;
  return parseIdentifier(parser);
}

/** Any word, reserved or not, in upper case: option, permission and class names. */
export function parseWord(parser: Parser): string {
  if (parser.token.type !== TokenType.Identifier && parser.token.type !== TokenType.Keyword) parser.fail();
  return parser.advance().text;
}

/** `a.b..c`: the parts of a dotted name, empty ones as "". */
export function parseNameParts(parser: Parser): string[] {
  const parts: string[] = [];
  while (parser.is(".")) {
    parser.advance();
    parts.push("");
  }
  parts.push(parseIdentifier(parser));
  while (parser.is(".")) {
    parser.advance();
    if (parser.is(".")) parts.push("");
    else parts.push(parseIdentifier(parser));
  }
  return parts;
}

export function parseObjectName(parser: Parser): ObjectName {
  const start = parser.token;
  const parts = parseNameParts(parser);
  return toObjectName(parser, parts, start);
}

/** Parts, first to last, as an object name that begins at `start`. */
export function toObjectName(parser: Parser, parts: string[], start: { line: number; start: number }): ObjectName {
  const span = parser.span(start);
  if (parts.length === 1) return { name: parts[0] as string, span };
  if (parts.length > 4) {
    const message = `The object name '${parts.join(".")}' contains more than the maximum number of prefixes. The maximum is 3.`;
    throw parser.error(117, message, start.line);
  }
  const name: ObjectName = { name: parts.at(-1) as string, span };
  const [schema, database, server] = parts.slice(0, -1).reverse();
  if (schema !== undefined) name.schema = schema;
  if (database !== undefined) name.database = database;
  if (server !== undefined) name.server = server;
  return name;
}

/** `(a, b, c)` */
export function parseColumnNames(parser: Parser): string[] {
  return parser.parenthesizedList(parseIdentifier);
}

export function parseVariable(parser: Parser): string {
  return parser.expectType(TokenType.Variable).value;
}

export function parseStringValue(parser: Parser): string {
  if (!parser.isString) parser.fail();
  return parser.advance().value;
}

/** ON or OFF. */
export function parseOnOff(parser: Parser): boolean {
  if (parser.take("ON")) return true;
  parser.expect("OFF");
  return false;
}

export function parseInteger(parser: Parser): number {
  return Number(parser.expectType(TokenType.Integer).value);
}
