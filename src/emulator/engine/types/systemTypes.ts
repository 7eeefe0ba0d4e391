/** The system types by name, and how types are shown in messages. */
import type { SqlType, TypeKind } from "../values";

export const BIT: SqlType = { kind: "bit" };
export const TINYINT: SqlType = { kind: "tinyint" };
export const SMALLINT: SqlType = { kind: "smallint" };
export const INT: SqlType = { kind: "int" };
export const BIGINT: SqlType = { kind: "bigint" };
export const FLOAT: SqlType = { kind: "float", precision: 53 };
export const REAL: SqlType = { kind: "real", precision: 24 };
export const MONEY: SqlType = { kind: "money", precision: 19, scale: 4 };
export const SMALLMONEY: SqlType = { kind: "smallmoney", precision: 10, scale: 4 };
export const DATE: SqlType = { kind: "date" };
export const DATETIME: SqlType = { kind: "datetime", scale: 3 };
export const SMALLDATETIME: SqlType = { kind: "smalldatetime", scale: 0 };
export const DATETIME2: SqlType = { kind: "datetime2", scale: 7 };
export const TIME: SqlType = { kind: "time", scale: 7 };
export const DATETIMEOFFSET: SqlType = { kind: "datetimeoffset", scale: 7 };
export const UNIQUEIDENTIFIER: SqlType = { kind: "uniqueidentifier" };
export const SQL_VARIANT: SqlType = { kind: "sql_variant" };
export const SYSNAME: SqlType = { kind: "nvarchar", length: 128, alias: "sysname" };
export const NVARCHAR_MAX: SqlType = { kind: "nvarchar", length: -1 };
export const VARCHAR_MAX: SqlType = { kind: "varchar", length: -1 };
export const VARBINARY_MAX: SqlType = { kind: "varbinary", length: -1 };

/** The type of NULL standing alone; SQL Server takes it for an int where nothing else decides. */
export const NULL_TYPE: SqlType = { kind: "int", isNullLiteral: true };

export const varchar = (length: number, collation?: string): SqlType => sized("varchar", length, 8000, collation);
export const nvarchar = (length: number, collation?: string): SqlType => sized("nvarchar", length, 4000, collation);
export const char = (length: number, collation?: string): SqlType => sized("char", length, 8000, collation);
export const nchar = (length: number, collation?: string): SqlType => sized("nchar", length, 4000, collation);
export const varbinary = (length: number): SqlType => sized("varbinary", length, 8000);
export const binary = (length: number): SqlType => sized("binary", length, 8000);
export const decimal = (precision: number, scale: number): SqlType => ({ kind: "decimal", precision, scale });
export const numeric = (precision: number, scale: number): SqlType => ({ kind: "numeric", precision, scale });
export const time = (scale: number): SqlType => ({ kind: "time", scale });
export const datetime2 = (scale: number): SqlType => ({ kind: "datetime2", scale });
export const datetimeoffset = (scale: number): SqlType => ({ kind: "datetimeoffset", scale });

function sized(kind: TypeKind, length: number, limit: number, collation?: string): SqlType {
  const wanted = length < 0 || length > limit ? -1 : Math.max(1, length);
  return collation === undefined ? { kind, length: wanted } : { kind, length: wanted, collation };
}

/** Each system type as it is when nothing stands in parentheses in a column's or variable's declaration. */
const SYSTEM_TYPES: ReadonlyMap<string, SqlType> = new Map<string, SqlType>([
  ["bit", BIT],
  ["tinyint", TINYINT],
  ["smallint", SMALLINT],
  ["int", INT],
  ["bigint", BIGINT],
  ["decimal", decimal(18, 0)],
  ["numeric", numeric(18, 0)],
  ["money", MONEY],
  ["smallmoney", SMALLMONEY],
  ["float", FLOAT],
  ["real", REAL],
  ["char", char(1)],
  ["varchar", varchar(1)],
  ["nchar", nchar(1)],
  ["nvarchar", nvarchar(1)],
  ["text", { kind: "text" }],
  ["ntext", { kind: "ntext" }],
  ["xml", { kind: "xml" }],
  ["binary", binary(1)],
  ["varbinary", varbinary(1)],
  ["image", { kind: "image" }],
  ["timestamp", { kind: "timestamp" }],
  ["rowversion", { kind: "timestamp" }],
  ["date", DATE],
  ["time", TIME],
  ["datetime", DATETIME],
  ["datetime2", DATETIME2],
  ["smalldatetime", SMALLDATETIME],
  ["datetimeoffset", DATETIMEOFFSET],
  ["uniqueidentifier", UNIQUEIDENTIFIER],
  ["sql_variant", SQL_VARIANT],
  ["sysname", SYSNAME],
  ["cursor", { kind: "cursor" }],
  ["table", { kind: "table" }],
]);

/** Names that SQL Server has and the emulator does not: they are refused by name, never mistaken for user types. */
export const REFUSED_TYPES: ReadonlySet<string> = new Set(["hierarchyid", "geography", "geometry", "vector", "json"]);

/** The system type of that name (any case); undefined: not a system type. */
export function systemType(name: string): SqlType | undefined {
  return SYSTEM_TYPES.get(name.toLowerCase());
}

export const isSystemTypeName = (name: string): boolean => SYSTEM_TYPES.has(name.toLowerCase());

/** The bare name, as conversion errors print it: `varchar`, `decimal`. */
export function typeName(type: SqlType): string {
  return type.kind;
}

/** The type as a declaration would write it: `decimal(10,2)`, `nvarchar(max)`. */
export function typeDeclaration(type: SqlType): string {
  switch (type.kind) {
    case "char":
    case "varchar":
    case "nchar":
    case "nvarchar":
    case "binary":
    case "varbinary":
      return `${type.kind}(${type.length === -1 ? "max" : (type.length ?? 1)})`;
    case "decimal":
    case "numeric":
      return `${type.kind}(${type.precision ?? 18},${type.scale ?? 0})`;
    case "time":
    case "datetime2":
    case "datetimeoffset":
      return `${type.kind}(${type.scale ?? 7})`;
    default:
      return type.kind;
  }
}
