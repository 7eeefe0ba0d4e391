/** Functions between characters, codes, names and texts: CHAR, STR, QUOTENAME, PARSENAME, FORMATMESSAGE … */
import { SqlError } from "../errors";
import { decodeText, encodeText } from "../types/collations/codePages";
import { collationOf } from "../types/collations/collation";
import { decimalFromNumber, formatDecimal } from "../types/decimals";
import { isCharacter } from "../types/families";
import { char, FLOAT, INT, NVARCHAR_MAX, nchar, nvarchar, SYSNAME, VARCHAR_MAX, varchar } from "../types/systemTypes";
import type { SqlType } from "../values";
import { invalidArgument } from "./arguments";
import { formatMessage, type MessageArgument } from "./messages";
import { registerFunctions } from "./registry";

const CLOSING: Readonly<Record<string, [open: string, close: string]>> = {
  "[": ["[", "]"],
  "]": ["[", "]"],
  "'": ["'", "'"],
  '"': ['"', '"'],
  "`": ["`", "`"],
  "(": ["(", ")"],
  ")": ["(", ")"],
  "<": ["<", ">"],
  ">": ["<", ">"],
  "{": ["{", "}"],
  "}": ["{", "}"],
};

const MAX_NAME = 128;

function quoteName(name: string, quote: string): string | null {
  const pair = CLOSING[quote.charAt(0)];
  if (name.length > MAX_NAME || pair === undefined || quote.length > 1) return null;
  const [open, close] = pair;
  return open + name.split(close).join(close + close) + close;
}

/** The parts of a name, unquoted, the last first; undefined: it is none, or has more than four. */
function nameParts(name: string): (string | null)[] | undefined {
  const parts: string[] = [];
  const token = /\s*(?:\[((?:[^\]]|\]\])*)\]|"((?:[^"]|"")*)"|([^.[\]"]*))\s*(\.|$)/y;
  for (;;) {
    const match = token.exec(name);
    if (!match) return undefined;
    const [, bracketed, quoted, plain = "", end] = match;
    parts.push(bracketed?.replaceAll("]]", "]") ?? quoted?.replaceAll('""', '"') ?? plain.trim());
    if (end === "") break;
    if (parts.length === 4) return undefined;
    if (token.lastIndex >= name.length) {
      parts.push("");
      break;
    }
  }
  if (parts.some((part) => part.length > MAX_NAME) || parts.at(-1) === "") return undefined;
  return parts.reverse().map((part) => part || null);
}

/** Right-aligned; stars where the whole part does not fit. */
function str(value: number, length: number, decimals: number): string | null {
  if (length < 0 || decimals < 0) return null;
  const places = Math.min(decimals, 16);
  let text = formatDecimal(decimalFromNumber(value, places), places);
  if (text.length > length) {
    const whole = text.split(".")[0] as string;
    if (whole.length > length) return "*".repeat(length);
    const room = Math.max(0, length - whole.length - 1);
    text = formatDecimal(decimalFromNumber(value, room), room);
  }
  return text.length > length ? "*".repeat(length) : text.padStart(length);
}

const JSON_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "/": "\\/",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** As STRING_ESCAPE and FOR JSON write texts. */
export function escapeJson(text: string): string {
  return text.replace(/["\\/\p{Cc}]/gu, (c) => {
    const code = c.charCodeAt(0);
    return JSON_ESCAPES[c] ?? (code < 0x20 ? `\\u${code.toString(16).padStart(4, "0")}` : c);
  });
}

registerFunctions([
  {
    name: "ASCII",
    minArgs: 1,
    maxArgs: 1,
    parameters: [VARCHAR_MAX],
    strict: true,
    resolve: () => INT,
    evaluate: ([text], _, { collation }) =>
      text === "" ? null : (encodeText((text as string).charAt(0), collation)[0] as number),
  },
  {
    name: "UNICODE",
    minArgs: 1,
    maxArgs: 1,
    parameters: [NVARCHAR_MAX],
    strict: true,
    resolve: () => INT,
    evaluate: ([text], _, { collation }) => {
      if (text === "") return null;
      const value = text as string;
      return collationOf(collation).supplementary ? (value.codePointAt(0) as number) : value.charCodeAt(0);
    },
  },
  {
    name: "CHAR",
    minArgs: 1,
    maxArgs: 1,
    parameters: [INT],
    strict: true,
    resolve: () => char(1),
    evaluate: ([code], _, { collation }) => {
      const byte = code as number;
      return byte < 0 || byte > 255 ? null : decodeText(Uint8Array.of(byte), collation);
    },
  },
  {
    name: "NCHAR",
    minArgs: 1,
    maxArgs: 1,
    parameters: [INT],
    strict: true,
    resolve: (_, { scope }) => (collationOf(scope.environment.collation).supplementary ? nvarchar(2) : nchar(1)),
    evaluate: ([code], _, { collation }) => {
      const limit = collationOf(collation).supplementary ? 0x10ffff : 0xffff;
      const point = code as number;
      return point < 0 || point > limit ? null : String.fromCodePoint(point);
    },
  },
  {
    name: "STR",
    minArgs: 1,
    maxArgs: 3,
    parameters: [FLOAT, INT, INT],
    strict: true,
    resolve: (_, { arguments: args }) => {
      const length = args[1]?.constant && args[1].type.kind === "int" ? 8000 : 30;
      return varchar(args.length === 1 ? 10 : length);
    },
    evaluate: ([value, length, decimals]) =>
      str(value as number, (length as number | undefined) ?? 10, (decimals as number | undefined) ?? 0),
  },
  {
    name: "QUOTENAME",
    minArgs: 1,
    maxArgs: 2,
    parameters: [NVARCHAR_MAX, NVARCHAR_MAX],
    strict: true,
    resolve: () => nvarchar(258),
    evaluate: ([name, quote]) => quoteName(name as string, (quote as string | undefined) ?? "["),
  },
  {
    name: "PARSENAME",
    minArgs: 2,
    maxArgs: 2,
    parameters: [NVARCHAR_MAX, INT],
    strict: true,
    resolve: () => SYSNAME,
    evaluate: ([name, part]) => nameParts(name as string)?.[(part as number) - 1] ?? null,
  },
  {
    name: "STRING_ESCAPE",
    minArgs: 2,
    maxArgs: 2,
    parameters: [NVARCHAR_MAX, NVARCHAR_MAX],
    resolve: () => NVARCHAR_MAX,
    evaluate: ([text, kind]) => {
      if (kind === null || (kind as string).toLowerCase() !== "json") {
        throw new SqlError(13610, 'The argument 2 of the "string_escape" must be a string literal.', 1, 16);
      }
      return text === null ? null : escapeJson(text as string);
    },
  },
  {
    name: "FORMATMESSAGE",
    minArgs: 1,
    maxArgs: 21,
    resolve: ([type]) => {
      const first = type as SqlType;
      if (!isCharacter(first) && first.kind !== "int" && !first.isNullLiteral)
        throw invalidArgument(first, 1, "formatmessage");
      return nvarchar(2048);
    },
    evaluate: ([message, ...values], { session }, { types }) => {
      if (message === null) return null;
      const format = typeof message === "string" ? message : session.userMessage(message as number);
      if (format === undefined) return null;
      const args = values.map(
        (value, i): MessageArgument => ({ type: types[i + 1] as SqlType, value: value as MessageArgument["value"] }),
      );
      return formatMessage(format, args);
    },
  },
]);
