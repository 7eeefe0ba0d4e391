import { query, quoteString, type Statement } from "../sqlserver";
import type { Instance } from "./instance";

/** The procedures of a joined database on which a run depends. */
export const memberProcedures = [
  "sp_BackupBizTalkFull",
  "sp_BackupBizTalkLog",
  "sp_SetMark",
  "sp_SetMarkRemote",
] as const;

/** The procedure that clears old marks; databases set up before BizTalk 2016 have none. */
export const markLogProcedure = "sp_CleanUpMarkLog";

/** A member as its own server describes it. */
export interface MemberState {
  /** What the server calls itself, whatever alias leads to it. */
  readonly realServer: string;
  /** `ONLINE`, `RESTORING`, … */
  readonly state: string;
  /** `FULL`, `BULK_LOGGED` or `SIMPLE`. */
  readonly recoveryModel: string;
  readonly readOnly: boolean;
  /** Whether a log backup would be accepted; undefined where the login may not see it. */
  readonly hasLogBase: boolean | undefined;
  /** The recovery fork that the database is on, as it shows in its backups. */
  readonly fork: string | undefined;
  /** Parameter names, without `@`, of each procedure that is there. */
  readonly procedures: ReadonlyMap<string, readonly string[]>;
}

/** Reads state and recovery model of the current database. */
export function readDatabaseState(): Statement {
  return query(
    `SELECT CONVERT(nvarchar(128), SERVERPROPERTY('ServerName')) AS realServer, d.state_desc AS state,
  d.recovery_model_desc AS recoveryModel, d.is_read_only AS readOnly,
  CONVERT(varchar(36), r.recovery_fork_guid) AS fork, CONVERT(varchar(25), r.last_log_backup_lsn) AS lastLogBackupLsn
FROM sys.databases AS d
LEFT JOIN sys.database_recovery_status AS r ON r.database_id = d.database_id
WHERE d.database_id = DB_ID();`,
    undefined,
    "read the state of the database",
  );
}

/** Reads which of the contract's procedures the current database has, and their parameters. */
export function readMemberProcedures(): Statement {
  return query(
    `SELECT o.name AS [procedure], p.name AS parameter
FROM sys.procedures AS o
LEFT JOIN sys.parameters AS p ON p.object_id = o.object_id
WHERE o.schema_id = SCHEMA_ID(N'dbo')
  AND o.name IN (${[...memberProcedures, markLogProcedure].map(quoteString).join(", ")})
ORDER BY o.name, p.parameter_id;`,
    undefined,
    "read the backup procedures of the database",
  );
}

interface StateRow {
  realServer: string;
  state: string;
  recoveryModel: string;
  readOnly: boolean;
  fork: string | null;
  lastLogBackupLsn: string | null;
}

/** Asks a member for all that a run must know beforehand. */
export async function readMemberState(
  instance: Instance,
  database: string,
  signal?: AbortSignal,
): Promise<MemberState> {
  const options = { database, ...(signal && { signal }) };
  const [row] = await instance.rows<StateRow>(readDatabaseState(), options);
  if (!row) throw new Error(`${instance.name} did not describe its database ${database}`);
  const parameters = await instance.rows<{ procedure: string; parameter: string | null }>(
    readMemberProcedures(),
    options,
  );
  const procedures = new Map<string, string[]>();
  for (const { procedure, parameter } of parameters) {
    const names = procedures.get(procedure) ?? [];
    if (parameter !== null) names.push(parameter.replace(/^@/, ""));
    procedures.set(procedure, names);
  }
  return {
    realServer: row.realServer,
    state: row.state,
    recoveryModel: row.recoveryModel,
    readOnly: Boolean(row.readOnly),
    // The view shows a row without values to who may not see them.
    hasLogBase: row.fork === null ? undefined : row.lastLogBackupLsn !== null,
    fork: row.fork?.toLowerCase() ?? undefined,
    procedures,
  };
}
