import { TsqlSyntaxError } from "../errors";
import type { Parser } from "./parser";

/** `VALUES (…), (…)`: rows of what `item` reads, all of one length. */
export function parseRowValues<T>(parser: Parser, item: (parser: Parser) => T): T[][] {
  parser.expect("VALUES");
  const rows = parser.list((inner) => inner.parenthesizedList(item));
  const width = rows[0]?.length;
  if (rows.some((row) => row.length !== width)) {
    const message = "The number of columns for each row in a table value constructor must be the same.";
    throw new TsqlSyntaxError(10709, message, parser.previous.line, 1, 16);
  }
  return rows;
}
