/** Errors of conversions and arithmetic, with SQL Server's texts, states and severities. */
import { SqlError } from "../errors";
import type { SqlType } from "../values";
import { isDecimal } from "./families";

/** Conversion errors call both decimal types numeric. */
const nameOf = (type: SqlType): string => (isDecimal(type) ? "numeric" : type.kind);

export const operandClash = (from: SqlType, to: SqlType) =>
  new SqlError(206, `Operand type clash: ${plainName(from)} is incompatible with ${plainName(to)}`, 2, 16);
export const implicitNotAllowed = (from: SqlType, to: SqlType) =>
  new SqlError(
    257,
    `Implicit conversion from data type ${plainName(from)} to ${plainName(to)} is not allowed. Use the CONVERT function to run this query.`,
    3,
    16,
  );
export const explicitNotAllowed = (from: SqlType, to: SqlType) =>
  new SqlError(529, `Explicit conversion from data type ${plainName(from)} to ${plainName(to)} is not allowed.`, 2, 16);

function plainName(type: SqlType): string {
  if (type.isNullLiteral) return "NULL";
  return type.length === -1 ? `${type.kind}(max)` : type.kind;
}

/** A text that is no number of that integer type. */
export const conversionFailed = (from: SqlType, text: string, to: SqlType) =>
  new SqlError(
    245,
    `Conversion failed when converting the ${from.kind} value '${text}' to data type ${to.kind}.`,
    1,
    16,
  );
export const conversionError = (from: SqlType, to: SqlType) =>
  new SqlError(8114, `Error converting data type ${nameOf(from)} to ${nameOf(to)}.`, 5, 16);
export const textOverflowsInteger = (from: SqlType, text: string, to: SqlType) => {
  const column = { bit: "INT1", tinyint: "INT1", smallint: "INT2" }[to.kind as string];
  return column === undefined
    ? new SqlError(248, `The conversion of the ${from.kind} value '${text}' overflowed an int column.`, 1, 16)
    : new SqlError(
        244,
        `The conversion of the ${from.kind} value '${text}' overflowed an ${column} column. Use a larger integer column.`,
        2,
        16,
      );
};

export const overflow = (to: SqlType) =>
  new SqlError(8115, `Arithmetic overflow error converting expression to data type ${nameOf(to)}.`, 2, 16);
export const overflowConverting = (from: SqlType, to: SqlType) =>
  new SqlError(8115, `Arithmetic overflow error converting ${nameOf(from)} to data type ${nameOf(to)}.`, 8, 16);
export const overflowOfInteger = (to: SqlType, value: number | bigint) =>
  new SqlError(220, `Arithmetic overflow error for data type ${to.kind}, value = ${value}.`, 2, 16);
export const overflowOfFloat = (to: SqlType, value: number) =>
  new SqlError(232, `Arithmetic overflow error for type ${to.kind}, value = ${value.toFixed(6)}.`, 3, 16);
export const divideByZero = () => new SqlError(8134, "Divide by zero error encountered.", 1, 16);

export const moneySyntax = (to: SqlType) =>
  to.kind === "money"
    ? new SqlError(235, "Cannot convert a char value to money. The char value has incorrect syntax.", 0, 16)
    : new SqlError(293, "Cannot convert char value to smallmoney. The char value has incorrect syntax.", 0, 16);
export const moneyTextOverflow = (to: SqlType) =>
  to.kind === "money"
    ? new SqlError(236, "The conversion from char data type to money resulted in a money overflow error.", 0, 16)
    : new SqlError(
        294,
        "The conversion from char data type to smallmoney data type resulted in a smallmoney overflow error.",
        0,
        16,
      );
export const moneyTooLong = (to: SqlType) =>
  new SqlError(234, `There is insufficient result space to convert a money value to ${to.kind}.`, 2, 16);

export const dateSyntax = (to: SqlType) =>
  to.kind === "smalldatetime"
    ? new SqlError(295, "Conversion failed when converting character string to smalldatetime data type.", 3, 16)
    : new SqlError(241, "Conversion failed when converting date and/or time from character string.", 1, 16);
export const dateRange = (from: SqlType, to: SqlType) =>
  to.kind === "smalldatetime"
    ? new SqlError(
        296,
        `The conversion of a ${from.kind} data type to a smalldatetime data type resulted in an out-of-range value.`,
        3,
        16,
      )
    : new SqlError(
        242,
        `The conversion of a ${from.kind} data type to a ${to.kind} data type resulted in an out-of-range value.`,
        3,
        16,
      );
export const dateOverflow = (type: SqlType) =>
  new SqlError(517, `Adding a value to a '${type.kind}' column caused an overflow.`, 1, 16);

export const guidSyntax = () =>
  new SqlError(8169, "Conversion failed when converting from a character string to uniqueidentifier.", 2, 16);
export const guidTooLong = (to: SqlType) =>
  new SqlError(8170, `Insufficient result space to convert uniqueidentifier value to ${to.kind}.`, 2, 16);
export const invalidStyle = (style: number, from: string) =>
  new SqlError(281, `${style} is not a valid style number when converting from ${from} to a character string.`, 1, 16);
export const invalidConvertStyle = (style: number) =>
  new SqlError(9809, `The style ${style} is not supported for conversions from varchar to date.`, 1, 16);

/** String or binary data too long for a column. `table` is `database.schema.table`. */
export const truncated = (table: string, column: string, value: string) =>
  new SqlError(
    2628,
    `String or binary data would be truncated in table '${table}', column '${column}'. Truncated value: '${value}'.`,
    1,
    16,
  );
export const truncatedSomewhere = () => new SqlError(8152, "String or binary data would be truncated.", 30, 16);
