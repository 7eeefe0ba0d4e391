import type { TypeName } from "../ast";
import type { Token } from "../lexer/tokens";
import { TokenType } from "../lexer/tokens";
import { parseIdentifier } from "./names";
import type { Parser } from "./parser";

const SYSTEM_TYPES: ReadonlySet<string> = new Set(
  `bigint int smallint tinyint bit decimal numeric money smallmoney float real date datetime datetime2 smalldatetime time
  datetimeoffset char varchar text nchar nvarchar ntext binary varbinary image uniqueidentifier timestamp rowversion
  sql_variant xml hierarchyid geography geometry sysname cursor table vector json`.split(/\s+/),
);

/** ISO names of system types. */
const SYNONYMS: Readonly<Record<string, string>> = {
  integer: "int",
  dec: "decimal",
  character: "char",
};

/** What the numbers in parentheses mean; for all other types, and users' types, a length. */
const WITH_PRECISION: ReadonlySet<string> = new Set(["decimal", "numeric", "float", "real"]);
const WITH_SCALE: ReadonlySet<string> = new Set(["time", "datetime2", "datetimeoffset"]);

/** A data type as written; ISO synonyms and names of several words are turned into the type's own name. */
export function parseType(parser: Parser): TypeName {
  const start = parser.token;
  const type = parseBareType(parser, start);
  if (parser.take("(")) {
    parseTypeArguments(parser, type);
    parser.expect(")");
  }
  type.span = parser.span(start);
  return type;
}

function parseBareType(parser: Parser, start: Token): TypeName {
  const span = parser.span(start);
  const several = parseSeveralWordType(parser);
  if (several !== undefined) return { name: several, span, ...(several === "float" ? { precision: 53 } : {}) };
  if (parser.take("CURSOR")) return { name: "cursor", span };
  const first = parseIdentifier(parser);
  if (!parser.is(".")) return systemType(first, span) ?? { name: first, span };
  parser.advance();
  const name = parseIdentifier(parser);
  if (parser.is(".")) {
    const message = `The type name '${first}.${name}.${parser.peek().value}' contains more than the maximum number of prefixes. The maximum is 1.`;
    throw parser.error(117, message, start.line);
  }
  if (first.toLowerCase() === "sys") return systemType(name, span) ?? { name, schema: first, span };
  return { name, schema: first, span };
}

function systemType(written: string, span: TypeName["span"]): TypeName | undefined {
  const lower = written.toLowerCase();
  const name = SYNONYMS[lower] ?? lower;
  return SYSTEM_TYPES.has(name) ? { name, span } : undefined;
}

/** `national character varying`, `char varying`, `binary varying`, `double precision`. */
function parseSeveralWordType(parser: Parser): string | undefined {
  if (parser.takeWords("DOUBLE", "PRECISION")) return "float";
  if (parser.take("NATIONAL")) {
    if (parser.take("TEXT")) return "ntext";
    if (!parser.take("CHAR")) parser.expect("CHARACTER");
    return parser.take("VARYING") ? "nvarchar" : "nchar";
  }
  if (!parser.nextIs("VARYING")) return undefined;
  if (parser.takeWords("CHAR", "VARYING") || parser.takeWords("CHARACTER", "VARYING")) return "varchar";
  if (parser.takeWords("NCHAR", "VARYING")) return "nvarchar";
  if (parser.takeWords("BINARY", "VARYING")) return "varbinary";
  return undefined;
}

function parseTypeArguments(parser: Parser, type: TypeName): void {
  if (parser.take("MAX")) {
    type.length = "max";
    return;
  }
  if (type.name === "xml") {
    parser.refuse("XML schema collections");
    while (!parser.is(")") && !parser.atEnd) parser.advance();
    return;
  }
  const first = Number(parser.expectType(TokenType.Integer).value);
  if (WITH_PRECISION.has(type.name)) {
    type.precision = first;
    if (parser.take(",")) type.scale = Number(parser.expectType(TokenType.Integer).value);
  } else if (WITH_SCALE.has(type.name)) {
    type.scale = first;
  } else {
    type.length = first;
    if (parser.take(",")) type.scale = Number(parser.expectType(TokenType.Integer).value);
  }
}
