/** GENERATE_SERIES. */
import { SqlError } from "../../errors";
import type { Compiled } from "../../expressions/scope";
import { isNumeric } from "../../types/families";
import { INT } from "../../types/systemTypes";
import type { SqlType, Value } from "../../values";
import { commonType, convertedTo } from "../typing";
import type { BuiltInTable } from "./tableFunctions";

export function generateSeries(args: Compiled[]): BuiltInTable {
  const [start, stop] = args;
  if (!start || !stop || args.length > 3)
    throw new SqlError(174, "The generate_series function requires 2 to 3 argument(s).", 1, 15);
  const type = commonType(args, "GENERATE_SERIES");
  if (
    !isNumeric(type) ||
    args.some((argument) => !isNumeric(argument.type) || !sameFamily(argument.type, start.type))
  ) {
    throw new SqlError(
      5373,
      "All the input parameters should be of the same type. Supported types are tinyint, smallint, int, bigint, decimal and numeric.",
      1,
      16,
    );
  }
  const [from, to, step] = args.map((argument) => convertedTo(argument, type));
  return {
    columns: [{ name: "value", type: type.isNullLiteral ? INT : type, nullable: false }],
    *rows(frame) {
      const first = from?.evaluate(frame) ?? null;
      const last = to?.evaluate(frame) ?? null;
      if (first === null || last === null) return;
      const given = step ? step.evaluate(frame) : undefined;
      if (given === null) return;
      const current = BigInt(first as number | bigint);
      const end = BigInt(last as number | bigint);
      const by = given === undefined ? (current <= end ? unit(type) : -unit(type)) : BigInt(given as number | bigint);
      if (by === 0n)
        throw new SqlError(4199, "Argument value 0 is invalid for argument 3 of generate_series function.", 1, 16);
      for (let value = current; by > 0n ? value <= end : value >= end; value += by) yield [asValue(value, type)];
    },
  };
}

/** 1, as the type holds it. */
function unit(type: SqlType): bigint {
  return 10n ** BigInt(type.scale ?? 0);
}

function asValue(value: bigint, type: SqlType): Value {
  return type.kind === "bigint" || type.kind === "decimal" || type.kind === "numeric" ? value : Number(value);
}

function sameFamily(one: SqlType, other: SqlType): boolean {
  const exact = (type: SqlType) => type.kind === "decimal" || type.kind === "numeric";
  return exact(one) === exact(other);
}
