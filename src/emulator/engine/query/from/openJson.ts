/** OPENJSON, with its default columns or those of WITH. */
import type { TableSource } from "../../../tsql/ast";
import { SqlError } from "../../errors";
import type { Compiled, Frame } from "../../expressions/scope";
import { followPath, type JsonPath, parseJsonPath, propertyNotFound } from "../../functions/json/jsonPath";
import { type JsonNode, parseJson, scalarText } from "../../functions/json/parseJson";
import { resolveTypeName } from "../../types";
import { INT, NVARCHAR_MAX, nvarchar } from "../../types/systemTypes";
import type { Row, SqlType, Value } from "../../values";
import type { OutputColumn } from "../compiledQuery";
import type { QueryContext } from "../queryEnvironment";
import type { StatementEnvironment } from "../queryScope";
import { assignmentConverter, type Converter } from "../typing";
import type { BuiltInTable } from "./tableFunctions";

type FunctionSource = Extract<TableSource, { kind: "function" }>;

/** Codes of the column `type`. */
const TYPE_CODES: Record<JsonNode["kind"], number> = {
  null: 0,
  string: 1,
  number: 2,
  true: 3,
  false: 3,
  array: 4,
  object: 5,
};

const TEXT: SqlType = NVARCHAR_MAX;

/** A node with the text that it is part of. */
interface Located {
  text: string;
  node: JsonNode;
}

export function openJson(args: Compiled[], source: FunctionSource, environment: StatementEnvironment): BuiltInTable {
  const [text, path] = args;
  if (!text || args.length > 2) throw new SqlError(174, "The openjson function requires 1 to 2 argument(s).", 1, 15);
  const open = (frame: Frame) => locate(text, path, frame);
  if (source.withColumns) return withColumns(source.withColumns, open, environment);
  return {
    columns: [
      { name: "key", type: nvarchar(4000, "Latin1_General_BIN2"), nullable: false, collationStrength: 2 },
      { name: "value", type: { ...TEXT, collation: environment.collation }, nullable: true, collationStrength: 2 },
      { name: "type", type: INT, nullable: false },
    ],
    *rows(frame) {
      const found = open(frame);
      if (!found) return;
      for (const { name, value } of found.node.members ?? []) yield defaultRow(name, found.text, value);
      for (const [i, value] of (found.node.elements ?? []).entries()) yield defaultRow(String(i), found.text, value);
    },
  };
}

function defaultRow(key: string, text: string, node: JsonNode): Row {
  return [key, scalarText(text, node), TYPE_CODES[node.kind]];
}

/** What the second argument points at; the whole text without one. */
function locate(text: Compiled, path: Compiled | undefined, frame: Frame): Located | undefined {
  const value = text.evaluate(frame) as string | null;
  if (value === null) return undefined;
  const root = parseJson(value);
  if (!path) return { text: value, node: root };
  const written = path.evaluate(frame) as string | null;
  const node = written === null ? undefined : find(root, parseJsonPath(written));
  return node && { text: value, node };
}

function find(root: JsonNode, path: JsonPath): JsonNode | undefined {
  const node = followPath(root, path.steps);
  if (!node && path.strict) throw propertyNotFound();
  return node;
}

interface JsonColumn {
  path: JsonPath;
  asJson: boolean;
  convert: Converter | undefined;
}

function withColumns(
  definitions: NonNullable<FunctionSource["withColumns"]>,
  open: (frame: Frame) => Located | undefined,
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
    const place = parseJsonPath(path ?? `$."${name.replace(/["\\]/g, "\\$&")}"`);
    return { path: place, asJson, convert: assignmentConverter(TEXT, { type, name, table: "OPENJSON" }) };
  });
  return {
    columns: outputs,
    *rows(frame, context) {
      const found = open(frame);
      if (!found) return;
      const rows = found.node.kind === "object" ? [found.node] : (found.node.elements ?? []);
      for (const node of rows) yield columns.map((column) => cell(found.text, node, column, context));
    },
  };
}

function cell(text: string, row: JsonNode, { path, asJson, convert }: JsonColumn, context: QueryContext): Value {
  const node = find(row, path);
  const value = node ? scalarText(text, node) : null;
  if (!node || value === null) return null;
  const structured = node.kind === "object" || node.kind === "array";
  if (structured !== asJson) {
    if (!path.strict) return null;
    const what = asJson ? "Object or array" : "Scalar value";
    throw new SqlError(13624, `${what} cannot be found in the specified JSON path.`, 1, 16);
  }
  return convert ? convert(value, context) : value;
}
