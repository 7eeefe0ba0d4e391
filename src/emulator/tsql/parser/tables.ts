import type { AlterTable, CreateTable, Statement } from "../ast";
import { parseConstraintIndexOptions, parseIndexOptions, parseStorage } from "./indexParts";
import { parseIdentifier, parseObjectName, parseWord } from "./names";
import type { Parser } from "./parser";
import { parseTableDefinition, parseTableElement } from "./tableDefinitions";
import { parseType } from "./types";
import { parseUnsupported } from "./unsupported";

type UnsupportedStatement = Extract<Statement, { kind: "unsupported" }>;
type Start = { line: number; start: number };

/** `CREATE TABLE`; CREATE TABLE has been read. */
export function parseCreateTable(parser: Parser, start: Start): CreateTable | UnsupportedStatement {
  const name = parseObjectName(parser);
  if (parser.takeWords("AS", "FILETABLE")) return parseUnsupported(parser, start, "FileTables");
  const definition = parseTableDefinition(parser);
  if (parser.takeWords("AS", "NODE") || parser.takeWords("AS", "EDGE")) parser.refuse("graph tables");
  parseStorage(parser);
  parseTableOptions(parser);
  parseStorage(parser);
  return { kind: "createTable", name, ...definition, span: parser.span(start) };
}

const REFUSED_OPTIONS = [
  "MEMORY_OPTIMIZED",
  "SYSTEM_VERSIONING",
  "LEDGER",
  "REMOTE_DATA_ARCHIVE",
  "FILETABLE_DIRECTORY",
];

function parseTableOptions(parser: Parser): void {
  const options = parseIndexOptions(parser);
  for (const name of REFUSED_OPTIONS) {
    if (options[name] !== undefined && options[name] !== "OFF") parser.refuse(`CREATE TABLE … WITH (${name})`);
  }
}

type Action = AlterTable["action"];

/** ALTER TABLE has been read. */
export function parseAlterTable(parser: Parser, start: Start): Statement {
  const table = parseObjectName(parser);
  const withCheck = parseWithCheck(parser);
  const action = parseAction(parser, withCheck);
  if (typeof action === "string") return parseUnsupported(parser, start, `ALTER TABLE … ${action}`);
  return { kind: "alterTable", table, action, span: parser.span(start) };
}

/** `WITH CHECK` is true, `WITH NOCHECK` false. */
function parseWithCheck(parser: Parser): boolean | undefined {
  if (parser.takeWords("WITH", "CHECK")) return true;
  if (parser.takeWords("WITH", "NOCHECK")) return false;
  return undefined;
}

const REFUSED_ACTIONS: ReadonlySet<string> = new Set(["SWITCH", "SPLIT", "MERGE"]);

/** The action, or the name of one to be refused. */
function parseAction(parser: Parser, withCheck: boolean | undefined): Action | string {
  switch (parser.token.text) {
    case "ADD":
      parser.advance();
      return parseAdd(parser, withCheck ?? true);
    case "ALTER":
      return parseAlterColumn(parser);
    case "DROP":
      parser.advance();
      return parseDrop(parser);
    case "CHECK":
    case "NOCHECK": {
      const enable = parser.advance().text === "CHECK";
      parser.expect("CONSTRAINT");
      return { kind: "checkConstraint", enable, withCheck: withCheck ?? false, names: parseNamesOrAll(parser) };
    }
    case "ENABLE":
    case "DISABLE": {
      if (parser.nextIs("CHANGE_TRACKING") || parser.nextIs("FILETABLE_NAMESPACE")) {
        return `${parser.token.text} ${parser.peek().text}`;
      }
      if (!parser.nextIs("TRIGGER")) parser.fail();
      const enable = parser.advance().text === "ENABLE";
      parser.advance();
      return { kind: "trigger", enable, names: parseNamesOrAll(parser) };
    }
    case "REBUILD":
      parser.advance();
      if (parser.take("PARTITION")) {
        parser.expect("=");
        if (!parser.take("ALL")) return "REBUILD PARTITION";
      }
      parseIndexOptions(parser);
      return { kind: "rebuild" };
    case "SET":
      return parseSet(parser);
    default:
      return REFUSED_ACTIONS.has(parser.token.text) ? parser.token.text : parser.fail();
  }
}

function parseNamesOrAll(parser: Parser): string[] | "ALL" {
  return parser.take("ALL") ? "ALL" : parser.list(parseIdentifier);
}

function parseAdd(parser: Parser, check: boolean): Action {
  const definition = { columns: [], constraints: [], indexes: [] };
  const action: Action = { kind: "add", columns: definition.columns, constraints: definition.constraints, check };
  do parseTableElement(parser, definition);
  while (parser.take(","));
  if (definition.indexes.length > 0) parser.refuse("ALTER TABLE … ADD INDEX");
  return action;
}

function parseAlterColumn(parser: Parser): Action | string {
  parser.expectWords("ALTER", "COLUMN");
  const column = parseIdentifier(parser);
  if (parser.is("ADD") || parser.is("DROP")) return `ALTER COLUMN … ${parser.token.text} ${parser.peek().text}`;
  const type = parseType(parser);
  const action: Action = { kind: "alterColumn", column, type };
  if (parser.take("COLLATE")) action.collation = parseIdentifier(parser);
  if (parser.take("SPARSE")) parser.refuse("ALTER COLUMN … SPARSE");
  if (parser.take("NULL")) action.nullable = true;
  else if (parser.takeWords("NOT", "NULL")) action.nullable = false;
  parseConstraintIndexOptions(parser);
  return action;
}

/** `DROP [CONSTRAINT] a, b`, `DROP COLUMN a, COLUMN b`; both kinds at once have no node. */
function parseDrop(parser: Parser): Action | string {
  if (parser.is("PERIOD")) return "DROP PERIOD";
  const isColumn = parser.is("COLUMN");
  const names: string[] = [];
  let ifExists = false;
  do {
    if (parser.is("COLUMN") || parser.is("CONSTRAINT")) {
      if (parser.is("COLUMN") !== isColumn) parser.refuse("ALTER TABLE … DROP of columns and constraints at once");
      parser.advance();
      if (parser.takeWords("IF", "EXISTS")) ifExists = true;
    }
    names.push(parseIdentifier(parser));
    parseIndexOptions(parser);
  } while (parser.take(","));
  return isColumn ? { kind: "dropColumn", columns: names, ifExists } : { kind: "dropConstraint", names, ifExists };
}

function parseSet(parser: Parser): Action {
  parser.expectWords("SET", "(");
  const option = parseWord(parser);
  if (option !== "LOCK_ESCALATION") parser.refuse(`ALTER TABLE … SET (${option})`);
  while (!parser.is(")") && !parser.atEnd) {
    if (parser.is("(")) parser.skipParentheses();
    else parser.advance();
  }
  parser.expect(")");
  return { kind: "lockEscalation" };
}
