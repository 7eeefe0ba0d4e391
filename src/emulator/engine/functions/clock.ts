/** The clock: GETDATE and its relatives. */
import { DATETIME, DATETIME2, DATETIMEOFFSET, varchar } from "../types/systemTypes";
import { MINUTE, roundToDatetime } from "../types/temporal/calendar";
import { formatZone } from "../types/temporal/formatDate";
import type { SqlType, Value } from "../values";
import { type FunctionDefinition, registerFunctions } from "./registry";

function clock(name: string, type: SqlType, read: (now: { local: bigint; utc: bigint }) => Value): FunctionDefinition {
  return {
    name,
    minArgs: 0,
    maxArgs: 0,
    volatile: true,
    keepsNotNull: true,
    resolve: () => type,
    evaluate: (_, context) => read(context.now()),
  };
}

const offsetNow = ({ local, utc }: { local: bigint; utc: bigint }): number => Number((local - utc) / MINUTE);

registerFunctions([
  clock("GETDATE", DATETIME, ({ local }) => roundToDatetime(local)),
  clock("CURRENT_TIMESTAMP", DATETIME, ({ local }) => roundToDatetime(local)),
  clock("GETUTCDATE", DATETIME, ({ utc }) => roundToDatetime(utc)),
  clock("SYSDATETIME", DATETIME2, ({ local }) => local),
  clock("SYSUTCDATETIME", DATETIME2, ({ utc }) => utc),
  clock("SYSDATETIMEOFFSET", DATETIMEOFFSET, (now) => ({ utc: now.utc, offset: offsetNow(now) })),
  clock(
    "CURRENT_TIMEZONE",
    varchar(128),
    (now) => `(UTC${offsetNow(now) === 0 ? "" : formatZone(offsetNow(now))}) Coordinated Universal Time`,
  ),
  clock("CURRENT_TIMEZONE_ID", varchar(128), () => "UTC"),
]);
