import type { DatabaseFile } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseIdentifier, parseStringValue } from "./names";
import type { Parser } from "./parser";

/** `( NAME = …, FILENAME = …, SIZE = …, MAXSIZE = …, FILEGROWTH = … )` */
export function parseDatabaseFile(parser: Parser): DatabaseFile & { newName?: string } {
  const file: DatabaseFile & { newName?: string } = {};
  parser.parenthesizedList((inner) => parseFileOption(inner, file));
  return file;
}

function parseFileOption(parser: Parser, file: DatabaseFile & { newName?: string }): void {
  const { text } = parser.token;
  if (text === "OFFLINE") {
    parser.advance();
    parser.refuse("a database file taken OFFLINE");
    return;
  }
  if (!["NAME", "NEWNAME", "FILENAME", "SIZE", "MAXSIZE", "FILEGROWTH"].includes(text)) parser.fail();
  parser.advance();
  parser.expect("=");
  switch (text) {
    case "NAME":
      file.name = parseLogicalName(parser);
      return;
    case "NEWNAME":
      file.newName = parseLogicalName(parser);
      return;
    case "FILENAME":
      file.filename = parseStringValue(parser);
      return;
    case "SIZE":
      file.size = parseSize(parser);
      return;
    case "MAXSIZE":
      file.maxSize = parser.is("UNLIMITED") ? parser.advance().text : parseSize(parser);
      return;
    default:
      file.growth = parseSize(parser);
  }
}

export function parseLogicalName(parser: Parser): string {
  return parser.isString ? parseStringValue(parser) : parseIdentifier(parser);
}

/** `8MB`, `10 %`, `64`: without spaces, upper case. */
function parseSize(parser: Parser): string {
  const number = parser.token.type === TokenType.Decimal ? parser.advance() : parser.expectType(TokenType.Integer);
  if (parser.is("KB") || parser.is("MB") || parser.is("GB") || parser.is("TB") || parser.is("%")) {
    return number.value + parser.advance().text;
  }
  return number.value;
}
