/** `x AT TIME ZONE 'zone'` */
import type { Expression } from "../../tsql/ast";
import { SqlError } from "../errors";
import { datetimeoffset, nvarchar } from "../types/systemTypes";
import { MINUTE } from "../types/temporal/calendar";
import { findTimeZone, offsetAt, offsetOfLocal } from "../types/temporal/timeZones";
import type { DateTimeOffset, SqlType } from "../values";
import { convertImplicitly } from "./conversion";
import { compileExpression } from "./dispatch";
import { invalidArgumentType } from "./expressionErrors";
import type { Compiled, Scope } from "./scope";

const unknownZone = (name: string) =>
  new SqlError(9820, `The time zone parameter '${name}' provided to AT TIME ZONE clause is invalid.`, 1, 16);

export function compileAtTimeZone(expression: Extract<Expression, { kind: "atTimeZone" }>, scope: Scope): Compiled {
  const operand = compileExpression(expression.operand, scope);
  const zone = convertImplicitly(compileExpression(expression.zone, scope), nvarchar(128));
  const type = resultType(operand.type);
  return {
    type,
    nullable: operand.nullable || zone.nullable,
    evaluate: (frame) => {
      const value = operand.evaluate(frame);
      const name = zone.evaluate(frame) as string | null;
      if (value === null || name === null) return null;
      const found = findTimeZone(name.trim());
      if (found === undefined) throw unknownZone(name);
      if (typeof value === "bigint") {
        const offset = offsetOfLocal(found, value);
        return { utc: value - BigInt(offset) * MINUTE, offset };
      }
      const { utc } = value as DateTimeOffset;
      return { utc, offset: offsetAt(found, utc) };
    },
  };
}

function resultType(type: SqlType): SqlType {
  switch (type.kind) {
    case "datetime":
      return datetimeoffset(3);
    case "smalldatetime":
      return datetimeoffset(0);
    case "datetime2":
    case "datetimeoffset":
      return datetimeoffset(type.scale ?? 7);
    default:
      throw invalidArgumentType(type.isNullLiteral ? "NULL" : type.kind, 1, "AT TIME ZONE");
  }
}
