/** The `@@` functions. */
import type { ExecutionContext } from "../expressions/scope";
import { INT, numeric, nvarchar, SMALLINT, TINYINT, varbinary } from "../types/systemTypes";
import { findLanguage } from "../types/temporal/languages";
import type { SqlType, Value } from "../values";
import { type GlobalVariable, registerGlobalVariables } from "./registry";
import { versionText } from "./version";

const variable = (name: string, type: SqlType, evaluate: (context: ExecutionContext) => Value): GlobalVariable => ({
  name,
  type,
  evaluate,
});

/** SET options as the bits of @@OPTIONS. */
function options({ session: { settings } }: ExecutionContext): number {
  const bits: [boolean, number][] = [
    [settings.implicitTransactions, 2],
    [settings.cursorCloseOnCommit, 4],
    [settings.ansiWarnings, 8],
    [settings.ansiPadding, 16],
    [settings.ansiNulls, 32],
    [settings.arithAbort, 64],
    [settings.arithIgnore, 128],
    [settings.quotedIdentifier, 256],
    [settings.noCount, 512],
    [settings.ansiNullDefault, 1024],
    [!settings.ansiNullDefault, 2048],
    [settings.concatNullYieldsNull, 4096],
    [settings.numericRoundAbort, 8192],
    [settings.xactAbort, 16384],
  ];
  return bits.reduce((sum, [on, bit]) => (on ? sum + bit : sum), 0);
}

/** The last rowversion of the database, as eight bytes. */
export function currentRowVersion({ session }: ExecutionContext): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(session.database.counters.get("rowversion") ?? 0n);
  return bytes;
}

registerGlobalVariables([
  variable("ROWCOUNT", INT, ({ session }) => session.rowCount),
  variable("ERROR", INT, ({ session }) => session.lastError),
  variable("TRANCOUNT", INT, ({ session }) => session.transactionCount()),
  variable("IDENTITY", numeric(38, 0), ({ session }) => session.identity),
  variable("SPID", SMALLINT, ({ session }) => session.id),
  variable("SERVERNAME", nvarchar(128), ({ session }) => session.server.serverName),
  variable("SERVICENAME", nvarchar(128), ({ session }) => instanceOf(session.server.serverName) ?? "MSSQLSERVER"),
  variable("VERSION", nvarchar(300), ({ session }) => versionText(session.server)),
  variable(
    "MICROSOFTVERSION",
    INT,
    ({ session }) => session.server.version.major * 0x1000000 + session.server.version.build,
  ),
  variable("NESTLEVEL", INT, ({ session }) => session.nestLevel),
  variable("FETCH_STATUS", INT, ({ session }) => session.fetchStatus),
  variable("DATEFIRST", TINYINT, ({ session }) => session.settings.dateFirst),
  variable("LANGUAGE", nvarchar(128), ({ session }) => session.settings.language),
  variable("LANGID", SMALLINT, ({ session }) => findLanguage(session.settings.language)?.id ?? 0),
  variable("LOCK_TIMEOUT", INT, ({ session }) => session.settings.lockTimeout),
  variable("OPTIONS", INT, options),
  variable("PROCID", INT, ({ module }) => module?.objectId ?? 0),
  variable("TEXTSIZE", INT, ({ session }) => session.textSize),
  variable("MAX_PRECISION", TINYINT, () => 38),
  variable("MAX_CONNECTIONS", INT, () => 32767),
  variable("DBTS", varbinary(8), currentRowVersion),
  variable("REMSERVER", nvarchar(128), () => null),
  variable("CONNECTIONS", INT, ({ session }) => session.server.sessions.size),
  variable("CPU_BUSY", INT, () => 0),
  variable("IDLE", INT, () => 0),
  variable("IO_BUSY", INT, () => 0),
  variable("PACK_RECEIVED", INT, () => 0),
  variable("PACK_SENT", INT, () => 0),
  variable("PACKET_ERRORS", INT, () => 0),
  variable("TIMETICKS", INT, () => 31250),
  variable("TOTAL_ERRORS", INT, () => 0),
  variable("TOTAL_READ", INT, () => 0),
  variable("TOTAL_WRITE", INT, () => 0),
]);

/** `HOST\INSTANCE` */
export function instanceOf(serverName: string): string | undefined {
  return serverName.split("\\")[1];
}
