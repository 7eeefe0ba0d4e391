import type { TableSource } from "../ast";
import { parseFunction } from "./functions";
import { parseColumnNames, parseIdentifier, parseNameParts } from "./names";
import type { Parser } from "./parser";

/** PIVOT and UNPIVOT after a table source, if given. */
export function parsePivots(parser: Parser, source: TableSource): TableSource {
  let result = source;
  for (;;) {
    if (parser.is("PIVOT")) result = parsePivot(parser, result);
    else if (parser.is("UNPIVOT")) result = parseUnpivot(parser, result);
    else return result;
  }
}

/** `PIVOT (SUM(v) FOR k IN ([a], [b])) AS p` */
function parsePivot(parser: Parser, source: TableSource): TableSource {
  parser.expect("PIVOT");
  parser.expect("(");
  const start = parser.token;
  const aggregate = parseFunction(parser, parseNameParts(parser), start);
  if (aggregate.kind !== "call") parser.fail(start);
  parser.expect("FOR");
  const column = parseNameParts(parser);
  parser.expect("IN");
  const values = parseColumnNames(parser);
  parser.expect(")");
  parser.take("AS");
  const alias = parseIdentifier(parser);
  return { kind: "pivot", source, aggregate, column, values, alias, span: parser.span(source.span) };
}

/** `UNPIVOT (v FOR k IN ([a], [b])) AS u` */
function parseUnpivot(parser: Parser, source: TableSource): TableSource {
  parser.expect("UNPIVOT");
  parser.expect("(");
  const valueColumn = parseIdentifier(parser);
  parser.expect("FOR");
  const nameColumn = parseIdentifier(parser);
  parser.expect("IN");
  const columns = parseColumnNames(parser);
  parser.expect(")");
  parser.take("AS");
  const alias = parseIdentifier(parser);
  return { kind: "unpivot", source, valueColumn, nameColumn, columns, alias, span: parser.span(source.span) };
}
