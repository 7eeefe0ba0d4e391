import type { Statement } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseBackup, parseRestore } from "./backup";
import { parseWith } from "./commonTableExpressions";
import {
  parseBlock,
  parseBreak,
  parseGoto,
  parseIf,
  parseLabel,
  parsePrint,
  parseRaiserror,
  parseReturn,
  parseThrow,
  parseTryCatch,
  parseWaitfor,
  parseWhile,
} from "./controlFlow";
import { parseCursorStatement, parseFetch } from "./cursors";
import { parseDeclare } from "./declarations";
import { parseAlter, parseCreate } from "./definitions";
import { parseDrop } from "./drops";
import { parseExecute, parseExecuteAs, parseOdbcCall, parseProcedureCall, parseRevert } from "./execute";
import { parseUpdateStatistics } from "./indexes";
import { parseMerge } from "./merge";
import { parseDelete, parseInsert, parseUpdate } from "./modifications";
import type { Parser, Place } from "./parser";
import { parsePermission } from "./permissions";
import { parseEnableTrigger } from "./schemaObjects";
import { parseSelectStatement } from "./selectStatement";
import { parseDbcc, parseKill, parseReconfigure, parseShutdown, parseTruncate, parseUse } from "./serverStatements";
import { parseSet } from "./setStatements";
import {
  parseBeginTransaction,
  parseCheckpoint,
  parseCommit,
  parseRollback,
  parseSaveTransaction,
} from "./transactions";
import { parseUnsupported } from "./unsupported";

type StatementRule = (parser: Parser, place: Place) => Statement;

/** One statement, without the semicolon after it. */
export function parseStatement(parser: Parser): Statement {
  const { place, token: start } = parser;
  parser.place = "nested";
  // What the enclosing statement was refused for is kept for it.
  const outer = parser.takeRefusal();
  const statement = parser.nested((inner) => dispatch(inner, place));
  const refused = parser.takeRefusal();
  if (outer !== undefined) parser.refuse(outer);
  return refused === undefined ? statement : { kind: "unsupported", what: refused, span: parser.span(start) };
}

function dispatch(parser: Parser, place: Place): Statement {
  const { token } = parser;
  const rule = STATEMENTS.get(token.text);
  if (rule !== undefined && token.type === TokenType.Keyword) return rule(parser, place);
  if (parser.isIdentifier) return parseIdentifierStatement(parser, place);
  if (token.text === "(" && parser.opensQuery()) return parseSelectStatement(parser);
  if (token.text === "{" && parser.nextIs("CALL")) return parseOdbcCall(parser);
  return parser.fail();
}

/** Words that begin a statement only before certain others, being no reserved ones. */
const SERVICE_BROKER: Readonly<Record<string, string>> = {
  RECEIVE: "",
  SEND: "ON",
  GET: "CONVERSATION",
  MOVE: "CONVERSATION",
};

function parseIdentifierStatement(parser: Parser, place: Place): Statement {
  const { token } = parser;
  const next = parser.peek().text;
  if (next === ":") return parseLabel(parser);
  if (token.text === "THROW") return parseThrow(parser);
  if ((token.text === "ENABLE" || token.text === "DISABLE") && next === "TRIGGER") return parseEnableTrigger(parser);
  const brokerWord = token.text === "" ? undefined : SERVICE_BROKER[token.text];
  if (brokerWord !== undefined && (brokerWord === "" || brokerWord === next)) {
    parser.advance();
    return parseUnsupported(parser, token, `Service Broker (${token.text})`);
  }
  if (place !== "batchStart") parser.fail();
  return parseProcedureCall(parser, token);
}

function parseBegin(parser: Parser): Statement {
  switch (parser.peek().text) {
    case "TRY":
      return parseTryCatch(parser);
    case "DISTRIBUTED":
    case "TRAN":
    case "TRANSACTION":
      return parseBeginTransaction(parser);
    case "CATCH":
      parser.advance();
      return parser.fail();
    case "DIALOG":
    case "CONVERSATION":
      return parseUnsupported(parser, parser.advance(), "Service Broker (BEGIN CONVERSATION)");
    case "ATOMIC":
      parser.advance();
      parser.refuse("natively compiled modules (BEGIN ATOMIC)");
      return parseAtomicBlock(parser);
    default:
      return parseBlock(parser);
  }
}

/** END begins a statement only in END CONVERSATION. */
function parseEnd(parser: Parser): Statement {
  if (!parser.nextIs("CONVERSATION")) parser.fail();
  return parseUnsupported(parser, parser.advance(), "Service Broker (END CONVERSATION)");
}

/** `BEGIN ATOMIC WITH (…) … END`: BEGIN has been read, the block is to be refused. */
function parseAtomicBlock(parser: Parser): Statement {
  const start = parser.previous;
  parser.expectWords("ATOMIC", "WITH");
  parser.skipParentheses();
  while (!parser.is("END") && !parser.atEnd) {
    parser.rules.statement(parser);
    while (parser.take(";"));
  }
  parser.expect("END");
  return { kind: "unsupported", what: "natively compiled modules (BEGIN ATOMIC)", span: parser.span(start) };
}

/** A statement that begins with common table expressions. */
function parseWithStatement(parser: Parser): Statement {
  const start = parser.token;
  const commonTables = parseWith(parser);
  switch (parser.token.text) {
    case "SELECT":
    case "(":
      return parseSelectStatement(parser, start, commonTables);
    case "INSERT":
      return parseInsert(parser, start, commonTables);
    case "UPDATE":
      return parseUpdate(parser, start, commonTables);
    case "DELETE":
      return parseDelete(parser, start, commonTables);
    case "MERGE":
      return parseMerge(parser, start, commonTables);
    default:
      return parser.fail();
  }
}

function parseExecuteStatement(parser: Parser): Statement {
  return parser.nextIs("AS") ? parseExecuteAs(parser) : parseExecute(parser);
}

function refuse(what: string): StatementRule {
  return (parser) => parseUnsupported(parser, parser.advance(), what);
}

/** Statements by their first, reserved word. */
const STATEMENTS: ReadonlyMap<string, StatementRule> = new Map<string, StatementRule>([
  ["SELECT", (parser) => parseSelectStatement(parser)],
  ["WITH", parseWithStatement],
  [
    "INSERT",
    (parser) => (parser.nextIs("BULK") ? refuse("INSERT BULK")(parser, "nested") : parseInsert(parser, parser.token)),
  ],
  [
    "UPDATE",
    (parser) =>
      parser.nextIs("STATISTICS") ? parseUpdateStatistics(parser, parser.token) : parseUpdate(parser, parser.token),
  ],
  ["DELETE", (parser) => parseDelete(parser, parser.token)],
  ["MERGE", (parser) => parseMerge(parser, parser.token)],
  ["TRUNCATE", parseTruncate],
  ["BEGIN", parseBegin],
  ["END", parseEnd],
  ["IF", parseIf],
  ["WHILE", parseWhile],
  ["BREAK", parseBreak],
  ["CONTINUE", parseBreak],
  ["RETURN", parseReturn],
  ["GOTO", parseGoto],
  ["WAITFOR", parseWaitfor],
  ["PRINT", parsePrint],
  ["RAISERROR", parseRaiserror],
  ["DECLARE", parseDeclare],
  ["SET", parseSet],
  ["USE", parseUse],
  ["EXEC", parseExecuteStatement],
  ["EXECUTE", parseExecuteStatement],
  ["REVERT", parseRevert],
  ["OPEN", parseCursorStatement],
  ["CLOSE", parseCursorStatement],
  ["DEALLOCATE", parseCursorStatement],
  ["FETCH", parseFetch],
  ["COMMIT", parseCommit],
  ["ROLLBACK", parseRollback],
  ["SAVE", parseSaveTransaction],
  ["CHECKPOINT", parseCheckpoint],
  ["CREATE", parseCreate],
  ["ALTER", parseAlter],
  ["DROP", parseDrop],
  ["GRANT", parsePermission],
  ["DENY", parsePermission],
  ["REVOKE", parsePermission],
  ["BACKUP", parseBackup],
  ["RESTORE", parseRestore],
  ["KILL", parseKill],
  ["DBCC", parseDbcc],
  ["RECONFIGURE", parseReconfigure],
  ["SHUTDOWN", parseShutdown],
  ["BULK", refuse("BULK INSERT")],
  ["ADD", refuse("ADD SIGNATURE and ADD SENSITIVITY CLASSIFICATION")],
  ["READTEXT", refuse("READTEXT")],
  ["WRITETEXT", refuse("WRITETEXT")],
  ["UPDATETEXT", refuse("UPDATETEXT")],
  ["SETUSER", refuse("SETUSER")],
  ["LINENO", refuse("LINENO")],
]);
