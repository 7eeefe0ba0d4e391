/** A type as T-SQL declares it. */
import type { SqlType } from "../engine/values";

export function typeText(type: SqlType): string {
  if (type.isNullLiteral) return "int";
  switch (type.kind) {
    case "char":
    case "varchar":
    case "nchar":
    case "nvarchar":
    case "binary":
    case "varbinary":
      return `${type.kind}(${type.length === undefined || type.length < 0 ? "max" : Math.max(1, type.length)})`;
    case "decimal":
    case "numeric":
      return `${type.kind}(${type.precision ?? 18}, ${type.scale ?? 0})`;
    case "time":
    case "datetime2":
    case "datetimeoffset":
      return `${type.kind}(${type.scale ?? 7})`;
    case "timestamp":
      return "varbinary(8)";
    default:
      return type.kind;
  }
}
