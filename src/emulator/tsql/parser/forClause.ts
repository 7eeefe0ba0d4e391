import type { ForClause } from "../ast";
import { TsqlSyntaxError } from "../errors";
import { parseStringValue } from "./names";
import type { Parser } from "./parser";

/** `FOR JSON …`, `FOR XML …`; FOR BROWSE is read to be refused. */
export function parseForClause(parser: Parser): ForClause {
  parser.expect("FOR");
  if (parser.take("JSON")) return parseForJson(parser);
  if (parser.take("XML")) return parseForXml(parser);
  parser.expect("BROWSE");
  parser.refuse("FOR BROWSE");
  return { kind: "xml", mode: "auto" };
}

function parseForJson(parser: Parser): ForClause {
  const clause: ForClause = { kind: "json", mode: parser.take("AUTO") ? "auto" : "path" };
  if (clause.mode === "path") parser.expect("PATH");
  while (parser.take(",")) {
    if (parser.take("ROOT")) clause.root = parseElementName(parser) ?? true;
    else if (parser.take("INCLUDE_NULL_VALUES")) clause.includeNullValues = true;
    else if (parser.take("WITHOUT_ARRAY_WRAPPER")) clause.withoutArrayWrapper = true;
    else parser.fail();
  }
  if (clause.root !== undefined && clause.withoutArrayWrapper) {
    const message =
      "ROOT option and WITHOUT_ARRAY_WRAPPER option cannot be used together in FOR JSON. Remove one of these options.";
    throw new TsqlSyntaxError(13620, message, parser.previous.line, 1, 16);
  }
  return clause;
}

const XML_MODES: Readonly<Record<string, ForClause["mode"]>> = {
  PATH: "path",
  AUTO: "auto",
  RAW: "raw",
  EXPLICIT: "explicit",
};

function parseForXml(parser: Parser): ForClause {
  const mode = XML_MODES[parser.token.text];
  if (mode === undefined) parser.fail();
  parser.advance();
  const clause: ForClause = { kind: "xml", mode };
  if (mode === "path" || mode === "raw") {
    const element = parseElementName(parser);
    if (element !== undefined) clause.element = element;
  }
  while (parser.take(",")) parseXmlOption(parser, clause);
  return clause;
}

function parseXmlOption(parser: Parser, clause: ForClause): void {
  if (parser.take("TYPE")) {
    clause.type = true;
  } else if (parser.take("ROOT")) {
    clause.root = parseElementName(parser) ?? true;
  } else if (parser.take("ELEMENTS")) {
    clause.elements = true;
    if (parser.take("XSINIL")) parser.refuse("FOR XML … ELEMENTS XSINIL");
    else parser.take("ABSENT");
  } else if (parser.take("BINARY")) {
    parser.expect("BASE64");
    parser.refuse("FOR XML … BINARY BASE64");
  } else if (parser.is("XMLSCHEMA") || parser.is("XMLDATA")) {
    parser.refuse(`FOR XML … ${parser.advance().text}`);
    parseElementName(parser);
  } else {
    parser.fail();
  }
}

/** `('name')`, if given. */
function parseElementName(parser: Parser): string | undefined {
  if (!parser.take("(")) return undefined;
  const name = parseStringValue(parser);
  parser.expect(")");
  return name;
}
