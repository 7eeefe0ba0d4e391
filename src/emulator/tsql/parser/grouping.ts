import type { Expression, GroupingElement } from "../ast";
import type { Parser } from "./parser";

/** `GROUP BY …`, with ROLLUP, CUBE, GROUPING SETS and the older WITH ROLLUP and WITH CUBE. */
export function parseGroupBy(parser: Parser): GroupingElement[] {
  parser.expectWords("GROUP", "BY");
  if (parser.take("ALL")) parser.refuse("GROUP BY ALL");
  const elements = parser.list(parseElement);
  if (!parser.is("WITH") || !(parser.nextIs("ROLLUP") || parser.nextIs("CUBE"))) return elements;
  parser.advance();
  const kind = parser.advance().text === "ROLLUP" ? "rollup" : "cube";
  const sets: Expression[][] = [];
  for (const element of elements) {
    if (element.kind !== "expression") {
      const message =
        "The WITH CUBE and WITH ROLLUP options are not permitted with a ROLLUP, CUBE, or GROUPING SETS specification.";
      throw parser.error(10702, message);
    }
    sets.push([element.expression]);
  }
  return [{ kind, sets }];
}

function parseElement(parser: Parser): GroupingElement {
  if (parser.is("ROLLUP") && parser.nextIs("(")) return { kind: "rollup", sets: parseSets(parser) };
  if (parser.is("CUBE") && parser.nextIs("(")) return { kind: "cube", sets: parseSets(parser) };
  if (parser.is("GROUPING") && parser.nextIs("SETS")) {
    parser.takeWords("GROUPING", "SETS");
    return { kind: "groupingSets", sets: parser.parenthesizedList(parseGroupingSet).flat() };
  }
  if (parser.is("(") && parser.nextIs(")")) {
    parser.advance();
    parser.advance();
    return { kind: "groupingSets", sets: [[]] };
  }
  return { kind: "expression", expression: parser.rules.expression(parser) };
}

/** The composite elements of ROLLUP or CUBE, whose name is next: `ROLLUP (a, (b, c))`. */
function parseSets(parser: Parser): Expression[][] {
  parser.advance();
  return parser.parenthesizedList(parseSet);
}

/** `()`, `(a, b)` or `a`. A parenthesis may also belong to an expression: `(a + b) * 2`. */
function parseSet(parser: Parser): Expression[] {
  if (!parser.is("(") || parser.opensQuery()) return [parser.rules.expression(parser)];
  if (parser.nextIs(")")) {
    parser.advance();
    parser.advance();
    return [];
  }
  if (!parser.parenthesisEndsElement()) return [parser.rules.expression(parser)];
  return parser.parenthesizedList(parser.rules.expression);
}

/** One member of GROUPING SETS; ROLLUP and CUBE within it stand for several sets. */
function parseGroupingSet(parser: Parser): Expression[][] {
  if (parser.is("ROLLUP") && parser.nextIs("(")) {
    const sets = parseSets(parser);
    return Array.from({ length: sets.length + 1 }, (_, i) => sets.slice(0, sets.length - i).flat());
  }
  if (parser.is("CUBE") && parser.nextIs("(")) {
    const sets = parseSets(parser);
    return subsets(sets);
  }
  return [parseSet(parser)];
}

/** All combinations of the sets, the full one first and the empty one last. */
function subsets(sets: Expression[][]): Expression[][] {
  const [first, ...rest] = sets;
  if (first === undefined) return [[]];
  const others = subsets(rest);
  return [...others.map((set) => [...first, ...set]), ...others];
}
