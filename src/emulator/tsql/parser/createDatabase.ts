import type { DatabaseFile, Statement } from "../ast";
import { parseDatabaseFile } from "./databaseFiles";
import { parseIdentifier, parseWord } from "./names";
import type { Parser } from "./parser";
import { parseUnsupported } from "./unsupported";

/** CREATE DATABASE has been read. */
export function parseCreateDatabase(parser: Parser, start: { line: number; start: number }): Statement {
  const name = parseIdentifier(parser);
  const statement: Extract<Statement, { kind: "createDatabase" }> = {
    kind: "createDatabase",
    name,
    files: [],
    logFiles: [],
    span: parser.span(start),
  };
  if (parser.take("CONTAINMENT")) {
    parser.expect("=");
    statement.containment = parseWord(parser);
  }
  if (parser.is("ON")) {
    parser.advance();
    statement.files = parseFileGroups(parser);
  }
  if (parser.takeWords("LOG", "ON")) statement.logFiles = parser.list(parseDatabaseFile);
  if (parser.take("COLLATE")) statement.collation = parseIdentifier(parser);
  const refused = refusedForm(parser);
  if (refused !== undefined) return parseUnsupported(parser, start, refused);
  statement.span = parser.span(start);
  return statement;
}

/** `[PRIMARY] file, file, FILEGROUP g [DEFAULT] file, …` */
function parseFileGroups(parser: Parser): DatabaseFile[] {
  const files: DatabaseFile[] = [];
  let filegroup: string | undefined;
  parser.take("PRIMARY");
  do {
    if (parser.take("FILEGROUP")) {
      filegroup = parseIdentifier(parser);
      if (parser.take("CONTAINS")) parser.refuse(`FILEGROUP … CONTAINS ${parser.advance().text}`);
      parser.take("DEFAULT");
    }
    const file = parseDatabaseFile(parser);
    files.push(filegroup === undefined ? file : { ...file, filegroup });
  } while (parser.take(","));
  return files;
}

function refusedForm(parser: Parser): string | undefined {
  if (parser.is("FOR")) return `CREATE DATABASE … FOR ${parser.peek().text}`;
  if (parser.is("AS"))
    return parser.nextIs("SNAPSHOT") ? "CREATE DATABASE … AS SNAPSHOT OF" : "CREATE DATABASE … AS COPY OF";
  if (parser.is("WITH")) return `CREATE DATABASE … WITH ${parser.peek().text}`;
  return undefined;
}
