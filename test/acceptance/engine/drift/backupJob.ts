import { quoteString } from "../../../../src/sqlserver";
import type { DriftCase, DriftTable } from "./driftCase";

/** A job beside others in the management database, one column of its settings changed. */
function settingDrift(drift: {
  readonly property: string;
  readonly column: string;
  /** As a literal of T-SQL. */
  readonly to: string;
  readonly shows: DriftCase["shows"];
  readonly declared?: object;
}): DriftCase {
  const name = `job ${drift.property}`;
  const itsRow = `WHERE JobName = ${quoteString(name)};`;
  return {
    property: drift.property,
    declare: ({ control, management }) => ({
      [name]: {
        kind: "BackupJob",
        args: {
          connection: control.connection,
          managementDatabase: management,
          name,
          fullPath: "/backup",
          ...drift.declared,
        },
      },
    }),
    drift: ({ control, management }) =>
      control.run(`UPDATE mssql_backup.Job SET ${drift.column} = ${drift.to} ${itsRow}`, management),
    shows: drift.shows,
    observe: ({ control, management }) =>
      control.rows(`SELECT ${drift.column} AS value FROM mssql_backup.Job ${itsRow}`, management),
  };
}

/** A job with an Agent job, which is changed. */
function agentDrift(
  drift: Pick<DriftCase, "property" | "shows" | "drift" | "observe"> & { readonly agent?: object },
): DriftCase {
  const name = `job ${drift.property}`;
  const { agent, ...others } = drift;
  return {
    ...others,
    declare: ({ control, management }) => ({
      [name]: {
        kind: "BackupJob",
        args: {
          connection: control.connection,
          managementDatabase: management,
          name,
          fullPath: "/backup",
          agent: { name, connectionFile: "/etc/connection.json", ...agent },
        },
      },
    }),
  };
}

export const backupJob: DriftTable = {
  kind: "BackupJob",
  cases: [
    settingDrift({
      property: "fullPath",
      column: "FullPath",
      to: "N'/elsewhere'",
      shows: { old: '"/elsewhere"', new: '"/backup"' },
    }),
    agentDrift({
      property: "agent.enabled",
      drift: ({ control }) =>
        control.run("EXEC msdb.dbo.sp_update_job @job_name = N'job agent.enabled', @enabled = 0;"),
      shows: { old: "false", new: "true" },
      observe: ({ control }) => control.rows("SELECT enabled FROM msdb.dbo.sysjobs WHERE name = N'job agent.enabled';"),
    }),
  ],
  exceptions: {
    connection: "where to look, not what is there",
    managementDatabase: "a database under another name is another one to the program: this one is gone",
    name: "a job under another name is another one to the program: this one is gone",
    createDatabase: "what create does, not what is there",
    deleteHistory: "what delete does, not what is there",
    adopt: "what create does, not what is there",
  },
  missing: [
    "logPath",
    "logMarkName",
    "frequency",
    "backupHour",
    "useLocalTime",
    "compression",
    "checksum",
    "stripes",
    "encryption.algorithm",
    "encryption.certificate",
    "encryption.asymmetricKey",
    "parallelBackups",
    "forceFullAfterPartialFailure",
    "daysOfHistory",
    "agent.name",
    "agent.everyMinutes",
    "agent.owner",
    "agent.proxy",
    "agent.operator",
    "agent.runner",
    "agent.connectionFile",
    "disableBizTalkJob",
    "setup",
  ],
};
