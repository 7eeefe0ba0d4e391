/** Constants, with the types that SQL Server gives them. */
import type { Expression } from "../../tsql/ast";
import { toCodePage } from "../types/collations/codePages";
import { shapeOf } from "../types/decimals";
import { FLOAT, MONEY, NULL_TYPE, numeric, nvarchar, varbinary, varchar } from "../types/systemTypes";
import type { SqlType, Value } from "../values";
import type { Compiled } from "./scope";

export type Literal = Extract<
  Expression,
  { kind: "null" | "integer" | "decimal" | "float" | "money" | "string" | "binary" }
>;

const MAX_INT = 2147483647n;

export function compileLiteral(literal: Literal, collation: string): Compiled {
  switch (literal.kind) {
    case "null":
      return constant(NULL_TYPE, null);
    case "integer":
      return integer(literal.text);
    case "decimal":
      return decimal(literal.text);
    case "float":
      return float(literal.text);
    case "money":
      return constant(MONEY, money(literal.text));
    case "string":
      return text(literal.value, literal.national, collation);
    case "binary":
      return constant(varbinary(literal.value.length), literal.value);
  }
}

export function constant(type: SqlType, value: Value): Compiled {
  return { type, nullable: value === null, constant: true, evaluate: () => value };
}

/** What does not fit an int is a numeric, never a bigint. */
function integer(text: string): Compiled {
  const value = BigInt(text);
  if (value <= MAX_INT) return constant({ kind: "int", precision: value.toString().length }, Number(value));
  return decimal(text);
}

function decimal(text: string): Compiled {
  const { precision, scale } = shapeOf(text);
  return constant(numeric(precision, scale), BigInt(text.replace(".", "") || "0"));
}

function float(text: string): Compiled {
  return constant(FLOAT, Number(/e[+-]?$/i.test(text) ? `${text}0` : text));
}

function money(text: string): bigint {
  const [whole = "", fraction = ""] = text.replace(/,/g, "").split(".");
  const digits = BigInt(`${whole || "0"}${fraction.slice(0, 4).padEnd(4, "0")}`);
  const roundsUp = Number(fraction.charAt(4) || "0") >= 5;
  if (!roundsUp) return digits;
  return text.startsWith("-") ? digits - 1n : digits + 1n;
}

function text(value: string, national: boolean, collation: string): Compiled {
  const type = national ? nvarchar(value.length, collation) : varchar(value.length, collation);
  return { ...constant(type, national ? value : toCodePage(value, collation)), collationStrength: 1 };
}
