/** Types as written in T-SQL to SqlTypes, with the limits and defaults of each place a type can stand in. */
import type { TypeName } from "../../tsql/ast";
import { NotEmulatedError, SqlError } from "../errors";
import type { SqlType, TypeKind } from "../values";
import { REFUSED_TYPES, systemType } from "./systemTypes";

/** Where the type stands: CAST and CONVERT give char and binary types 30, all others 1. */
export type TypeUse = "declaration" | "column" | "cast";

export interface TypeResolver {
  /** User-defined types of the current database. */
  resolveType(schema: string | undefined, name: string): SqlType | undefined;
  collation: string;
}

const LENGTH_LIMITS: Partial<Record<TypeKind, number>> = {
  char: 8000,
  varchar: 8000,
  binary: 8000,
  varbinary: 8000,
  nchar: 4000,
  nvarchar: 4000,
};

const MAY_BE_MAX: ReadonlySet<string> = new Set(["varchar", "nvarchar", "varbinary"]);

/** The declared type. Character types get the database's collation. Errors: 243, 1001, 131, 2716, 2717, 2750, 2751, 2715, 1002. */
export function resolveTypeName(name: TypeName, resolver: TypeResolver, use: TypeUse): SqlType {
  const schema = name.schema?.toLowerCase();
  if (schema === undefined || schema === "sys") {
    const lower = name.name.toLowerCase();
    if (REFUSED_TYPES.has(lower)) throw new NotEmulatedError(`the type ${lower}`);
    const type = systemType(name.name);
    if (type !== undefined) return withCollation(declareSystemType(name, type, use), resolver);
  }
  const type = resolver.resolveType(name.schema, name.name);
  if (type === undefined) throw unknownType(name, use);
  if (isParameterized(name)) throw cannotSpecifyWidth(name.name);
  if (use === "cast" && type.alias !== undefined) throw unknownType(name, use);
  return withCollation(type, resolver);
}

function unknownType(name: TypeName, use: TypeUse): SqlError {
  const written = name.schema === undefined ? name.name : `${name.schema}.${name.name}`;
  return use === "cast"
    ? new SqlError(243, `Type ${written} is not a defined system type.`, 1, 16)
    : new SqlError(2715, `Column, parameter, or variable #1: Cannot find data type ${written}.`, 3, 16);
}

const cannotSpecifyWidth = (name: string) =>
  new SqlError(2716, `Column, parameter, or variable #1: Cannot specify a column width on data type ${name}.`, 1, 16);

function isParameterized(name: TypeName): boolean {
  return name.length !== undefined || name.precision !== undefined || name.scale !== undefined;
}

function withCollation(type: SqlType, resolver: TypeResolver): SqlType {
  switch (type.kind) {
    case "char":
    case "varchar":
    case "nchar":
    case "nvarchar":
    case "text":
    case "ntext":
      return { ...type, collation: type.collation ?? resolver.collation };
    default:
      return type;
  }
}

function declareSystemType(name: TypeName, type: SqlType, use: TypeUse): SqlType {
  if (type.alias !== undefined) {
    if (isParameterized(name)) throw cannotSpecifyWidth(type.alias);
    return type;
  }
  switch (type.kind) {
    case "char":
    case "varchar":
    case "nchar":
    case "nvarchar":
    case "binary":
    case "varbinary":
      return withLength(name, type, use);
    case "decimal":
    case "numeric":
      return decimalOf(name, type);
    case "float":
    case "real":
      return floatOf(name, type);
    case "time":
    case "datetime2":
    case "datetimeoffset":
      return withFraction(name, type);
    default:
      if (isParameterized(name)) throw cannotSpecifyWidth(type.kind);
      return type;
  }
}

function withLength(name: TypeName, type: SqlType, use: TypeUse): SqlType {
  const limit = LENGTH_LIMITS[type.kind] as number;
  if (name.length === "max") {
    if (!MAY_BE_MAX.has(type.kind)) throw new SqlError(102, "Incorrect syntax near 'max'.", 1, 15);
    return { ...type, length: -1 };
  }
  const length = name.length ?? (use === "cast" ? 30 : 1);
  if (length < 1)
    throw new SqlError(1001, `Line ${name.span.line}: Length or precision specification ${length} is invalid.`, 1, 15);
  if (length > limit) throw lengthExceeded(type, length, limit, use);
  return { ...type, length };
}

function lengthExceeded(type: SqlType, length: number, limit: number, use: TypeUse): SqlError {
  if (limit === 4000) {
    return new SqlError(
      2717,
      `The size (${length}) given to the ${use === "column" ? "column" : "parameter"} '${type.kind}' exceeds the maximum allowed (${limit}).`,
      2,
      16,
    );
  }
  const what = use === "column" ? "column" : use === "cast" ? "type" : "parameter";
  return new SqlError(
    131,
    `The size (${length}) given to the ${what} '${type.kind}' exceeds the maximum allowed for any data type (8000).`,
    2,
    15,
  );
}

function decimalOf(name: TypeName, type: SqlType): SqlType {
  const precision = name.precision ?? 18;
  const scale = name.scale ?? 0;
  if (precision > 38) {
    throw new SqlError(
      2750,
      `Column or parameter #1: Specified column precision ${precision} is greater than the maximum precision of 38.`,
      1,
      16,
    );
  }
  if (precision < 1)
    throw new SqlError(
      1001,
      `Line ${name.span.line}: Length or precision specification ${precision} is invalid.`,
      1,
      15,
    );
  if (scale > precision) {
    throw new SqlError(
      2751,
      `Column or parameter #1: Specified column scale ${scale} is greater than the specified precision of ${precision}.`,
      2,
      16,
    );
  }
  return { kind: type.kind, precision, scale };
}

function floatOf(name: TypeName, type: SqlType): SqlType {
  if (name.precision === undefined) return type;
  if (type.kind === "real") throw cannotSpecifyWidth("real");
  if (name.precision < 1)
    throw new SqlError(
      1001,
      `Line ${name.span.line}: Length or precision specification ${name.precision} is invalid.`,
      1,
      15,
    );
  if (name.precision > 53) {
    throw new SqlError(
      2750,
      `Column or parameter #1: Specified column precision ${name.precision} is greater than the maximum precision of 53.`,
      1,
      16,
    );
  }
  return name.precision <= 24 ? { kind: "real", precision: 24 } : type;
}

function withFraction(name: TypeName, type: SqlType): SqlType {
  const scale = name.scale ?? name.precision ?? 7;
  if (scale > 7) throw new SqlError(1002, `Line ${name.span.line}: Specified scale ${scale} is invalid.`, 1, 15);
  return { kind: type.kind, scale };
}
