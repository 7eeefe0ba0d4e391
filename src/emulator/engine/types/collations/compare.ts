/** Order and equality of texts under a collation. Trailing blanks never count. */
import { type Collation, collationOf } from "./collation";

/** Order of the printable ASCII characters, equal for both cases of a letter; 0: not in the fast path. */
const ASCII_ORDER: Uint8Array = asciiOrder();

function asciiOrder(): Uint8Array {
  const order = new Uint8Array(128);
  const collator = new Intl.Collator("en", { sensitivity: "base" });
  const characters = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).sort(collator.compare);
  let rank = 0;
  characters.forEach((character, i) => {
    if (i === 0 || collator.compare(characters[i - 1] as string, character) !== 0) rank++;
    order[character.charCodeAt(0)] = rank;
  });
  return order;
}

export function trimmedLength(text: string): number {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 32) end--;
  return end;
}

interface Comparer {
  compare(one: string, other: string): number;
  /** Equal keys for equal texts. */
  key(text: string): string;
}

const comparers = new Map<string, Comparer>();

function comparerOf(name: string | undefined): Comparer {
  const key = name ?? "";
  let comparer = comparers.get(key);
  if (comparer === undefined) {
    comparer = build(collationOf(name));
    comparers.set(key, comparer);
  }
  return comparer;
}

function build(collation: Collation): Comparer {
  if (collation.binary) return { compare: compareBinary, key: trimmed };
  const collator = new Intl.Collator(collation.locale, {
    sensitivity: collation.caseSensitive
      ? collation.accentSensitive
        ? "variant"
        : "case"
      : collation.accentSensitive
        ? "accent"
        : "base",
    caseFirst: collation.upperFirst && collation.caseSensitive ? "upper" : "false",
  });
  // Some languages sort ASCII letters otherwise (Danish aa, Czech ch, Turkish i): no fast path for them.
  const fast = collation.locale === "en" && !collation.caseSensitive;
  const written = expandsLetters(collation) ? expanded : (text: string) => text;
  return {
    compare(one, other) {
      if (one === other) return 0;
      if (fast) {
        const order = compareAscii(one, other);
        if (order !== undefined) return order;
      }
      return collator.compare(written(trimmed(one)), written(trimmed(other)));
    },
    key: (text) => foldText(written(trimmed(text)), collation),
  };
}

/** Windows takes ß for ss and æ for ae where no language has them as letters of their own. */
const expandsLetters = ({ locale, caseSensitive }: Collation): boolean => locale === "en" && !caseSensitive;

const EXPANSIONS: Readonly<Record<string, string>> = {
  ß: "ss",
  ẞ: "SS",
  æ: "ae",
  Æ: "AE",
  œ: "oe",
  Œ: "OE",
  þ: "th",
  Þ: "TH",
};

const expanded = (text: string): string => text.replace(/[ßẞæÆœŒþÞ]/g, (letter) => EXPANSIONS[letter] as string);

const trimmed = (text: string): string => text.slice(0, trimmedLength(text));

/** undefined: there is a character outside of printable ASCII. */
function compareAscii(one: string, other: string): number | undefined {
  const shorter = Math.min(one.length, other.length);
  let difference = 0;
  for (let i = 0; i < shorter; i++) {
    const a = one.charCodeAt(i);
    const b = other.charCodeAt(i);
    if (a > 127 || b > 127) return undefined;
    const left = ASCII_ORDER[a] as number;
    const right = ASCII_ORDER[b] as number;
    if (left === 0 || right === 0) return undefined;
    if (difference === 0 && left !== right) difference = left - right;
  }
  if (one.length === other.length) return difference;
  const rest = one.length > shorter ? one : other;
  for (let i = shorter; i < rest.length; i++) {
    const code = rest.charCodeAt(i);
    if (code > 127 || ASCII_ORDER[code] === 0) return undefined;
  }
  if (difference !== 0) return difference;
  return trimmedLength(one) - trimmedLength(other) === 0 ? 0 : blankPadded(one, other, shorter);
}

/** The shorter text counts as filled up with blanks, the lowest of all. */
function blankPadded(one: string, other: string, from: number): number {
  const longerIsOne = one.length > other.length;
  const rest = longerIsOne ? one : other;
  for (let i = from; i < rest.length; i++) if (rest.charCodeAt(i) !== 32) return longerIsOne ? 1 : -1;
  return 0;
}

function compareBinary(one: string, other: string): number {
  const a = trimmed(one);
  const b = trimmed(other);
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const difference = codePointOrder(a.charCodeAt(i)) - codePointOrder(b.charCodeAt(i));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Surrogates come after the rest of the BMP, as their code points do. */
const codePointOrder = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

const isAscii = (text: string): boolean => {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
};

/** Texts that the collation finds equal become the same text. May change the length: see foldUnits. */
function foldText(text: string, collation: Collation): string {
  if (isAscii(text)) return collation.caseSensitive ? text : text.toLowerCase();
  let folded = text.normalize("NFKD");
  if (!collation.accentSensitive) folded = folded.replace(/\p{M}/gu, "");
  folded = folded.normalize("NFC");
  return collation.caseSensitive ? folded : folded.toUpperCase().toLowerCase();
}

const foldedUnits = new Map<string, Map<string, string>>();

/** Folds unit by unit, so that positions stay: for LIKE, CHARINDEX and REPLACE. */
export function foldUnits(text: string, collationName: string | undefined): string {
  const collation = collationOf(collationName);
  if (collation.binary || (collation.caseSensitive && collation.accentSensitive)) return text;
  if (isAscii(text)) return collation.caseSensitive ? text : text.toLowerCase();
  const key = `${collation.caseSensitive}${collation.accentSensitive}`;
  let units = foldedUnits.get(key);
  if (units === undefined) {
    units = new Map();
    foldedUnits.set(key, units);
  }
  let folded = "";
  for (let i = 0; i < text.length; i++) {
    const unit = text.charAt(i);
    let fold = units.get(unit);
    if (fold === undefined) {
      const whole = foldText(unit, collation);
      fold = whole.length === 1 ? whole : unit;
      units.set(unit, fold);
    }
    folded += fold;
  }
  return folded;
}

export function compareText(one: string, other: string, collation: string | undefined): number {
  return comparerOf(collation).compare(one, other);
}

export function equalText(one: string, other: string, collation: string | undefined): boolean {
  return one === other || comparerOf(collation).compare(one, other) === 0;
}

/** The same for all texts that are equal under the collation: a key for hashing and grouping. */
export function collationKey(text: string, collation: string | undefined): string {
  return comparerOf(collation).key(text);
}
