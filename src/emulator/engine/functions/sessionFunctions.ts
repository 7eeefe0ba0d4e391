/** Functions about the session: identity values, context, host, triggers. */
import { SqlError } from "../errors";
import type { ExecutionContext } from "../expressions/scope";
import {
  BIGINT,
  binary,
  char,
  INT,
  numeric,
  nvarchar,
  SQL_VARIANT,
  VARCHAR_MAX,
  varbinary,
} from "../types/systemTypes";
import type { SqlType, Value } from "../values";
import { currentRowVersion } from "./globalVariables";
import { type FunctionDefinition, registerFunctions } from "./registry";

function niladic(name: string, type: SqlType, evaluate: (context: ExecutionContext) => Value): FunctionDefinition {
  return {
    name,
    minArgs: 0,
    maxArgs: 0,
    volatile: true,
    resolve: () => type,
    evaluate: (_, context) => evaluate(context),
  };
}

/** A bit for each column, lowest first, in whole bytes. */
function columnsUpdated({ trigger }: ExecutionContext): Uint8Array | null {
  if (trigger === null) return null;
  const bytes = new Uint8Array(Math.max(1, Math.ceil(trigger.columnCount / 8)));
  for (const ordinal of trigger.updatedColumns)
    bytes[ordinal >> 3] = (bytes[ordinal >> 3] as number) | (1 << (ordinal & 7));
  return bytes;
}

function identityAsNumeric(value: Value): Value {
  return typeof value === "number" ? BigInt(value) : value;
}

registerFunctions([
  niladic("SCOPE_IDENTITY", numeric(38, 0), ({ scopeIdentity }) => identityAsNumeric(scopeIdentity)),
  niladic("ROWCOUNT_BIG", BIGINT, ({ session }) => BigInt(session.rowCount)),
  {
    name: "TRIGGER_NESTLEVEL",
    minArgs: 0,
    maxArgs: 3,
    parameters: [INT, VARCHAR_MAX],
    volatile: true,
    resolve: () => INT,
    evaluate: ([objectId], context) => context.triggerNestLevel(objectId ? (objectId as number) : undefined),
  },
  niladic("HOST_NAME", nvarchar(128), ({ session }) => session.hostName),
  niladic("HOST_ID", char(10), () => `${process.pid}`.padEnd(10)),
  niladic("APP_NAME", nvarchar(128), ({ session }) => session.applicationName),
  niladic("CONTEXT_INFO", varbinary(128), ({ session }) => session.contextInfo),
  niladic("CURRENT_REQUEST_ID", { kind: "smallint" }, () => 0),
  niladic("GETANSINULL", INT, ({ session }) => (session.settings.ansiNullDefault ? 1 : 0)),
  niladic("COLUMNS_UPDATED", varbinary(8000), columnsUpdated),
  niladic("MIN_ACTIVE_ROWVERSION", binary(8), (context) => {
    const next = Buffer.from(currentRowVersion(context));
    next.writeBigUInt64BE(next.readBigUInt64BE() + 1n);
    return next;
  }),
  {
    name: "SESSION_CONTEXT",
    minArgs: 1,
    maxArgs: 1,
    parameters: [VARCHAR_MAX],
    volatile: true,
    resolve: ([type]) => {
      if (type?.kind !== "nvarchar" && type?.kind !== "nchar" && !type?.isNullLiteral) {
        throw new SqlError(
          8116,
          `Argument data type ${type?.kind} is invalid for argument 1 of session_context function.`,
          1,
          16,
        );
      }
      return SQL_VARIANT;
    },
    evaluate: ([key], { session }) =>
      key === null
        ? null
        : (session.sessionContext.get((key as string).toLowerCase())?.value ??
          session.sessionContext.get(key as string)?.value ??
          null),
  },
]);
