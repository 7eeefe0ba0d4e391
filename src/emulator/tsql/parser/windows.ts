import type { FrameBound, OrderItem, WindowSpecification } from "../ast";
import { parseIdentifier } from "./names";
import type { Parser } from "./parser";

/** `ORDER BY a, b DESC` */
export function parseOrderItems(parser: Parser): OrderItem[] {
  parser.expectWords("ORDER", "BY");
  return parser.list(parseOrderItem);
}

function parseOrderItem(parser: Parser): OrderItem {
  const expression = parser.rules.expression(parser);
  return { expression, descending: parseDirection(parser) };
}

/** Optional ASC or DESC; true for DESC. */
export function parseDirection(parser: Parser): boolean {
  if (parser.take("DESC")) return true;
  parser.take("ASC");
  return false;
}

/** `OVER (…)` */
export function parseOver(parser: Parser): WindowSpecification {
  parser.expect("OVER");
  const specification: WindowSpecification = { partitionBy: [], orderBy: [] };
  if (parser.isIdentifier) {
    parser.refuse("named windows (WINDOW clause)");
    parseIdentifier(parser);
    return specification;
  }
  parser.expect("(");
  if (parser.is("PARTITION")) {
    parser.expectWords("PARTITION", "BY");
    specification.partitionBy = parser.list(parser.rules.expression);
  }
  if (parser.is("ORDER")) specification.orderBy = parseOrderItems(parser);
  if (parser.is("ROWS") || parser.is("RANGE")) specification.frame = parseFrame(parser);
  parser.expect(")");
  return specification;
}

function parseFrame(parser: Parser): NonNullable<WindowSpecification["frame"]> {
  const unit = parser.advance().text === "ROWS" ? "rows" : "range";
  if (!parser.take("BETWEEN")) return { unit, from: parseBound(parser), to: { kind: "currentRow" } };
  const from = parseBound(parser);
  parser.expect("AND");
  return { unit, from, to: parseBound(parser) };
}

function parseBound(parser: Parser): FrameBound {
  if (parser.take("UNBOUNDED")) {
    if (parser.take("PRECEDING")) return { kind: "unboundedPreceding" };
    parser.expect("FOLLOWING");
    return { kind: "unboundedFollowing" };
  }
  if (parser.take("CURRENT")) {
    parser.expect("ROW");
    return { kind: "currentRow" };
  }
  const offset = parser.rules.expression(parser);
  if (parser.take("PRECEDING")) return { kind: "preceding", offset };
  parser.expect("FOLLOWING");
  return { kind: "following", offset };
}
