import type { Batch, Condition, CreateModule, Expression, ModuleParameter, Statement, TypeName } from "../ast";
import { parseCondition } from "./conditions";
import { checkGotos, endStatement, skipSemicolons } from "./controlFlow";
import { parseExpression } from "./expressions";
import { parseParameters } from "./moduleHeaders";
import { Parser, type ParserOptions, type RecursiveRules } from "./parser";
import { parseQuery } from "./queries";
import { parseStatement } from "./statements";
import { parseType } from "./types";

const rules: RecursiveRules = {
  expression: (parser) => parser.nested(parseExpression),
  condition: (parser) => parser.nested(parseCondition),
  query: (parser) => parseQuery(parser),
  statement: parseStatement,
};

export interface ParseOptions {
  /** SET QUOTED_IDENTIFIER of the session: whether `"x"` is an identifier. Default: true. */
  quotedIdentifier?: boolean;
}

function parserFor(text: string, options: ParseOptions = {}): Parser {
  const settings: ParserOptions = { quotedIdentifier: options.quotedIdentifier ?? true };
  return new Parser(text, settings, rules);
}

/** Parses a batch (what a client sends at once, between GO lines). Throws SyntaxError; then nothing of it may run. */
export function parseBatch(text: string, options?: ParseOptions): Batch {
  const parser = parserFor(text, options);
  const statements: Statement[] = [];
  skipSemicolons(parser);
  while (!parser.atEnd) {
    parser.place = statements.length === 0 ? "batchStart" : "batch";
    statements.push(parser.rules.statement(parser));
    endStatement(parser);
  }
  checkGotos(parser);
  return { statements };
}

/** Parses the stored text of a procedure, function, view or trigger. */
export function parseModule(text: string, options?: ParseOptions): CreateModule {
  const [statement] = parseBatch(text, options).statements;
  if (statement?.kind !== "createModule") throw new TypeError("The text does not define a module");
  return statement;
}

/** Parses an expression stored as text: a default, a computed column. */
export function parseExpressionText(text: string, options?: ParseOptions): Expression {
  return parseWhole(text, parseExpression, options);
}

/** Parses a condition stored as text: a check constraint, the filter of an index. */
export function parseConditionText(text: string, options?: ParseOptions): Condition {
  return parseWhole(text, parseCondition, options);
}

/** Parses a type name: `decimal(10,2)`, `dbo.Phone`. */
export function parseTypeName(text: string): TypeName {
  return parseWhole(text, parseType);
}

/** Parses the parameter list of sp_executesql: `@a int, @b nvarchar(10) OUTPUT`. */
export function parseParameterList(text: string): ModuleParameter[] {
  return parseWhole(text, parseParameters);
}

function parseWhole<T>(text: string, rule: (parser: Parser) => T, options?: ParseOptions): T {
  const parser = parserFor(text, options);
  const result = rule(parser);
  if (!parser.atEnd) parser.fail();
  return result;
}
