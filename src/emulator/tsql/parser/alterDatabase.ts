import type { AlterDatabase, Statement } from "../ast";
import { parseDatabaseFile, parseLogicalName } from "./databaseFiles";
import { parseSetClause } from "./databaseOptions";
import { parseIdentifier } from "./names";
import type { Parser } from "./parser";
import { skipStatement } from "./unsupported";

/** ALTER DATABASE has been read. */
export function parseAlterDatabase(parser: Parser, start: { line: number; start: number }): Statement {
  const database = parser.take("CURRENT") ? { current: true as const } : parseIdentifier(parser);
  const action = parseAction(parser);
  return { kind: "alterDatabase", database, action, span: parser.span(start) };
}

function parseAction(parser: Parser): AlterDatabase["action"] {
  const word = parser.token.text;
  switch (word) {
    case "SET":
      parser.advance();
      return parseSetClause(parser);
    case "COLLATE":
      parser.advance();
      return { kind: "collate", collation: parseIdentifier(parser) };
    case "MODIFY":
      return parseModify(parser);
    case "ADD":
      return parseAdd(parser);
    case "REMOVE":
      parser.advance();
      if (parser.take("FILE")) return { kind: "removeFile", name: parseLogicalName(parser) };
      return unsupported(parser, `ALTER DATABASE … REMOVE ${parser.token.text}`);
    case "PERFORM_CUTOVER":
      return unsupported(parser, "ALTER DATABASE … PERFORM_CUTOVER");
    default:
      return parser.fail();
  }
}

function unsupported(parser: Parser, what: string): AlterDatabase["action"] {
  skipStatement(parser);
  return { kind: "unsupported", what };
}

function parseModify(parser: Parser): AlterDatabase["action"] {
  parser.expect("MODIFY");
  if (parser.take("NAME")) {
    parser.expect("=");
    return { kind: "rename", name: parseIdentifier(parser) };
  }
  if (parser.take("FILE")) return { kind: "modifyFile", file: parseDatabaseFile(parser) };
  if (parser.is("FILEGROUP") || parser.is("(")) {
    return unsupported(parser, `ALTER DATABASE … MODIFY ${parser.is("(") ? "(…)" : "FILEGROUP"}`);
  }
  return parser.fail();
}

function parseAdd(parser: Parser): AlterDatabase["action"] {
  parser.expect("ADD");
  if (parser.is("FILEGROUP")) return unsupported(parser, "ALTER DATABASE … ADD FILEGROUP");
  const log = parser.take("LOG");
  parser.expect("FILE");
  const files = parser.list(parseDatabaseFile);
  if (!parser.takeWords("TO", "FILEGROUP")) return { kind: "addFile", log, files };
  const filegroup = parser.is("PRIMARY") ? parser.advance().text : parseIdentifier(parser);
  return { kind: "addFile", log, files, filegroup };
}
