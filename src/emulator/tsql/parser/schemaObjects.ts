import type { CreateModule, Expression, ObjectName, SequenceOptions, Statement } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseSignedConstant } from "./literals";
import { parseTriggerTarget, parseViewParts } from "./modules";
import { parseIdentifier, parseObjectName, parsePrincipal } from "./names";
import type { Parser, Place } from "./parser";
import { parsePermission } from "./permissions";
import { parseTableDefinition } from "./tableDefinitions";
import { parseCreateTable } from "./tables";
import { parseType } from "./types";
import { parseUnsupported } from "./unsupported";

type Start = { line: number; start: number };

/** CREATE SCHEMA has been read. */
export function parseCreateSchema(parser: Parser, start: Start, place: Place): Statement {
  if (place === "nested") parser.fail(parser.previous);
  if (place === "batch") {
    throw parser.error(111, "'CREATE SCHEMA' must be the first statement in a query batch.", start.line);
  }
  const name = parser.isIdentifier ? parseIdentifier(parser) : undefined;
  const owner = parser.take("AUTHORIZATION") ? parsePrincipal(parser) : undefined;
  if (name === undefined && owner === undefined) parser.fail();
  const elements: Statement[] = [];
  for (let element = parseSchemaElement(parser); element !== undefined; element = parseSchemaElement(parser)) {
    elements.push(element);
  }
  while (parser.take(";"));
  if (!parser.atEnd) parser.fail();
  return {
    kind: "createSchema",
    ...(name !== undefined && { name }),
    ...(owner !== undefined && { owner }),
    elements,
    span: parser.span(start),
  };
}

function parseSchemaElement(parser: Parser): Statement | undefined {
  const start = parser.token;
  if (parser.is("GRANT") || parser.is("DENY") || parser.is("REVOKE")) return parsePermission(parser);
  if (parser.takeWords("CREATE", "TABLE")) return parseCreateTable(parser, start);
  if (!parser.takeWords("CREATE", "VIEW")) return undefined;
  const { name, options, module } = parseViewParts(parser);
  const text = parser.source(start);
  return {
    kind: "createModule",
    mode: "create",
    name,
    text,
    ...options,
    module,
    span: parser.span(start),
  } satisfies CreateModule;
}

/** ALTER SCHEMA has been read. */
export function parseAlterSchema(parser: Parser, start: Start): Statement {
  const schema = parseIdentifier(parser);
  parser.expect("TRANSFER");
  let objectClass: "object" | "type" = "object";
  if (parser.takeWords("TYPE", "::")) objectClass = "type";
  else if (parser.is("XML") && parser.nextIs("SCHEMA"))
    return parseUnsupported(parser, start, "XML schema collections");
  else parser.takeWords("OBJECT", "::");
  const object = parseObjectName(parser);
  return { kind: "alterSchemaTransfer", schema, class: objectClass, object, span: parser.span(start) };
}

/** CREATE TYPE has been read. */
export function parseCreateType(parser: Parser, start: Start): Statement {
  const name = parseObjectName(parser);
  if (parser.is("EXTERNAL")) return parseUnsupported(parser, start, "CLR types");
  if (parser.take("FROM")) {
    const from = parseType(parser);
    const notNull = parser.takeWords("NOT", "NULL");
    if (!notNull) parser.take("NULL");
    return { kind: "createType", name, from, notNull, span: parser.span(start) };
  }
  parser.expectWords("AS", "TABLE");
  const table = parseTableDefinition(parser);
  if (parser.is("WITH") && parser.nextIs("(")) {
    parser.advance();
    parser.skipParentheses();
    parser.refuse("memory-optimized table types");
  }
  return { kind: "createType", name, table, span: parser.span(start) };
}

/** CREATE or ALTER SEQUENCE has been read. */
export function parseSequence(parser: Parser, start: Start, kind: "createSequence" | "alterSequence"): Statement {
  const name = parseObjectName(parser);
  const type = parser.take("AS") ? parseType(parser) : undefined;
  const options: SequenceOptions = {};
  while (parseSequenceOption(parser, options));
  return { kind, name, ...(type && { type }), options, span: parser.span(start) };
}

function parseSequenceOption(parser: Parser, options: SequenceOptions): boolean {
  switch (parser.token.text) {
    case "START":
      parser.expectWords("START", "WITH");
      options.start = parseSignedConstant(parser);
      return true;
    case "RESTART":
      parser.advance();
      options.restart = parser.take("WITH") ? parseSignedConstant(parser) : true;
      return true;
    case "INCREMENT":
      parser.expectWords("INCREMENT", "BY");
      options.increment = parseSignedConstant(parser);
      return true;
    case "MINVALUE":
      parser.advance();
      options.minimum = parseSignedConstant(parser);
      return true;
    case "MAXVALUE":
      parser.advance();
      options.maximum = parseSignedConstant(parser);
      return true;
    case "CYCLE":
      parser.advance();
      options.cycle = true;
      return true;
    case "CACHE":
      parser.advance();
      options.cache = parseCacheSize(parser);
      return true;
    case "NO":
      parser.advance();
      return parseNoOption(parser, options);
    default:
      return false;
  }
}

/** CACHE without a size leaves the size to the server. */
function parseCacheSize(parser: Parser): Expression {
  if (parser.token.type === TokenType.Integer) return parseSignedConstant(parser);
  return { kind: "integer", text: "50", span: parser.span(parser.previous) };
}

function parseNoOption(parser: Parser, options: SequenceOptions): boolean {
  if (parser.take("MINVALUE")) options.minimum = null;
  else if (parser.take("MAXVALUE")) options.maximum = null;
  else if (parser.take("CYCLE")) options.cycle = false;
  else if (parser.take("CACHE")) options.cache = null;
  else parser.fail();
  return true;
}

/** CREATE SYNONYM has been read. */
export function parseCreateSynonym(parser: Parser, start: Start): Statement {
  const name = parseObjectName(parser);
  parser.expect("FOR");
  const target = parseObjectName(parser);
  return { kind: "createSynonym", name, target, span: parser.span(start) };
}

/** `ENABLE | DISABLE TRIGGER names | ALL ON …` */
export function parseEnableTrigger(parser: Parser): Statement {
  const start = parser.advance();
  parser.expect("TRIGGER");
  const triggers: ObjectName[] | "ALL" = parser.take("ALL") ? "ALL" : parser.list(parseObjectName);
  parser.expect("ON");
  const on = parseTriggerTarget(parser);
  return { kind: "enableTrigger", enable: start.text === "ENABLE", triggers, on, span: parser.span(start) };
}
