import type { CommonTableExpression } from "../ast";
import { parseColumnNames, parseIdentifier, parseStringValue } from "./names";
import type { Parser } from "./parser";

/** `WITH a (x, y) AS (…), b AS (…)`, if given. */
export function parseWith(parser: Parser): CommonTableExpression[] | undefined {
  if (!parser.take("WITH")) return undefined;
  if (parser.is("XMLNAMESPACES") && parser.nextIs("(")) {
    parseXmlNamespaces(parser);
    if (!parser.take(",")) return undefined;
  }
  return parser.list(parseCommonTableExpression);
}

function parseCommonTableExpression(parser: Parser): CommonTableExpression {
  const start = parser.token;
  const name = parseIdentifier(parser);
  const columns = parser.is("(") ? parseColumnNames(parser) : undefined;
  parser.expect("AS");
  parser.expect("(");
  const query = parser.rules.query(parser);
  parser.expect(")");
  return { name, ...(columns && { columns }), query, span: parser.span(start) };
}

/** `WITH XMLNAMESPACES (…)` is read to be refused. */
function parseXmlNamespaces(parser: Parser): void {
  parser.refuse("WITH XMLNAMESPACES");
  parser.advance();
  parser.parenthesizedList((inner) => {
    inner.take("DEFAULT");
    parseStringValue(inner);
    if (inner.take("AS")) parseIdentifier(inner);
  });
}
