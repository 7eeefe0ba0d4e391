import {
  query,
  quoteName,
  quotePath,
  quoteString,
  type Row,
  type SqlSession,
  type Statement,
  sysname,
} from "../sqlserver";
import { backupRole, dropBackupRoleText, dropUnusedBackupRoleText } from "./databaseUser";
import { batchesOf, compareModule, inOneTransaction, type ModuleCondition, modulesOf } from "./installation";

/** Without these a member can be neither marked nor backed up, whoever made them. */
const indispensable = [
  "sp_GetServerName",
  "sp_SetMark",
  "sp_SetMarkRemote",
  "sp_BackupBizTalkFull",
  "sp_BackupBizTalkLog",
];

/** A database as a member of a backup set, seen from its own server. */
export interface MemberDatabase {
  /** The name by which the server knows itself. */
  readonly serverName: string;
  /** `ONLINE` or another state; undefined when there is no such database. */
  readonly state: string | undefined;
  /** `FULL`, `BULK_LOGGED` or `SIMPLE`. */
  readonly recoveryModel: string;
  readonly readOnly: boolean;
  readonly markLog: boolean;
  readonly role: boolean;
  readonly roleMembers: readonly string[];
  /** A schema of the role's name, which scripts with sp_addrole leave behind. */
  readonly roleSchema: boolean;
  /** Our procedures by name, and how what is there compares to them. */
  readonly procedures: ReadonlyMap<string, ModuleCondition>;
}

/** Runs in the member database. */
function memberQuery(): string {
  const names = [...modulesOf("member").keys()].map(quoteString).join(", ");
  return `SELECT CASE WHEN OBJECT_ID(N'dbo.MarkLog', N'U') IS NULL THEN 0 ELSE 1 END AS markLog,
  CASE WHEN DATABASE_PRINCIPAL_ID(N'${backupRole}') IS NULL THEN 0 ELSE 1 END AS role,
  CASE WHEN SCHEMA_ID(N'${backupRole}') IS NULL THEN 0 ELSE 1 END AS roleSchema;
SELECT o.name AS name, m.definition AS definition
FROM sys.objects AS o
LEFT JOIN sys.sql_modules AS m ON m.object_id = o.object_id
WHERE o.type = 'P' AND o.schema_id = SCHEMA_ID(N'dbo') AND o.name IN (${names});
SELECT p.name AS name
FROM sys.database_role_members AS m
JOIN sys.database_principals AS r ON r.principal_id = m.role_principal_id
JOIN sys.database_principals AS p ON p.principal_id = m.member_principal_id
WHERE r.name = N'${backupRole}';`;
}

/** Reads everything about a member in one round trip; does not fail when the database is missing or offline. */
export function readMemberDatabaseStatement(database: string): Statement {
  return query(
    `SELECT CAST(SERVERPROPERTY('ServerName') AS nvarchar(128)) AS serverName;
SELECT state_desc AS state, recovery_model_desc AS recoveryModel, is_read_only AS readOnly
FROM sys.databases WHERE name = @database;
IF EXISTS (SELECT * FROM sys.databases WHERE name = @database AND state = 0)
  EXEC ${quotePath(database, "sys", "sp_executesql")} N'${memberQuery().replaceAll("'", "''")}';`,
    { database: sysname(database) },
    `read the database ${database}`,
  );
}

/** Reads the result sets of `readMemberDatabaseStatement`. */
export function parseMemberDatabase(recordsets: readonly (readonly Row[])[]): MemberDatabase {
  const sets = recordsets as unknown as [
    { serverName: string }[],
    { state: string; recoveryModel: string; readOnly: boolean }[],
    { markLog: number; role: number; roleSchema: number }[] | undefined,
    { name: string; definition: string | null }[] | undefined,
    { name: string }[] | undefined,
  ];
  const [[server], [database], [flags] = [], definitions = [], members = []] = sets;
  const found = new Map(definitions.map(({ name, definition }) => [name.toLowerCase(), definition]));
  const procedures = new Map(
    [...modulesOf("member").values()].map((module) => [
      module.name,
      compareModule(module, found.get(module.name.toLowerCase())),
    ]),
  );
  return {
    serverName: server?.serverName ?? "",
    state: database?.state,
    recoveryModel: database?.recoveryModel ?? "",
    readOnly: Boolean(database?.readOnly),
    markLog: Boolean(flags?.markLog),
    role: Boolean(flags?.role),
    roleSchema: Boolean(flags?.roleSchema),
    roleMembers: members.map(({ name }) => name),
    procedures,
  };
}

/** A database as a member of a backup set. */
export async function readMemberDatabase(session: SqlSession, database: string): Promise<MemberDatabase> {
  return parseMemberDatabase((await session.execute(readMemberDatabaseStatement(database))).recordsets);
}

/** A database of which nobody can say anything, because its server is gone. */
export function goneMember(): MemberDatabase {
  return parseMemberDatabase([[], []]);
}

/** What an installation added to a member, which is what is taken away from it later. */
export interface MemberParts {
  readonly markLog: boolean;
  readonly role: boolean;
  readonly procedures: readonly string[];
}

/** Why a database cannot be set up, or what its set-up adds to it. */
export type MemberSetup =
  | { readonly refused: string }
  | { readonly adds: MemberParts; readonly foreign: boolean; readonly complete: boolean };

/** Decides what the built-in set-up has to do. Procedures of somebody else, such as BizTalk's own, are left alone. */
export function planMemberSetup(member: MemberDatabase): MemberSetup {
  const having = (condition: ModuleCondition) =>
    [...member.procedures].filter(([, actual]) => actual === condition).map(([name]) => name);
  const missing = having("missing");
  if (having("foreign").length > 0) {
    const lacking = indispensable.filter((name) => missing.includes(name));
    if (!member.markLog) lacking.push("the table MarkLog");
    if (lacking.length > 0) {
      return {
        refused: `the database has backup procedures that this package did not make, but lacks ${lacking.join(", ")}: run the Backup_Setup_All scripts of their maker again, or drop them`,
      };
    }
    return { adds: { markLog: false, role: false, procedures: [] }, foreign: true, complete: member.role };
  }
  return {
    adds: { markLog: !member.markLog, role: !member.role, procedures: missing },
    foreign: false,
    complete:
      member.markLog && member.role && having("same").length + having("newer").length === member.procedures.size,
  };
}

/** What of the set-up is not as it should be, in words; empty when it is. */
export function memberSetupProblems(member: MemberDatabase): string[] {
  const setup = planMemberSetup(member);
  if ("refused" in setup) return [setup.refused];
  const problems: string[] = [];
  if (!member.markLog) problems.push("MarkLog is missing");
  if (!member.role) problems.push(`${backupRole} is missing`);
  if (setup.foreign) return problems;
  for (const [name, condition] of member.procedures) {
    if (condition === "missing") problems.push(`${name} is missing`);
    if (condition === "changed") problems.push(`${name} is changed`);
    if (condition === "older") problems.push(`${name} is of an earlier version`);
  }
  return problems;
}

/** Installs or upgrades the built-in set-up. Runs in the member database. */
export function installMember(database: string, batches: readonly string[]): Statement {
  return inOneTransaction(`set up the database ${database}`, batches);
}

/** The built-in set-up as batches. */
export function builtInSetup(): readonly string[] {
  return batchesOf("member");
}

/** Takes away what was added. Runs in the member database. What is gone already is no failure. */
export function uninstallMemberText(member: MemberDatabase, parts: MemberParts): string {
  const lines = parts.procedures.map((name) => `DROP PROCEDURE IF EXISTS dbo.${quoteName(name)};`);
  if (parts.markLog) lines.push("DROP TABLE IF EXISTS dbo.MarkLog;");
  else if (lines.length > 0 && member.markLog && member.role)
    lines.push(`REVOKE SELECT ON dbo.MarkLog FROM ${backupRole};`);
  if (parts.role && member.role) {
    lines.push(dropBackupRoleText);
  } else if (lines.length > 0) {
    lines.push(dropUnusedBackupRoleText);
  }
  return lines.join("\n");
}

/** Sets the recovery model. No transaction may hold it. */
export function setRecoveryModel(database: string, model: string): Statement {
  if (!/^(FULL|BULK_LOGGED|SIMPLE)$/.test(model)) throw new RangeError(`Unknown recovery model: ${model}`);
  return {
    text: `ALTER DATABASE ${quoteName(database)} SET RECOVERY ${model};`,
    summary: `set the recovery model of ${database} to ${model}`,
    repeatable: true,
  };
}
