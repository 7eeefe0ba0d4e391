/** Functions on the bits of integers. */
import { isInteger } from "../types/families";
import { invalidOperand } from "../types/operatorTypes";
import { BIGINT, BIT, INT } from "../types/systemTypes";
import type { SqlType } from "../values";
import { type FunctionDefinition, registerFunctions } from "./registry";

function requireInteger(type: SqlType | undefined, name: string): SqlType {
  const given = type as SqlType;
  if (!isInteger(given)) throw invalidOperand(given, name.toLowerCase());
  return given;
}

const WIDTHS: Readonly<Record<string, number>> = { tinyint: 8, smallint: 16, int: 32, bigint: 64 };

const bitsOf = (type: SqlType): number => WIDTHS[type.kind] as number;

/** The lowest bits, read as a value of the type. */
function inInteger(value: bigint, type: SqlType): number | bigint {
  const fitted = type.kind === "tinyint" ? BigInt.asUintN(8, value) : BigInt.asIntN(bitsOf(type), value);
  return type.kind === "bigint" ? fitted : Number(fitted);
}

function shift(name: string, direction: 1 | -1): FunctionDefinition {
  return {
    name,
    minArgs: 2,
    maxArgs: 2,
    parameters: [undefined, INT],
    strict: true,
    resolve: ([type]) => requireInteger(type, name),
    evaluate: ([value, by], _, { result }) => {
      const amount = (by as number) * direction;
      const unsigned = BigInt.asUintN(bitsOf(result), BigInt(value as number | bigint));
      return inInteger(amount >= 0 ? unsigned << BigInt(amount) : unsigned >> BigInt(-amount), result);
    },
  };
}

registerFunctions([
  shift("LEFT_SHIFT", 1),
  shift("RIGHT_SHIFT", -1),
  {
    name: "GET_BIT",
    minArgs: 2,
    maxArgs: 2,
    parameters: [undefined, INT],
    strict: true,
    resolve: ([type]) => {
      requireInteger(type, "get_bit");
      return BIT;
    },
    evaluate: ([value, offset], _, { types }) => {
      const bits = BigInt.asUintN(bitsOf(types[0] as SqlType), BigInt(value as number | bigint));
      return Number((bits >> BigInt(offset as number)) & 1n);
    },
  },
  {
    name: "SET_BIT",
    minArgs: 2,
    maxArgs: 3,
    parameters: [undefined, INT, INT],
    strict: true,
    resolve: ([type]) => requireInteger(type, "set_bit"),
    evaluate: ([value, offset, bit], _, { result }) => {
      const mask = 1n << BigInt(offset as number);
      const number = BigInt(value as number | bigint);
      return inInteger((bit ?? 1) === 0 ? number & ~mask : number | mask, result);
    },
  },
  {
    name: "BIT_COUNT",
    minArgs: 1,
    maxArgs: 1,
    strict: true,
    resolve: ([type]) => {
      requireInteger(type, "bit_count");
      return BIGINT;
    },
    evaluate: ([value], _, { types }) => {
      const text = BigInt.asUintN(bitsOf(types[0] as SqlType), BigInt(value as number | bigint)).toString(2);
      return BigInt(text.replaceAll("0", "").length);
    },
  },
]);
