/** Values as FOR JSON and FOR XML write them. */
import { convertValue } from "../../types";
import type { SqlType, Value } from "../../values";
import type { OutputColumn } from "../compiledQuery";
import type { QueryContext } from "../queryEnvironment";

const TEXT: SqlType = { kind: "nvarchar", length: -1 };

/** ISO 8601 with `T`; no fraction when it is zero. */
const ISO_STYLE = 126;
/** 16 digits and an exponent. */
const FLOAT_STYLE = 2;

export function plainText(value: Exclude<Value, null>, type: SqlType, context: QueryContext): string {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value === "object" && "type" in value) return plainText(value.value, value.type, context);
  return convertValue(value, type, TEXT, { settings: context.session.settings, ...styleOf(type) }) as string;
}

function styleOf(type: SqlType): { style?: number } {
  switch (type.kind) {
    case "date":
    case "time":
    case "datetime":
    case "datetime2":
    case "smalldatetime":
    case "datetimeoffset":
      return { style: ISO_STYLE };
    case "float":
    case "real":
      return { style: FLOAT_STYLE };
    case "money":
    case "smallmoney":
      return { style: 2 };
    default:
      return {};
  }
}

/** Columns of one table, which make up one level of nesting under AUTO. */
export interface TableLevel {
  table: string;
  ordinals: number[];
}

/** The tables in the order of their first columns; what belongs to none goes with the column before it. */
export function tableLevels(columns: readonly OutputColumn[]): TableLevel[] {
  const levels: TableLevel[] = [];
  columns.forEach((column, i) => {
    const table = column.table ?? levels.at(-1)?.table ?? "row";
    const level = levels.find((candidate) => candidate.table === table);
    if (level) level.ordinals.push(i);
    else levels.push({ table, ordinals: [i] });
  });
  return levels;
}
