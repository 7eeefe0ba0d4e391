/** OPENJSON, with its default columns or those of WITH. */
import type { TableSource } from "../../../tsql/ast";
import { SqlError } from "../../errors";
import type { Compiled, Frame } from "../../expressions/scope";
import { resolveTypeName } from "../../types";
import { INT, NVARCHAR_MAX, nvarchar } from "../../types/systemTypes";
import type { Row, SqlType, Value } from "../../values";
import type { OutputColumn } from "../compiledQuery";
import type { QueryContext } from "../queryEnvironment";
import type { StatementEnvironment } from "../queryScope";
import { assignmentConverter, type Converter } from "../typing";
import { findByPath, type JsonNode, type JsonPath, parseJson, parsePath } from "./json";
import type { BuiltInTable } from "./tableFunctions";

type FunctionSource = Extract<TableSource, { kind: "function" }>;

/** Codes of the column `type`. */
const TYPE_CODES: Record<JsonNode["kind"], number> = { null: 0, string: 1, number: 2, boolean: 3, array: 4, object: 5 };

const TEXT: SqlType = NVARCHAR_MAX;

export function openJson(args: Compiled[], source: FunctionSource, environment: StatementEnvironment): BuiltInTable {
  const [text, path] = args;
  if (!text || args.length > 2) throw new SqlError(174, "The openjson function requires 1 to 2 argument(s).", 1, 15);
  const collation = environment.collation;
  const context = (frame: Frame) => contextNode(text, path, frame);
  if (source.withColumns) return withColumns(source.withColumns, context, environment);
  return {
    columns: [
      { name: "key", type: nvarchar(4000, "Latin1_General_BIN2"), nullable: false, collationStrength: 2 },
      { name: "value", type: { ...TEXT, collation }, nullable: true, collationStrength: 2 },
      { name: "type", type: INT, nullable: false },
    ],
    *rows(frame) {
      const node = context(frame);
      if (node?.kind === "object") for (const [name, value] of node.properties) yield defaultRow(name, value);
      else if (node?.kind === "array")
        for (const [i, value] of node.items.entries()) yield defaultRow(String(i), value);
    },
  };
}

function defaultRow(key: string, node: JsonNode): Row {
  return [key, node.kind === "null" ? null : node.kind === "string" ? node.value : node.text, TYPE_CODES[node.kind]];
}

/** What the second argument points at; the whole text without one. */
function contextNode(text: Compiled, path: Compiled | undefined, frame: Frame): JsonNode | undefined {
  const value = text.evaluate(frame);
  if (value === null) return undefined;
  const root = parseJson(value as string);
  if (!path) return root;
  const written = path.evaluate(frame);
  return written === null ? undefined : findByPath(root, parsePath(written as string));
}

interface JsonColumn {
  path: JsonPath;
  asJson: boolean;
  convert: Converter | undefined;
}

function withColumns(
  definitions: NonNullable<FunctionSource["withColumns"]>,
  context: (frame: Frame) => JsonNode | undefined,
  environment: StatementEnvironment,
): BuiltInTable {
  const outputs: OutputColumn[] = [];
  const columns = definitions.map(({ name, type: written, path, asJson }): JsonColumn => {
    const type = resolveTypeName(written, environment, "column");
    if (asJson && !(type.kind === "nvarchar" && type.length === -1)) {
      throw new SqlError(
        13618,
        "AS JSON option can be specified only for column of nvarchar(max) type in WITH clause.",
        1,
        16,
      );
    }
    outputs.push({ name, type, nullable: true, collationStrength: 2, ...(asJson ? { json: true } : {}) });
    return {
      path: parsePath(path ?? `$."${name}"`),
      asJson,
      convert: assignmentConverter(TEXT, { type, name, table: "OPENJSON" }),
    };
  });
  return {
    columns: outputs,
    *rows(frame, queryContext) {
      const node = context(frame);
      const rows = node?.kind === "array" ? node.items : node?.kind === "object" ? [node] : [];
      for (const row of rows) yield columns.map((column) => cell(row, column, queryContext));
    },
  };
}

function cell(row: JsonNode, { path, asJson, convert }: JsonColumn, context: QueryContext): Value {
  const node = findByPath(row, path);
  if (!node || node.kind === "null") return null;
  const structured = node.kind === "object" || node.kind === "array";
  if (structured !== asJson) {
    if (!path.strict) return null;
    throw new SqlError(
      13624,
      asJson
        ? "Object or array cannot be found in the specified JSON path."
        : "Scalar value cannot be found in the specified JSON path.",
      1,
      16,
    );
  }
  const text = node.kind === "string" ? node.value : node.text;
  return convert ? convert(text, context) : text;
}
