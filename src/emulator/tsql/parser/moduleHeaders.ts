import type { CreateModule, ModuleParameter } from "../ast";
import { parseConstantOrWord } from "./literals";
import { parseStringValue, parseVariable, parseWord } from "./names";
import type { Parser } from "./parser";
import { parseType } from "./types";

/** A module's parameters; procedures may leave out the parentheses. */
export function parseParameters(parser: Parser): ModuleParameter[] {
  if (parser.isVariable) return parser.list(parseParameter);
  if (!parser.take("(")) return [];
  const parameters = parser.is(")") ? [] : parser.list(parseParameter);
  parser.expect(")");
  return parameters;
}

function parseParameter(parser: Parser): ModuleParameter {
  const name = parseVariable(parser);
  parser.take("AS");
  const type = parseType(parser);
  const parameter: ModuleParameter = { name, type, output: false, readonly: false };
  if (type.name === "cursor") {
    parser.expect("VARYING");
    parser.cursorVariables.add(name.toLowerCase());
  }
  if (parser.take("NULL")) parameter.nullable = true;
  else if (parser.takeWords("NOT", "NULL")) parameter.nullable = false;
  if (parser.take("=")) parameter.default = parseConstantOrWord(parser);
  if (parser.take("OUTPUT") || parser.take("OUT")) parameter.output = true;
  if (parser.take("READONLY")) parameter.readonly = true;
  return parameter;
}

export type ModuleOptions = Pick<CreateModule, "executeAs" | "options">;

/** `WITH option, …` before a module's AS, if given; `known` are the options of its kind. */
export function parseModuleOptions(parser: Parser, known: ReadonlySet<string>): ModuleOptions {
  const result: ModuleOptions = { options: [] };
  if (!parser.take("WITH")) return result;
  do {
    if (parser.is("EXECUTE") || parser.is("EXEC")) result.executeAs = parseExecuteAsClause(parser);
    else result.options.push(parseModuleOption(parser, known));
  } while (parser.take(","));
  return result;
}

function parseModuleOption(parser: Parser, known: ReadonlySet<string>): string {
  if (parser.takeWords("RETURNS", "NULL", "ON", "NULL", "INPUT")) return "RETURNS NULL ON NULL INPUT";
  if (parser.takeWords("CALLED", "ON", "NULL", "INPUT")) return "CALLED ON NULL INPUT";
  if (parser.is("INLINE") && parser.nextIs("=")) {
    parser.advance();
    parser.advance();
    return `INLINE = ${parseWord(parser)}`;
  }
  if (!parser.isAny(known)) parser.fail();
  const option = parser.advance().text;
  if (option === "NATIVE_COMPILATION") parser.refuse("natively compiled modules");
  return option;
}

function parseExecuteAsClause(parser: Parser): NonNullable<CreateModule["executeAs"]> {
  parser.advance();
  parser.expect("AS");
  if (parser.take("CALLER")) return "caller";
  if (parser.take("OWNER")) return "owner";
  if (parser.take("SELF")) return "self";
  return { user: parseStringValue(parser) };
}
