import type { Expression, FunctionCall, ObjectName } from "../ast";
import type { Token } from "../lexer/tokens";
import { TokenType } from "../lexer/tokens";
import { isDatePart } from "./dateParts";
import { parseObjectName, toObjectName } from "./names";
import type { Parser } from "./parser";
import { parseType } from "./types";
import { parseOrderItems, parseOver } from "./windows";

/** Reserved words that are functions without parentheses. */
const NILADIC: ReadonlySet<string> = new Set([
  "CURRENT_TIMESTAMP",
  "CURRENT_USER",
  "SESSION_USER",
  "SYSTEM_USER",
  "USER",
]);

/** Reserved words that are functions with arguments. */
const KEYWORD_CALLS: ReadonlySet<string> = new Set([
  "COALESCE",
  "NULLIF",
  "LEFT",
  "RIGHT",
  "CONVERT",
  "TRY_CONVERT",
  "IDENTITY",
]);

const DATE_PART_FUNCTIONS: ReadonlySet<string> = new Set([
  "DATEADD",
  "DATEDIFF",
  "DATEDIFF_BIG",
  "DATEPART",
  "DATENAME",
  "DATETRUNC",
  "DATE_BUCKET",
]);

export function isKeywordFunction(word: string): boolean {
  return KEYWORD_CALLS.has(word) || NILADIC.has(word);
}

export function parseKeywordFunction(parser: Parser): Expression {
  const start = parser.token;
  if (!NILADIC.has(start.text)) {
    if (!parser.nextIs("(")) parser.fail();
    parser.advance();
    return parseFunction(parser, [start.value], start);
  }
  parser.advance();
  if (parser.take("(")) parser.fail();
  const name: ObjectName = { name: start.text, span: parser.span(start) };
  return { kind: "call", name, arguments: [], span: name.span };
}

/** A call whose name has been read; the `(` is next. */
export function parseFunction(parser: Parser, parts: string[], start: Token): Expression {
  const special = parts.length === 1 ? SPECIAL_FORMS.get(start.text) : undefined;
  if (special !== undefined) return special(parser, start);
  if (parts.length === 2 && parts[0]?.toUpperCase() === "$PARTITION") parser.refuse("partition functions");
  const call: FunctionCall = {
    kind: "call",
    name: toObjectName(parser, parts, start),
    arguments: [],
    span: parser.span(start),
  };
  parser.expect("(");
  parseCallArguments(parser, call, parts.length === 1 ? start.text : "");
  parser.expect(")");
  parseCallTail(parser, call);
  call.span = parser.span(start);
  return call;
}

/** What stands in the parentheses; `builtIn` is the upper-case name of a function without qualifier. */
function parseCallArguments(parser: Parser, call: FunctionCall, builtIn: string): void {
  if (parser.is(")")) return;
  if (parser.is("*") && parser.nextIs(")")) {
    parser.advance();
    call.star = true;
    return;
  }
  if (parser.take("DISTINCT")) call.distinct = true;
  else parser.take("ALL");
  if (DATE_PART_FUNCTIONS.has(builtIn)) call.arguments.push(parseDatePart(parser, builtIn));
  else if (builtIn === "JSON_OBJECT") call.arguments.push(...parseJsonPair(parser));
  else parseArgument(parser, call);
  while (parser.take(",")) {
    if (builtIn === "JSON_OBJECT") call.arguments.push(...parseJsonPair(parser));
    else parseArgument(parser, call);
  }
  parseNullTreatment(parser, call);
}

/** DEFAULT may stand for an argument of a user's function: NULL in the list, its position in `defaults`. */
export function parseArgument(parser: Parser, call: { arguments: Expression[]; defaults?: number[] }): void {
  if (!parser.is("DEFAULT")) {
    call.arguments.push(parser.rules.expression(parser));
    return;
  }
  const token = parser.advance();
  call.defaults ??= [];
  call.defaults.push(call.arguments.length);
  call.arguments.push({ kind: "null", span: parser.span(token) });
}

function parseJsonPair(parser: Parser): Expression[] {
  if (parser.is("NULL") || parser.is("ABSENT")) return [];
  const key = parser.rules.expression(parser);
  if (!parser.take(":")) parser.expect("VALUE");
  return [key, parser.rules.expression(parser)];
}

function parseDatePart(parser: Parser, builtIn: string): Expression {
  const { token } = parser;
  const name = builtIn.toLowerCase();
  if (token.type !== TokenType.Identifier) throw parser.error(1023, `Invalid parameter 1 specified for ${name}.`);
  if (!isDatePart(token.text)) parser.failOption(token, name);
  parser.advance();
  return { kind: "column", parts: [token.value], span: parser.span(token) };
}

function parseNullTreatment(parser: Parser, call: FunctionCall): void {
  if (parser.takeWords("IGNORE", "NULLS")) call.nulls = "ignore";
  else if (parser.takeWords("RESPECT", "NULLS")) call.nulls = "respect";
  else if (parser.takeWords("NULL", "ON", "NULL")) call.nulls = "nullOnNull";
  else if (parser.takeWords("ABSENT", "ON", "NULL")) call.nulls = "absentOnNull";
}

function parseCallTail(parser: Parser, call: FunctionCall): void {
  if (parser.is("WITHIN") && parser.nextIs("GROUP")) {
    parser.takeWords("WITHIN", "GROUP");
    parser.expect("(");
    call.withinGroup = parseOrderItems(parser);
    parser.expect(")");
  }
  if (parser.is("IGNORE") || parser.is("RESPECT")) parseNullTreatment(parser, call);
  if (parser.is("OVER")) call.over = parseOver(parser);
}

/** `NEXT VALUE FOR seq [OVER (ORDER BY …)]` */
export function parseNextValue(parser: Parser): Expression {
  const start = parser.token;
  parser.expectWords("NEXT", "VALUE", "FOR");
  const sequence = parseObjectName(parser);
  const over = parser.is("OVER") ? parseOver(parser).orderBy : undefined;
  return { kind: "nextValue", sequence, ...(over && { over }), span: parser.span(start) };
}

type SpecialForm = (parser: Parser, start: Token) => Expression;

function cast(form: "cast" | "parse", tryIt: boolean): SpecialForm {
  return (parser, start) => {
    parser.expect("(");
    const operand = parser.rules.expression(parser);
    parser.expect("AS");
    const type = parseType(parser);
    const culture = form === "parse" && parser.take("USING") ? parser.rules.expression(parser) : undefined;
    parser.expect(")");
    return { kind: "cast", form, try: tryIt, operand, type, ...(culture && { culture }), span: parser.span(start) };
  };
}

function convert(tryIt: boolean): SpecialForm {
  return (parser, start) => {
    parser.expect("(");
    const type = parseType(parser);
    parser.expect(",");
    const operand = parser.rules.expression(parser);
    const style = parser.take(",") ? parser.rules.expression(parser) : undefined;
    parser.expect(")");
    return {
      kind: "cast",
      form: "convert",
      try: tryIt,
      operand,
      type,
      ...(style && { style }),
      span: parser.span(start),
    };
  };
}

/** IIF(c, a, b) is CASE WHEN c THEN a ELSE b END. */
function parseIif(parser: Parser, start: Token): Expression {
  parser.expect("(");
  const when = parser.rules.condition(parser);
  parser.expect(",");
  const then = parser.rules.expression(parser);
  parser.expect(",");
  const otherwise = parser.rules.expression(parser);
  parser.expect(")");
  return { kind: "case", branches: [{ when, then }], otherwise, span: parser.span(start) };
}

function parseTrim(parser: Parser, start: Token): Expression {
  const name: ObjectName = { name: start.value, span: parser.span(start) };
  const call: FunctionCall = { kind: "call", name, arguments: [], span: name.span };
  parser.expect("(");
  if (parser.is("LEADING") || parser.is("TRAILING") || parser.is("BOTH")) {
    call.trimSide = parser.advance().text.toLowerCase() as NonNullable<FunctionCall["trimSide"]>;
  }
  const first = parser.rules.expression(parser);
  if (parser.take("FROM")) {
    call.arguments.push(parser.rules.expression(parser), first);
    call.trimSide ??= "both";
  } else {
    call.arguments.push(first);
  }
  parser.expect(")");
  call.span = parser.span(start);
  return call;
}

/** `IDENTITY(type, seed, increment)` of SELECT INTO: a call whose first argument is NULL cast to the type. */
function parseIdentityFunction(parser: Parser, start: Token): Expression {
  const name: ObjectName = { name: start.value, span: parser.span(start) };
  parser.expect("(");
  const type = parseType(parser);
  const span = parser.span(start);
  const typed: Expression = { kind: "cast", form: "cast", try: false, operand: { kind: "null", span }, type, span };
  const args: Expression[] = [typed];
  while (parser.take(",")) args.push(parser.rules.expression(parser));
  parser.expect(")");
  return { kind: "call", name, arguments: args, span: parser.span(start) };
}

const SPECIAL_FORMS: ReadonlyMap<string, SpecialForm> = new Map([
  ["CAST", cast("cast", false)],
  ["TRY_CAST", cast("cast", true)],
  ["PARSE", cast("parse", false)],
  ["TRY_PARSE", cast("parse", true)],
  ["CONVERT", convert(false)],
  ["TRY_CONVERT", convert(true)],
  ["IIF", parseIif],
  ["TRIM", parseTrim],
  ["IDENTITY", parseIdentityFunction],
]);
