import type { CreateModule, ModuleParameter, Statement } from "../ast";
import { TokenType } from "../lexer/tokens";
import { endStatement, skipSemicolons } from "./controlFlow";
import { type ModuleOptions, parseModuleOptions, parseParameters } from "./moduleHeaders";
import { parseColumnNames, parseObjectName, parseVariable, parseWord } from "./names";
import type { Parser, Place } from "./parser";
import { parseSelectWithCommonTables } from "./selectStatement";
import { parseVariableTable } from "./tableDefinitions";
import { parseType } from "./types";
import { parseUnsupported } from "./unsupported";

type Start = { line: number; start: number };
type Mode = CreateModule["mode"];

const MODULE_WORDS: ReadonlySet<string> = new Set(["PROCEDURE", "PROC", "FUNCTION", "VIEW", "TRIGGER"]);

export function startsModule(parser: Parser): boolean {
  return parser.isAny(MODULE_WORDS);
}

/** A module from its second word on; CREATE, ALTER or CREATE OR ALTER has been read. */
export function parseCreateModule(parser: Parser, start: Start, mode: Mode, place: Place): Statement {
  const word = parser.token;
  if (place === "nested") parser.fail();
  if (place === "batch") {
    const isProcedure = word.text.startsWith("PROC");
    const what = isProcedure ? "CREATE/ALTER PROCEDURE" : `${mode === "alter" ? "ALTER" : "CREATE"} ${word.text}`;
    throw parser.error(111, `'${what}' must be the first statement in a query batch.`, start.line);
  }
  parser.advance();
  switch (word.text) {
    case "FUNCTION":
      return parseFunctionModule(parser, start, mode);
    case "VIEW":
      return parseView(parser, start, mode);
    case "TRIGGER":
      return parseTrigger(parser, start, mode);
    default:
      return parseProcedure(parser, start, mode);
  }
}

/** As SQL Server stores it, the text is the whole batch, comments before CREATE included: line numbers count from its beginning. */
function finish(
  parser: Parser,
  start: Start,
  mode: Mode,
  name: CreateModule["name"],
  options: ModuleOptions,
  module: CreateModule["module"],
): CreateModule {
  skipSemicolons(parser);
  if (!parser.atEnd) parser.fail();
  return { kind: "createModule", mode, name, text: parser.text, ...options, module, span: parser.span(start) };
}

/** Everything up to the end of the batch; a procedure may have no statements. */
function parseBody(parser: Parser): Statement[] {
  const statements: Statement[] = [];
  skipSemicolons(parser);
  while (!parser.atEnd) {
    statements.push(parser.rules.statement(parser));
    endStatement(parser);
  }
  return statements;
}

const PROCEDURE_OPTIONS: ReadonlySet<string> = new Set([
  "ENCRYPTION",
  "RECOMPILE",
  "NATIVE_COMPILATION",
  "SCHEMABINDING",
]);

function parseProcedure(parser: Parser, start: Start, mode: Mode): Statement {
  const name = parseObjectName(parser);
  if (parser.is(";") && parser.peek().type === TokenType.Integer) {
    parser.refuse("numbered procedures");
    parser.advance();
    parser.advance();
  }
  const parameters = parseParameters(parser);
  const options = parseModuleOptions(parser, PROCEDURE_OPTIONS);
  if (parser.takeWords("FOR", "REPLICATION")) parser.refuse("CREATE PROCEDURE … FOR REPLICATION");
  parser.expect("AS");
  if (parser.is("EXTERNAL")) return parseUnsupported(parser, start, "CLR procedures");
  const body = parseBody(parser);
  return finish(parser, start, mode, name, options, { kind: "procedure", parameters, body });
}

const FUNCTION_OPTIONS: ReadonlySet<string> = new Set(["ENCRYPTION", "SCHEMABINDING", "NATIVE_COMPILATION"]);

function parseFunctionModule(parser: Parser, start: Start, mode: Mode): Statement {
  const name = parseObjectName(parser);
  if (!parser.is("(")) parser.fail();
  const parameters = parseParameters(parser);
  parser.expect("RETURNS");
  if (parser.take("TABLE")) return parseInlineFunction(parser, start, mode, name, parameters);
  if (parser.isVariable) return parseTableFunction(parser, start, mode, name, parameters);
  const returns = parseType(parser);
  const options = parseModuleOptions(parser, FUNCTION_OPTIONS);
  parser.take("AS");
  if (parser.is("EXTERNAL")) return parseUnsupported(parser, start, "CLR functions");
  const body = parseFunctionBody(parser);
  return finish(parser, start, mode, name, options, { kind: "scalarFunction", parameters, returns, body });
}

function parseInlineFunction(
  parser: Parser,
  start: Start,
  mode: Mode,
  name: CreateModule["name"],
  parameters: ModuleParameter[],
): Statement {
  if (parser.is("(")) return parseUnsupported(parser, start, "CLR functions");
  const options = parseModuleOptions(parser, FUNCTION_OPTIONS);
  parser.take("AS");
  parser.expect("RETURN");
  // RETURN (WITH … SELECT …): the one place where a parenthesis opens before WITH.
  const wrapped = parser.is("(") && parser.nextIs("WITH") && parser.take("(");
  const query = parseSelectWithCommonTables(parser);
  if (wrapped) parser.expect(")");
  return finish(parser, start, mode, name, options, { kind: "inlineFunction", parameters, query });
}

function parseTableFunction(
  parser: Parser,
  start: Start,
  mode: Mode,
  name: CreateModule["name"],
  parameters: ModuleParameter[],
): Statement {
  const variable = parseVariable(parser);
  const table = parseVariableTable(parser);
  const options = parseModuleOptions(parser, FUNCTION_OPTIONS);
  parser.take("AS");
  const body = parseFunctionBody(parser);
  return finish(parser, start, mode, name, options, { kind: "tableFunction", parameters, variable, table, body });
}

/** `BEGIN … END`; its statements, without the block. */
function parseFunctionBody(parser: Parser): Statement[] {
  if (!parser.is("BEGIN")) parser.fail();
  const block = parser.rules.statement(parser);
  return block.kind === "block" ? block.statements : [block];
}

const VIEW_OPTIONS: ReadonlySet<string> = new Set(["ENCRYPTION", "SCHEMABINDING", "VIEW_METADATA"]);

function parseView(parser: Parser, start: Start, mode: Mode): Statement {
  const { name, options, module } = parseViewParts(parser);
  return finish(parser, start, mode, name, options, module);
}

/** A view from its name on; it may be an element of CREATE SCHEMA. */
export function parseViewParts(parser: Parser): {
  name: CreateModule["name"];
  options: ModuleOptions;
  module: CreateModule["module"];
} {
  const name = parseObjectName(parser);
  const columns = parser.is("(") ? parseColumnNames(parser) : undefined;
  const options = parseModuleOptions(parser, VIEW_OPTIONS);
  parser.expect("AS");
  const query = parseSelectWithCommonTables(parser);
  const checkOption = parser.takeWords("WITH", "CHECK", "OPTION");
  return { name, options, module: { kind: "view", ...(columns && { columns }), query, checkOption } };
}

const TRIGGER_OPTIONS: ReadonlySet<string> = new Set(["ENCRYPTION", "NATIVE_COMPILATION", "SCHEMABINDING"]);

function parseTrigger(parser: Parser, start: Start, mode: Mode): Statement {
  const name = parseObjectName(parser);
  parser.expect("ON");
  const on = parseTriggerTarget(parser);
  const options = parseModuleOptions(parser, TRIGGER_OPTIONS);
  const timing = parser.takeWords("INSTEAD", "OF") ? "insteadOf" : "after";
  if (timing === "after" && !parser.take("FOR")) parser.expect("AFTER");
  const events = parser.list(parseWord);
  if (parser.takeWords("WITH", "APPEND")) parser.refuse("CREATE TRIGGER … WITH APPEND");
  parser.takeWords("NOT", "FOR", "REPLICATION");
  parser.expect("AS");
  if (parser.is("EXTERNAL")) return parseUnsupported(parser, start, "CLR triggers");
  if (parser.atEnd) parser.fail();
  const body = parseBody(parser);
  return finish(parser, start, mode, name, options, { kind: "trigger", on, timing, events, body });
}

/** A table or view, DATABASE, or ALL SERVER. */
export function parseTriggerTarget(parser: Parser): CreateModule["name"] | "DATABASE" | "ALL SERVER" {
  if (parser.takeWords("ALL", "SERVER")) return "ALL SERVER";
  if (parser.take("DATABASE")) return "DATABASE";
  return parseObjectName(parser);
}
