/** CONCAT, CONCAT_WS and TRIM with its relatives. */
import type { ExecutionContext } from "../expressions/scope";
import { foldUnits } from "../types/collations/compare";
import { isCharacter, isMax, isUnicode } from "../types/families";
import { nvarchar, VARCHAR_MAX, varchar } from "../types/systemTypes";
import type { SqlType, Value } from "../values";
import { invalidArgument, sameText, textType } from "./arguments";
import { type FunctionDefinition, type ResolvedCall, registerFunctions } from "./registry";
import { textOf } from "./strings";

/** Characters that a value of a type without length takes at most. */
function widthOf(type: SqlType): number {
  if (type.isNullLiteral) return 1;
  if (isCharacter(type)) return type.length ?? 1;
  switch (type.kind) {
    case "bit":
      return 1;
    case "tinyint":
      return 4;
    case "smallint":
      return 6;
    case "int":
      return 12;
    case "bigint":
      return 20;
    case "decimal":
    case "numeric":
      return 41;
    case "uniqueidentifier":
      return 36;
    default:
      return 30;
  }
}

function joinedType(name: string, types: readonly SqlType[], separators: number): SqlType {
  types.forEach((type, i) => {
    if (type.kind === "xml" || type.kind === "cursor" || type.kind === "table")
      throw invalidArgument(type, i + 1, name);
  });
  const unicode = types.some(isUnicode);
  if (types.some((type) => isCharacter(type) && isMax(type))) return unicode ? nvarchar(-1) : VARCHAR_MAX;
  const length = types.reduce((sum, type, i) => sum + widthOf(type) * (i === 0 ? separators : 1), 0);
  return unicode ? nvarchar(Math.min(4000, length)) : varchar(Math.min(8000, length));
}

function textsOf(values: readonly Value[], context: ExecutionContext, call: ResolvedCall): (string | null)[] {
  return values.map((value, i) => {
    if (value === null || typeof value === "string") return value;
    return textOf(value, call.types[i] as SqlType, context.session.settings);
  });
}

const cut = (text: string, { length }: SqlType): string =>
  length !== undefined && length > 0 ? text.slice(0, length) : text;

/** Which end a trim works on, and of which characters. */
function trim(
  text: string,
  characters: string,
  side: "both" | "leading" | "trailing",
  collation: string | undefined,
): string {
  const wanted = new Set(foldUnits(characters, collation));
  const folded = foldUnits(text, collation);
  let start = 0;
  let end = text.length;
  if (side !== "trailing") while (start < end && wanted.has(folded.charAt(start))) start++;
  if (side !== "leading") while (end > start && wanted.has(folded.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function trimmer(name: string, side: "leading" | "trailing"): FunctionDefinition {
  return {
    name,
    minArgs: 1,
    maxArgs: 2,
    parameters: [VARCHAR_MAX, VARCHAR_MAX],
    strict: true,
    resolve: resolveTrim,
    evaluate: ([text, characters], _, { collation }) =>
      trim(text as string, (characters as string | undefined) ?? " ", side, collation),
  };
}

function resolveTrim([type]: readonly SqlType[]): SqlType {
  const text = textType(type as SqlType);
  return sameText(text, isMax(text) ? -1 : (text.length ?? 1));
}

registerFunctions([
  {
    name: "CONCAT",
    minArgs: 2,
    maxArgs: 254,
    keepsNotNull: true,
    resolve: (types) => joinedType("concat", types, 1),
    evaluate: (values, context, call) => cut(textsOf(values, context, call).join(""), call.result),
  },
  {
    name: "CONCAT_WS",
    minArgs: 3,
    maxArgs: 254,
    keepsNotNull: true,
    resolve: (types) => joinedType("concat_ws", types, types.length - 2),
    evaluate: (values, context, call) => {
      const [separator, ...parts] = textsOf(values, context, call);
      return cut(parts.filter((part) => part !== null).join(separator ?? ""), call.result);
    },
  },
  trimmer("LTRIM", "leading"),
  trimmer("RTRIM", "trailing"),
  {
    name: "TRIM",
    minArgs: 1,
    maxArgs: 2,
    parameters: [VARCHAR_MAX, VARCHAR_MAX],
    strict: true,
    resolve: resolveTrim,
    evaluate: ([text, characters], _, { collation, call }) =>
      trim(text as string, (characters as string | undefined) ?? " ", call.trimSide ?? "both", collation),
  },
]);
