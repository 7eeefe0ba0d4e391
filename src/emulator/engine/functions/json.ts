/** ISJSON, JSON_VALUE, JSON_QUERY, JSON_MODIFY, JSON_PATH_EXISTS, JSON_OBJECT, JSON_ARRAY. */
import type { Expression, FunctionCall } from "../../tsql/ast";
import { SqlError } from "../errors";
import type { ConversionSettings } from "../types/conversions/conversion";
import { converterFor } from "../types/conversions/convert";
import { isApproximate, isCharacter, isNumeric } from "../types/families";
import { INT, NVARCHAR_MAX, nvarchar } from "../types/systemTypes";
import type { SqlType, Value } from "../values";
import { followPath, parseJsonPath, propertyNotFound } from "./json/jsonPath";
import { modifyJson } from "./json/modifyJson";
import { isJson, type JsonNode, parseJson, scalarText } from "./json/parseJson";
import { type ResolvedCall, registerFunctions } from "./registry";
import { escapeJson } from "./stringFormatting";

const MAX_VALUE = 4000;

function locate(text: string, path: string): { node: JsonNode | undefined; strict: boolean } {
  const parsed = parseJsonPath(path);
  const node = followPath(parseJson(text), parsed.steps);
  if (node === undefined && parsed.strict) throw propertyNotFound();
  return { node, strict: parsed.strict };
}

function jsonValue(text: string, path: string): string | null {
  const { node, strict } = locate(text, path);
  if (node === undefined) return null;
  if (node.kind === "object" || node.kind === "array") {
    if (strict) throw new SqlError(13623, "Scalar value cannot be found in the specified JSON path.", 2, 16);
    return null;
  }
  const value = scalarText(text, node);
  if (value === null || value.length <= MAX_VALUE) return value;
  if (strict) throw new SqlError(13625, "String value in the specified JSON path would be truncated.", 1, 16);
  return null;
}

function jsonQuery(text: string, path: string): string | null {
  const { node, strict } = locate(text, path);
  if (node === undefined) return null;
  if (node.kind === "object" || node.kind === "array") return text.slice(node.start, node.end);
  if (strict) throw new SqlError(13624, "Object or array cannot be found in the specified JSON path.", 2, 16);
  return null;
}

const RETURNING_JSON: ReadonlySet<string> = new Set(["JSON_QUERY", "JSON_MODIFY", "JSON_OBJECT", "JSON_ARRAY"]);

/** Texts that are JSON by where they come from are not quoted again. */
export function isJsonExpression(expression: Expression | undefined): boolean {
  if (expression?.kind === "call")
    return expression.name.schema === undefined && RETURNING_JSON.has(expression.name.name.toUpperCase());
  return expression?.kind === "subquery" && expression.query.forClause?.kind === "json";
}

/** A value as FOR JSON and JSON_MODIFY write it. */
export function toJson(value: Value, type: SqlType, settings: ConversionSettings, isAlreadyJson = false): string {
  if (value === null) return "null";
  if (isAlreadyJson) return value as string;
  if (type.kind === "bit") return value === 0 ? "false" : "true";
  if (type.kind === "sql_variant") {
    const variant = value as { type: SqlType; value: Exclude<Value, null> };
    return toJson(variant.value, variant.type, settings);
  }
  if (value instanceof Uint8Array) return `"${Buffer.from(value).toString("base64")}"`;
  if (isCharacter(type)) return `"${escapeJson(value as string)}"`;
  if (isApproximate(type))
    return converterFor(type, NVARCHAR_MAX)(value, settings, type.kind === "real" ? 1 : 2) as string;
  const style =
    type.kind === "money" || type.kind === "smallmoney"
      ? 2
      : type.kind === "datetimeoffset"
        ? 127
        : isNumeric(type)
          ? undefined
          : 126;
  const text = converterFor(type, NVARCHAR_MAX)(value, settings, style) as string;
  return isNumeric(type) ? text : `"${escapeJson(text)}"`;
}

function members(
  values: readonly Value[],
  call: ResolvedCall,
  settings: ConversionSettings,
  keepNulls: boolean,
): string[] {
  const written: string[] = [];
  for (let i = 0; i + 1 < values.length; i += 2) {
    const name = values[i] as Value;
    const value = values[i + 1] as Value;
    if (name === null) throw new SqlError(13638, "JSON_OBJECT key cannot be NULL.", 1, 16);
    if (value === null && !keepNulls) continue;
    const json = toJson(value, call.types[i + 1] as SqlType, settings, isJsonExpression(call.call.arguments[i + 1]));
    written.push(
      `"${escapeJson(converterFor(call.types[i] as SqlType, NVARCHAR_MAX)(name, settings, undefined) as string)}":${json}`,
    );
  }
  return written;
}

const asText = (value: Value): string => value as string;
const newValueOf = (call: FunctionCall): Expression | undefined => call.arguments[2];

registerFunctions([
  {
    name: "ISJSON",
    minArgs: 1,
    maxArgs: 2,
    parameters: [NVARCHAR_MAX, NVARCHAR_MAX],
    strict: true,
    resolve: () => INT,
    evaluate: ([text]) => (isJson(asText(text as Value)) ? 1 : 0),
  },
  {
    name: "JSON_VALUE",
    minArgs: 2,
    maxArgs: 2,
    parameters: [NVARCHAR_MAX, NVARCHAR_MAX],
    strict: true,
    resolve: () => nvarchar(MAX_VALUE),
    evaluate: ([text, path]) => jsonValue(asText(text as Value), asText(path as Value)),
  },
  {
    name: "JSON_QUERY",
    minArgs: 1,
    maxArgs: 2,
    parameters: [NVARCHAR_MAX, NVARCHAR_MAX],
    strict: true,
    resolve: () => NVARCHAR_MAX,
    evaluate: ([text, path]) => jsonQuery(asText(text as Value), asText((path as Value | undefined) ?? "$")),
  },
  {
    name: "JSON_PATH_EXISTS",
    minArgs: 2,
    maxArgs: 2,
    parameters: [NVARCHAR_MAX, NVARCHAR_MAX],
    strict: true,
    resolve: () => INT,
    evaluate: ([text, path]) =>
      followPath(parseJson(asText(text as Value)), parseJsonPath(asText(path as Value)).steps) ? 1 : 0,
  },
  {
    name: "JSON_MODIFY",
    minArgs: 3,
    maxArgs: 3,
    parameters: [NVARCHAR_MAX, NVARCHAR_MAX, undefined],
    resolve: () => NVARCHAR_MAX,
    evaluate: ([text, path, value], { session }, call) => {
      if (text === null || path === null) return null;
      const json =
        value === null
          ? null
          : toJson(value as Value, call.types[2] as SqlType, session.settings, isJsonExpression(newValueOf(call.call)));
      return modifyJson(asText(text as Value), parseJsonPath(asText(path as Value)), json);
    },
  },
  {
    name: "JSON_OBJECT",
    minArgs: 0,
    maxArgs: Number.POSITIVE_INFINITY,
    keepsNotNull: true,
    resolve: () => NVARCHAR_MAX,
    evaluate: (values, { session }, call) =>
      `{${members(values, call, session.settings, call.call.nulls !== "absentOnNull").join(",")}}`,
  },
  {
    name: "JSON_ARRAY",
    minArgs: 0,
    maxArgs: Number.POSITIVE_INFINITY,
    keepsNotNull: true,
    resolve: () => NVARCHAR_MAX,
    evaluate: (values, { session }, call) => {
      const kept = values
        .map((value, i) => ({ value, i }))
        .filter(({ value }) => value !== null || call.call.nulls === "nullOnNull");
      const texts = kept.map(({ value, i }) =>
        toJson(value, call.types[i] as SqlType, session.settings, isJsonExpression(call.call.arguments[i])),
      );
      return `[${texts.join(",")}]`;
    },
  },
]);
