/** msdb's views of the tables: what users who may not read the tables see of their own jobs. */
import { registerView } from "../catalog/registry";
import type { ExecutionContext } from "../engine/expressions/scope";
import type { Activation } from "../engine/session/activation";
import type { Row } from "../engine/values";
import type { ResultColumn } from "../engine/wire";
import { databasePrincipals } from "../security/memberships";
import { sameSid } from "../security/users";
import type { Database } from "../storage/database";
import { type AgentTableName, AgentTables } from "./tables";

const SYSNAME = { kind: "nvarchar", length: 128, alias: "sysname" } as const;

const JOB_COLUMNS: ResultColumn[] = (
  [
    ["job_id", { kind: "uniqueidentifier" }],
    ["originating_server", SYSNAME],
    ["name", SYSNAME],
    ["enabled", { kind: "tinyint" }],
    ["description", { kind: "nvarchar", length: 512 }],
    ["start_step_id", { kind: "int" }],
    ["category_id", { kind: "int" }],
    ["owner_sid", { kind: "varbinary", length: 85 }],
    ["notify_level_eventlog", { kind: "int" }],
    ["notify_level_email", { kind: "int" }],
    ["notify_level_netsend", { kind: "int" }],
    ["notify_level_page", { kind: "int" }],
    ["notify_email_operator_id", { kind: "int" }],
    ["notify_netsend_operator_id", { kind: "int" }],
    ["notify_page_operator_id", { kind: "int" }],
    ["delete_level", { kind: "int" }],
    ["date_created", { kind: "datetime", scale: 3 }],
    ["date_modified", { kind: "datetime", scale: 3 }],
    ["version_number", { kind: "int" }],
    ["originating_server_id", { kind: "int" }],
    ["master_server", { kind: "bit" }],
  ] as const
).map(([name, type]) => ({ name, type, nullable: true }));

const SCHEDULE_COLUMNS: ResultColumn[] = (
  [
    ["schedule_id", { kind: "int" }],
    ["schedule_uid", { kind: "uniqueidentifier" }],
    ["originating_server_id", { kind: "int" }],
    ["name", SYSNAME],
    ["owner_sid", { kind: "varbinary", length: 85 }],
    ["enabled", { kind: "int" }],
    ["freq_type", { kind: "int" }],
    ["freq_interval", { kind: "int" }],
    ["freq_subday_type", { kind: "int" }],
    ["freq_subday_interval", { kind: "int" }],
    ["freq_relative_interval", { kind: "int" }],
    ["freq_recurrence_factor", { kind: "int" }],
    ["active_start_date", { kind: "int" }],
    ["active_end_date", { kind: "int" }],
    ["active_start_time", { kind: "int" }],
    ["active_end_time", { kind: "int" }],
    ["date_created", { kind: "datetime", scale: 3 }],
    ["date_modified", { kind: "datetime", scale: 3 }],
    ["version_number", { kind: "int" }],
    ["originating_server", SYSNAME],
  ] as const
).map(([name, type]) => ({ name, type, nullable: true }));

function seesAll({ session }: Activation, msdb: Database): boolean {
  if (session.security.isServerRoleMember("sysadmin")) return true;
  for (const id of databasePrincipals(msdb, session.security.userIn(msdb).id)) {
    const role = msdb.metadata.get("principal", id)?.name.toLowerCase();
    if (role === "sqlagentreaderrole" || role === "sqlagentoperatorrole" || role === "db_owner") return true;
  }
  return false;
}

function registerOwnRows(name: string, table: AgentTableName, columns: ResultColumn[]): void {
  registerView({
    schema: "dbo",
    name,
    database: "msdb",
    columns,
    *rows(context: ExecutionContext, msdb: Database): Iterable<Row> {
      const activation = context as Activation;
      const all = seesAll(activation, msdb);
      for (const row of new AgentTables(msdb.server, activation.transaction).rows(table)) {
        if (!all && !sameSid(row.bytes("owner_sid"), activation.session.login.sid)) continue;
        yield columns.map((column) => {
          if (column.name === "originating_server") return msdb.server.serverName;
          return column.name === "master_server" ? 0 : row.value(column.name);
        });
      }
    },
  });
}

export function registerAgentViews(): void {
  registerOwnRows("sysjobs_view", "sysjobs", JOB_COLUMNS);
  registerOwnRows("sysschedules_localserver_view", "sysschedules", SCHEDULE_COLUMNS);
}
