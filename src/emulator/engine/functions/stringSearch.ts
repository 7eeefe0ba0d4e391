/** Functions that look for texts within texts, under the arguments' collation. */
import { SqlError } from "../errors";
import { foldUnits } from "../types/collations/compare";
import { likePattern } from "../types/collations/like";
import { isMax, isUnicode } from "../types/families";
import { BIGINT, INT, nvarchar, VARCHAR_MAX, varchar } from "../types/systemTypes";
import type { SqlType, Value } from "../values";
import { type ResolvedCall, registerFunctions } from "./registry";

const TEXT = VARCHAR_MAX;

const position = (value: number, call: ResolvedCall): Value => (call.result.kind === "bigint" ? BigInt(value) : value);
const positionType = (types: readonly SqlType[], searched: number): SqlType => {
  const type = types[searched] as SqlType;
  return isMax(type) ? BIGINT : INT;
};

function replacedType(types: readonly SqlType[]): SqlType {
  const unicode = types.some(isUnicode);
  if (types.some(isMax)) return unicode ? nvarchar(-1) : VARCHAR_MAX;
  return unicode ? nvarchar(4000) : varchar(8000);
}

function replace(text: string, find: string, by: string, collation: string | undefined): string {
  if (find === "") return text;
  const searched = foldUnits(text, collation);
  const wanted = foldUnits(find, collation);
  let at = searched.indexOf(wanted);
  if (at < 0) return text;
  let result = "";
  let from = 0;
  while (at >= 0) {
    result += text.slice(from, at) + by;
    from = at + wanted.length;
    at = searched.indexOf(wanted, from);
  }
  return result + text.slice(from);
}

function translate(text: string, from: string, to: string, collation: string | undefined): string {
  const wanted = foldUnits(from, collation);
  const searched = foldUnits(text, collation);
  let result = "";
  for (let i = 0; i < text.length; i++) {
    const at = wanted.indexOf(searched.charAt(i));
    result += at < 0 ? text.charAt(i) : to.charAt(at);
  }
  return result;
}

const SOUNDEX_CODES: Readonly<Record<string, string>> = Object.fromEntries(
  ["BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"].flatMap((letters, i) =>
    [...letters].map((letter) => [letter, `${i + 1}`]),
  ),
);

function soundex(text: string): string {
  const letters = text.toUpperCase();
  const first = letters.charAt(0);
  if (!/[A-Z]/.test(first)) return "0000";
  let result = first;
  let last = SOUNDEX_CODES[first];
  for (const letter of letters.slice(1)) {
    if (!/[A-Z]/.test(letter)) break;
    const code = SOUNDEX_CODES[letter];
    if (code !== undefined && code !== last) result += code;
    // H and W do not part two letters of the same sound.
    if (letter !== "H" && letter !== "W") last = code;
  }
  return result.slice(0, 4).padEnd(4, "0");
}

registerFunctions([
  {
    name: "CHARINDEX",
    largeText: true,
    minArgs: 2,
    maxArgs: 3,
    parameters: [TEXT, TEXT, BIGINT],
    strict: true,
    resolve: (types) => positionType(types, 1),
    evaluate: ([find, text, start], _, call) => {
      if (find === "") return position(0, call);
      const from = Math.max(0, Number((start as bigint | undefined) ?? 1n) - 1);
      const at = foldUnits(text as string, call.collation).indexOf(foldUnits(find as string, call.collation), from);
      return position(at + 1, call);
    },
  },
  {
    name: "PATINDEX",
    largeText: true,
    minArgs: 2,
    maxArgs: 2,
    parameters: [TEXT, TEXT],
    strict: true,
    resolve: (types) => positionType(types, 1),
    evaluate: ([pattern, text], _, call) => {
      const blankPadded = !call.types.some(isUnicode);
      return position(
        likePattern(pattern as string, undefined, call.collation, blankPadded).position(text as string),
        call,
      );
    },
  },
  {
    name: "REPLACE",
    minArgs: 3,
    maxArgs: 3,
    parameters: [TEXT, TEXT, TEXT],
    strict: true,
    resolve: replacedType,
    evaluate: ([text, find, by], _, { collation, result }) => {
      const replaced = replace(text as string, find as string, by as string, collation);
      const limit = result.length as number;
      return limit > 0 && replaced.length > limit ? replaced.slice(0, limit) : replaced;
    },
  },
  {
    name: "TRANSLATE",
    minArgs: 3,
    maxArgs: 3,
    parameters: [TEXT, TEXT, TEXT],
    strict: true,
    resolve: ([type]) => replacedType([type as SqlType]),
    evaluate: ([text, from, to], _, { collation }) => {
      if ((from as string).length !== (to as string).length) {
        throw new SqlError(
          9828,
          "The second and third arguments of the TRANSLATE built-in function must contain an equal number of characters.",
          1,
          16,
        );
      }
      return translate(text as string, from as string, to as string, collation);
    },
  },
  {
    name: "SOUNDEX",
    minArgs: 1,
    maxArgs: 1,
    parameters: [TEXT],
    strict: true,
    resolve: () => varchar(5),
    evaluate: ([text]) => soundex(text as string),
  },
  {
    name: "DIFFERENCE",
    minArgs: 2,
    maxArgs: 2,
    parameters: [TEXT, TEXT],
    strict: true,
    resolve: () => INT,
    evaluate: ([one, other]) => {
      const a = soundex(one as string);
      const b = soundex(other as string);
      return [0, 1, 2, 3].filter((i) => a.charAt(i) === b.charAt(i)).length;
    },
  },
]);
