/** FOR JSON PATH and FOR JSON AUTO. */
import type { ForClause } from "../../../tsql/ast";
import { SqlError } from "../../errors";
import type { Row, SqlType, Value } from "../../values";
import type { OutputColumn } from "../compiledQuery";
import type { QueryContext } from "../queryEnvironment";
import { plainText, type TableLevel, tableLevels } from "./forValues";

const RAW_KINDS: ReadonlySet<SqlType["kind"]> = new Set([
  "tinyint",
  "smallint",
  "int",
  "bigint",
  "decimal",
  "numeric",
  "money",
  "smallmoney",
  "float",
  "real",
]);

/** An object in the making: properties in order, each a finished text or another object. */
type JsonObject = Map<string, string | JsonObject>;

export function jsonOf(
  clause: ForClause,
  columns: readonly OutputColumn[],
): (rows: readonly Row[], context: QueryContext) => string {
  columns.forEach((column, i) => {
    if (column.name === "") {
      throw new SqlError(
        13605,
        `Column expressions and data sources without names or aliases cannot be formatted as JSON text using FOR JSON clause. Add alias to the unnamed column or table.`,
        1,
        16,
      );
    }
    const repeated = columns.findIndex(
      (other) => other.name === column.name && (clause.mode !== "auto" || other.table === column.table),
    );
    if (repeated !== i) throw jsonConflict(column.name);
  });
  const objects = clause.mode === "auto" ? autoObjects : pathObjects;
  return (rows, context) => {
    const texts = objects(rows, columns, clause.includeNullValues === true, context);
    const bare = clause.withoutArrayWrapper === true;
    const list = bare ? texts.join(",") : `[${texts.join(",")}]`;
    if (clause.root === undefined) return list;
    return `{${quoted(clause.root === true ? "root" : clause.root)}:${list}}`;
  };
}

function jsonConflict(name: string): SqlError {
  return new SqlError(
    13601,
    `Property '${name}' cannot be generated in JSON output due to a conflict with another column name or alias. Use different names and aliases for each column in SELECT list.`,
    1,
    16,
  );
}

function pathObjects(
  rows: readonly Row[],
  columns: readonly OutputColumn[],
  withNulls: boolean,
  context: QueryContext,
): string[] {
  const paths = columns.map((column) => column.name.split("."));
  return rows.map((row) => {
    const object: JsonObject = new Map();
    columns.forEach((column, i) => {
      const value = row[i] ?? null;
      if (value !== null || withNulls)
        put(object, paths[i] as string[], jsonValue(value, column, context), column.name);
    });
    return objectText(object);
  });
}

function put(object: JsonObject, path: readonly string[], text: string, name: string): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  if (rest.length === 0) {
    if (object.has(first)) throw jsonConflict(name);
    object.set(first, text);
    return;
  }
  const existing = object.get(first);
  if (typeof existing === "string") throw jsonConflict(name);
  // Columns of one object have to stand together.
  if (existing && [...object.keys()].at(-1) !== first) throw jsonConflict(name);
  const inner = existing ?? new Map<string, string | JsonObject>();
  object.set(first, inner);
  put(inner, rest, text, name);
}

function objectText(object: JsonObject): string {
  const properties = [...object].map(
    ([name, value]) => `${quoted(name)}:${typeof value === "string" ? value : objectText(value)}`,
  );
  return `{${properties.join(",")}}`;
}

/** Columns of the first table make the outer objects; those of each further one an array inside. */
function autoObjects(
  rows: readonly Row[],
  columns: readonly OutputColumn[],
  withNulls: boolean,
  context: QueryContext,
): string[] {
  const levels = tableLevels(columns);
  return autoLevel(rows, levels, 0, columns, withNulls, context);
}

function autoLevel(
  rows: readonly Row[],
  levels: readonly TableLevel[],
  depth: number,
  columns: readonly OutputColumn[],
  withNulls: boolean,
  context: QueryContext,
): string[] {
  const level = levels[depth];
  if (!level) return [];
  const texts: string[] = [];
  const textOf = (row: Row) =>
    level.ordinals.flatMap((i) => {
      const value = row[i] ?? null;
      const column = columns[i] as OutputColumn;
      return value !== null || withNulls ? [`${quoted(column.name)}:${jsonValue(value, column, context)}`] : [];
    });
  for (let start = 0; start < rows.length; ) {
    const own = textOf(rows[start] as Row);
    const key = own.join(",");
    let end = start + 1;
    const nested = depth + 1 < levels.length;
    while (nested && end < rows.length && textOf(rows[end] as Row).join(",") === key) end++;
    if (nested) {
      const inner = autoLevel(rows.slice(start, end), levels, depth + 1, columns, withNulls, context);
      own.push(`${quoted((levels[depth + 1] as TableLevel).table)}:[${inner.join(",")}]`);
    }
    texts.push(`{${own.join(",")}}`);
    start = end;
  }
  return texts;
}

function jsonValue(value: Value, column: OutputColumn, context: QueryContext): string {
  if (value === null) return "null";
  if (column.json) return value as string;
  const type = typeof value === "object" && "type" in value ? value.type : column.type;
  if (type.kind === "bit")
    return (typeof value === "object" && "value" in value ? value.value : value) ? "true" : "false";
  const text = plainText(value, column.type, context);
  return RAW_KINDS.has(type.kind) ? text : quoted(isUtc(type) ? utcText(text) : text);
}

function isUtc(type: SqlType): boolean {
  return type.kind === "datetimeoffset";
}

/** An offset of zero is written as Z. */
function utcText(text: string): string {
  return text.replace(/[+]00:00$/, "Z");
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["/", "\\/"],
  ["\b", "\\b"],
  ["\f", "\\f"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

export function quoted(text: string): string {
  let escaped = "";
  for (const character of text)
    escaped += ESCAPES.get(character) ?? (character < " " ? codeEscape(character) : character);
  return `"${escaped}"`;
}

function codeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
