/** Functions that measure, cut and join texts. */
import { SqlError } from "../errors";
import { byteLength } from "../types/collations/codePages";
import { collationOf } from "../types/collations/collation";
import { trimmedLength } from "../types/collations/compare";
import type { ConversionSettings } from "../types/conversions/conversion";
import { converterFor } from "../types/conversions/convert";
import { bytesOf } from "../types/conversions/toBinary";
import { isBinary, isCharacter, isMax, isUnicode } from "../types/families";
import { BIGINT, INT, nvarchar, VARCHAR_MAX, varbinary, varchar } from "../types/systemTypes";
import type { SqlType, Value, Variant } from "../values";
import { invalidArgument, sameText, textType } from "./arguments";
import { type FunctionDefinition, type ResolvedCall, registerFunctions } from "./registry";

const TEXT = VARCHAR_MAX;

/** The text that CAST makes of a value. */
export function textOf(value: Exclude<Value, null>, type: SqlType, settings: ConversionSettings): string {
  return converterFor(type, isUnicode(type) ? nvarchar(-1) : VARCHAR_MAX)(value, settings, undefined) as string;
}

/** Lengths and positions in max types are bigints. */
const countType = ([type]: readonly SqlType[]): SqlType => (type && isMax(type) ? BIGINT : INT);
const count = (value: number, call: ResolvedCall): Value => (call.result.kind === "bigint" ? BigInt(value) : value);

/** The first argument's text type: the result is a text as long as it is. */
const asFirst = ([type]: readonly SqlType[]): SqlType => {
  const text = textType(type as SqlType);
  return isMax(text) ? sameText(text, -1) : sameText(text, text.length ?? 1);
};

/** 8,000 bytes, or max where an argument is. */
const asLongAsCanBe = (types: readonly SqlType[]): SqlType => {
  const unicode = types.some((type) => isUnicode(type));
  const length = types.some((type) => isCharacter(type) && isMax(type)) ? -1 : unicode ? 4000 : 8000;
  return unicode ? nvarchar(length) : varchar(length);
};

function limited(text: string, type: SqlType): string {
  const { length } = type;
  return length !== undefined && length > 0 && text.length > length ? text.slice(0, length) : text;
}

const invalidLength = (name: string) =>
  name === "RIGHT"
    ? new SqlError(536, "Invalid length parameter passed to the RIGHT function.", 4, 16)
    : new SqlError(537, "Invalid length parameter passed to the LEFT or SUBSTRING function.", 3, 16);

const text = (
  name: string,
  evaluate: (value: string, call: ResolvedCall) => Value,
  resolve: FunctionDefinition["resolve"] = asFirst,
): FunctionDefinition => ({
  name,
  minArgs: 1,
  maxArgs: 1,
  parameters: [TEXT],
  strict: true,
  keepsNotNull: true,
  resolve,
  evaluate: ([value], _, call) => evaluate(value as string, call),
});

function lengthInCharacters(value: string, collation: string | undefined): number {
  const end = trimmedLength(value);
  if (!collationOf(collation).supplementary) return end;
  return Array.from(value.slice(0, end)).length;
}

/** Case by character: ß stays, because its capital would be two. */
function mapCase(value: string, change: (character: string) => string): string {
  const changed = change(value);
  if (changed.length === value.length) return changed;
  return Array.from(value, (character) => {
    const one = change(character);
    return one.length === character.length ? one : character;
  }).join("");
}

/** Bytes of a value as it is stored: DATALENGTH. */
export function dataLength(value: Exclude<Value, null>, type: SqlType): number {
  if (typeof value === "string") {
    if (type.kind === "uniqueidentifier") return 16;
    return isUnicode(type) ? value.length * 2 : byteLength(value, type.collation);
  }
  if (value instanceof Uint8Array) return value.length;
  switch (type.kind) {
    case "sql_variant":
      return dataLength((value as Variant).value, (value as Variant).type);
    case "decimal":
    case "numeric": {
      const precision = type.precision ?? 18;
      return precision <= 9 ? 5 : precision <= 19 ? 9 : precision <= 28 ? 13 : 17;
    }
    case "time":
    case "datetime2":
    case "datetimeoffset":
      // Without the scale, which only CAST to binary puts in front.
      return bytesOf(value, type).length - 1;
    default:
      return bytesOf(value, type).length;
  }
}

function substring(value: string | Uint8Array, start: bigint, length: bigint): string | Uint8Array {
  if (length < 0n) throw invalidLength("SUBSTRING");
  const from = start < 1n ? 0n : start - 1n;
  const to = start - 1n + length;
  if (to <= from) return value.slice(0, 0);
  return value.slice(Number(from), Number(to > 2n ** 40n ? 2n ** 40n : to));
}

function resolveSubstring([type]: readonly SqlType[]): SqlType {
  const first = type as SqlType;
  if (isBinary(first)) return varbinary(isMax(first) ? -1 : (first.length ?? 8));
  if (!isCharacter(first)) throw invalidArgument(first, 1, "substring");
  return asFirst([first]);
}

registerFunctions([
  {
    name: "LEN",
    minArgs: 1,
    maxArgs: 1,
    strict: true,
    keepsNotNull: true,
    resolve: (types) => {
      const [type] = types as [SqlType];
      if (
        type.kind === "sql_variant" ||
        type.kind === "image" ||
        type.kind === "text" ||
        type.kind === "ntext" ||
        type.kind === "xml"
      ) {
        throw invalidArgument(type, 1, "len");
      }
      return countType(types);
    },
    parameters: [undefined],
    evaluate: ([value], context, call) => {
      const [type] = call.types as [SqlType];
      if (value instanceof Uint8Array) return count(value.length, call);
      const converted = isCharacter(type)
        ? value
        : textOf(value as Exclude<Value, null>, type, context.session.settings);
      return count(lengthInCharacters(converted as string, type.collation), call);
    },
  },
  {
    name: "DATALENGTH",
    minArgs: 1,
    maxArgs: 1,
    strict: true,
    keepsNotNull: true,
    resolve: countType,
    evaluate: ([value], _, call) => count(dataLength(value as Exclude<Value, null>, call.types[0] as SqlType), call),
  },
  {
    name: "SUBSTRING",
    minArgs: 3,
    maxArgs: 3,
    parameters: [undefined, BIGINT, BIGINT],
    strict: true,
    resolve: resolveSubstring,
    evaluate: ([value, start, length]) => substring(value as string | Uint8Array, start as bigint, length as bigint),
  },
  {
    name: "LEFT",
    minArgs: 2,
    maxArgs: 2,
    parameters: [TEXT, INT],
    strict: true,
    resolve: asFirst,
    evaluate: ([value, length]) => {
      if ((length as number) < 0) throw invalidLength("LEFT");
      return (value as string).slice(0, length as number);
    },
  },
  {
    name: "RIGHT",
    minArgs: 2,
    maxArgs: 2,
    parameters: [TEXT, INT],
    strict: true,
    resolve: asFirst,
    evaluate: ([value, length]) => {
      if ((length as number) < 0) throw invalidLength("RIGHT");
      return length === 0 ? "" : (value as string).slice(-(length as number));
    },
  },
  text("UPPER", (value) => mapCase(value, (characters) => characters.toUpperCase())),
  text("LOWER", (value) => mapCase(value, (characters) => characters.toLowerCase())),
  text("REVERSE", (value) => value.split("").reverse().join("")),
  {
    name: "REPLICATE",
    minArgs: 2,
    maxArgs: 2,
    parameters: [TEXT, INT],
    strict: true,
    resolve: ([type]) => asLongAsCanBe([type as SqlType]),
    evaluate: ([value, times], _, { result }) => {
      if ((times as number) < 0) return null;
      const limit =
        result.length === -1
          ? Number.POSITIVE_INFINITY
          : Math.ceil((result.length as number) / Math.max(1, (value as string).length));
      return limited((value as string).repeat(Math.min(times as number, limit)), result);
    },
  },
  {
    name: "SPACE",
    minArgs: 1,
    maxArgs: 1,
    parameters: [INT],
    strict: true,
    resolve: () => varchar(8000),
    evaluate: ([times]) => ((times as number) < 0 ? null : " ".repeat(Math.min(times as number, 8000))),
  },
  {
    name: "STUFF",
    minArgs: 4,
    maxArgs: 4,
    parameters: [TEXT, INT, INT, TEXT],
    resolve: ([type, , , insert]) => asLongAsCanBe([textType(type as SqlType), textType(insert as SqlType)]),
    evaluate: ([value, start, length, insert], _, { result }) => {
      if (value === null || start === null || length === null) return null;
      const from = (start as number) - 1;
      const given = value as string;
      if (from < 0 || from >= given.length || (length as number) < 0) return null;
      return limited(
        given.slice(0, from) + ((insert as string | null) ?? "") + given.slice(from + (length as number)),
        result,
      );
    },
  },
]);
