/** LIKE and PATINDEX: patterns of %, _, [set], [^set] compiled to matchers under a collation. */
import { collationOf } from "./collation";
import { compareText, foldUnits } from "./compare";

type Element =
  | { kind: "text"; unit: string }
  | { kind: "one" }
  | { kind: "any" }
  | { kind: "set"; negated: boolean; units: ReadonlySet<string>; ranges: readonly (readonly [string, string])[] };

export interface LikePattern {
  /** A malformed escapedBy matches nothing. */
  matches(text: string): boolean;
  /** 1-based start of the first match that the pattern allows; 0: none. For PATINDEX. */
  position(text: string): number;
}

const CACHE_LIMIT = 1000;
const cache = new Map<string, LikePattern>();

/** `blankPadded`: trailing blanks of the text do not count (char and varchar). */
export function likePattern(
  pattern: string,
  escapedBy: string | undefined,
  collation: string | undefined,
  blankPadded: boolean,
): LikePattern {
  const key = `${collation ?? ""}\u0000${escapedBy ?? ""}\u0000${blankPadded ? 1 : 0}${pattern}`;
  let compiled = cache.get(key);
  if (compiled === undefined) {
    compiled = compile(pattern, escapedBy, collation, blankPadded);
    if (cache.size >= CACHE_LIMIT) cache.clear();
    cache.set(key, compiled);
  }
  return compiled;
}

function compile(
  pattern: string,
  escapedBy: string | undefined,
  collation: string | undefined,
  blankPadded: boolean,
): LikePattern {
  const elements = parse(pattern, escapedBy, collation);
  if (elements === undefined) return { matches: () => false, position: () => 0 };
  const matcher = new Matcher(elements, collation, blankPadded);
  return { matches: (text) => matcher.matches(text), position: (text) => matcher.position(text) };
}

/** undefined: the pattern can match nothing (an open bracket, an escape at the end). */
function parse(pattern: string, escapedBy: string | undefined, collation: string | undefined): Element[] | undefined {
  const elements: Element[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const unit = pattern.charAt(i);
    if (unit === escapedBy) {
      i++;
      if (i >= pattern.length) return undefined;
      elements.push({ kind: "text", unit: foldUnits(pattern.charAt(i), collation) });
    } else if (unit === "%") {
      if (elements.at(-1)?.kind !== "any") elements.push({ kind: "any" });
    } else if (unit === "_") {
      elements.push({ kind: "one" });
    } else if (unit === "[") {
      const set = parseSet(pattern, i + 1, escapedBy, collation);
      if (set === undefined) return undefined;
      elements.push(set.element);
      i = set.end;
    } else {
      elements.push({ kind: "text", unit: foldUnits(unit, collation) });
    }
  }
  return elements;
}

function parseSet(
  pattern: string,
  start: number,
  escapedBy: string | undefined,
  collation: string | undefined,
): { element: Element; end: number } | undefined {
  const units = new Set<string>();
  const ranges: [string, string][] = [];
  let i = start;
  const negated = pattern.charAt(i) === "^";
  if (negated) i++;
  const take = (): string | undefined => {
    if (pattern.charAt(i) === escapedBy && escapedBy !== undefined) i++;
    return i < pattern.length ? pattern.charAt(i++) : undefined;
  };
  // A closing bracket ends the set, but not as its first member.
  for (let first = true; ; first = false) {
    if (i >= pattern.length) return undefined;
    if (pattern.charAt(i) === "]" && !first) break;
    if (pattern.charAt(i) === "]" && first && pattern.indexOf("]", i + 1) < 0) break;
    const from = take();
    if (from === undefined) return undefined;
    if (pattern.charAt(i) === "-" && i + 1 < pattern.length && pattern.charAt(i + 1) !== "]") {
      i++;
      const to = take();
      if (to === undefined) return undefined;
      ranges.push([from, to]);
    } else {
      units.add(foldUnits(from, collation));
    }
  }
  return { element: { kind: "set", negated, units, ranges }, end: i };
}

class Matcher {
  private readonly elements: readonly Element[];

  constructor(
    elements: readonly Element[],
    private readonly collation: string | undefined,
    private readonly blankPadded: boolean,
  ) {
    this.elements = elements;
  }

  matches(text: string): boolean {
    return this.run(text, foldUnits(text, this.collation), 0, this.elements);
  }

  position(text: string): number {
    const folded = foldUnits(text, this.collation);
    const leading = this.elements[0]?.kind === "any";
    if (!leading) return this.run(text, folded, 0, this.elements) ? 1 : 0;
    const rest = this.elements.slice(1);
    if (rest.length === 0) return text.length > 0 ? 1 : 0;
    for (let at = 0; at <= text.length; at++) if (this.run(text, folded, at, rest)) return at + 1;
    return 0;
  }

  /** Steps through text and pattern; after a mismatch the last % takes one unit more. */
  private run(text: string, folded: string, start: number, elements: readonly Element[]): boolean {
    let at = start;
    let element = 0;
    let resumeElement = -1;
    let resumeAt = 0;
    for (;;) {
      const current = elements[element];
      if (current === undefined) {
        if (at === folded.length || (this.blankPadded && onlyBlanks(folded, at))) return true;
      } else if (current.kind === "any") {
        resumeElement = ++element;
        resumeAt = at;
        continue;
      } else if (at < folded.length && this.matchesOne(current, text, folded, at)) {
        at++;
        element++;
        continue;
      }
      if (resumeElement < 0 || resumeAt >= folded.length) return false;
      at = ++resumeAt;
      element = resumeElement;
    }
  }

  private matchesOne(element: Exclude<Element, { kind: "any" }>, text: string, folded: string, at: number): boolean {
    if (element.kind === "text") return element.unit === folded.charAt(at);
    if (element.kind === "one") return true;
    const found =
      element.units.has(folded.charAt(at)) || element.ranges.some((range) => this.inRange(text.charAt(at), range));
    return found !== element.negated;
  }

  private inRange(unit: string, [low, high]: readonly [string, string]): boolean {
    if (collationOf(this.collation).binary) return unit >= low && unit <= high;
    return compareText(unit, low, this.collation) >= 0 && compareText(unit, high, this.collation) <= 0;
  }
}

function onlyBlanks(text: string, from: number): boolean {
  for (let i = from; i < text.length; i++) if (text.charCodeAt(i) !== 32) return false;
  return true;
}
