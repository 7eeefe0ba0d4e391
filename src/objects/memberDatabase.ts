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
import { parseReplica, type Replica, readReplicaText } from "./availability";
import { backupRole } from "./databaseUser";
import { compareModule, type ModuleCondition, modulesOf, versionOf } from "./installation";

/** One of our procedures in a member. */
export interface MemberProcedure {
  readonly condition: ModuleCondition;
  /** The version of what is there; undefined when it is missing or somebody else's. */
  readonly version: number | undefined;
}

/** A database as a member of a backup set, seen from its own server. */
export interface MemberDatabase {
  /** The name by which the server knows itself. */
  readonly serverName: string;
  /** `ONLINE` or another state; undefined when there is no such database. */
  readonly state: string | undefined;
  /** `FULL`, `BULK_LOGGED` or `SIMPLE`. */
  readonly recoveryModel: string;
  readonly readOnly: boolean;
  /** A log-shipping destination: readable between restores. */
  readonly standby: boolean;
  /** A snapshot of another database. */
  readonly snapshot: boolean;
  /** Whether the login may enter it. */
  readonly accessible: boolean;
  /** Whether a log backup would be accepted; undefined where the login may not see it. */
  readonly hasLogBase: boolean | undefined;
  /** Its place in an availability group; undefined when it is in none. */
  readonly replica: Replica | undefined;
  readonly markLog: boolean;
  readonly role: boolean;
  /** Our procedures by name, and how what is there compares to them. */
  readonly procedures: ReadonlyMap<string, MemberProcedure>;
  /** The procedures that the role may execute. */
  readonly executable: ReadonlySet<string>;
  /** The text of every object that was asked for, by `schema.name` in lower case; null where it has none to be seen. */
  readonly definitions: ReadonlyMap<string, string | null>;
}

/** Runs in the member database. */
function memberQuery(otherObjects: readonly string[]): string {
  const ours = [...modulesOf("member").keys()];
  const names = [...new Set([...ours, ...otherObjects])].map(quoteString).join(", ");
  return `SELECT CASE WHEN OBJECT_ID(N'dbo.MarkLog', N'U') IS NULL THEN 0 ELSE 1 END AS markLog,
  CASE WHEN DATABASE_PRINCIPAL_ID(N'${backupRole}') IS NULL THEN 0 ELSE 1 END AS role;
SELECT SCHEMA_NAME(o.schema_id) AS [schema], o.name AS name, m.definition AS definition,
  CASE WHEN EXISTS (SELECT * FROM sys.database_permissions AS g
    WHERE g.class = 1 AND g.major_id = o.object_id AND g.minor_id = 0 AND g.type = 'EX' AND g.state IN ('G', 'W')
      AND g.grantee_principal_id = DATABASE_PRINCIPAL_ID(N'${backupRole}')) THEN 1 ELSE 0 END AS executable
FROM sys.objects AS o
LEFT JOIN sys.sql_modules AS m ON m.object_id = o.object_id
WHERE o.name IN (${names});`;
}

/**
 * Reads everything about a member in one round trip; does not fail when the database is missing, offline, a secondary
 * replica, or closed to the login.
 *
 * @param otherObjects names of objects whose text is wanted beside that of our procedures
 */
export function readMemberDatabaseStatement(database: string, otherObjects: readonly string[] = []): Statement {
  return query(
    `SELECT CAST(SERVERPROPERTY('ServerName') AS nvarchar(128)) AS serverName;
SELECT d.state_desc AS state, d.recovery_model_desc AS recoveryModel, d.is_read_only AS readOnly,
  d.is_in_standby AS standby, CASE WHEN d.source_database_id IS NULL THEN 0 ELSE 1 END AS snapshot,
  HAS_DBACCESS(d.name) AS accessible, CONVERT(varchar(36), r.recovery_fork_guid) AS fork,
  CONVERT(varchar(25), r.last_log_backup_lsn) AS lastLogBackupLsn
FROM sys.databases AS d
LEFT JOIN sys.database_recovery_status AS r ON r.database_id = d.database_id
WHERE d.name = @database;
${readReplicaText}
IF EXISTS (SELECT * FROM sys.databases WHERE name = @database AND state = 0)
    AND HAS_DBACCESS(@database) = 1 AND ISNULL(@isPrimary, 1) = 1
  EXEC ${quotePath(database, "sys", "sp_executesql")} N'${memberQuery(otherObjects).replaceAll("'", "''")}';`,
    { database: sysname(database) },
    `read the database ${database}`,
  );
}

interface DatabaseRow {
  readonly state: string;
  readonly recoveryModel: string;
  readonly readOnly: boolean;
  readonly standby: boolean;
  readonly snapshot: number;
  readonly accessible: number | null;
  readonly fork: string | null;
  readonly lastLogBackupLsn: string | null;
}

/** Reads the result sets of `readMemberDatabaseStatement`. */
export function parseMemberDatabase(recordsets: readonly (readonly Row[])[]): MemberDatabase {
  const sets = recordsets as unknown as [
    { serverName: string }[],
    DatabaseRow[],
    Row[] | undefined,
    { markLog: number; role: number }[] | undefined,
    { schema: string; name: string; definition: string | null; executable: number }[] | undefined,
  ];
  const [[server], [database], replicas = [], [flags] = [], objects = []] = sets;
  const definitions = new Map(
    objects.map(({ schema, name, definition }) => [`${schema}.${name}`.toLowerCase(), definition]),
  );
  const executable = objects.filter((object) => object.executable === 1 && object.schema === "dbo");
  return {
    serverName: server?.serverName ?? "",
    state: database?.state,
    recoveryModel: database?.recoveryModel ?? "",
    readOnly: Boolean(database?.readOnly),
    standby: Boolean(database?.standby),
    snapshot: Boolean(database?.snapshot),
    accessible: Boolean(database?.accessible),
    // The view shows a row without values to who may not see them.
    hasLogBase: database?.fork ? database.lastLogBackupLsn !== null : undefined,
    replica: parseReplica(replicas),
    markLog: Boolean(flags?.markLog),
    role: Boolean(flags?.role),
    procedures: memberProcedures(definitions),
    executable: new Set(executable.map(({ name }) => name)),
    definitions,
  };
}

function memberProcedures(definitions: ReadonlyMap<string, string | null>): Map<string, MemberProcedure> {
  return new Map(
    [...modulesOf("member").values()].map((module) => {
      const definition = definitions.get(`dbo.${module.name}`.toLowerCase());
      const condition = compareModule(module, definition);
      const version = definition && condition !== "foreign" ? (versionOf(definition) ?? module.version) : undefined;
      return [module.name, { condition, version }];
    }),
  );
}

/** A database as a member of a backup set. */
export async function readMemberDatabase(session: SqlSession, database: string): Promise<MemberDatabase> {
  return parseMemberDatabase((await session.execute(readMemberDatabaseStatement(database))).recordsets);
}

/** A database of which nobody can say anything, because its server is gone. */
export function goneMember(): MemberDatabase {
  return parseMemberDatabase([[], []]);
}

/** Whether what the database holds can be read and changed here and now. */
export function isWritable({ state, accessible, readOnly, replica }: MemberDatabase): boolean {
  return state === "ONLINE" && accessible && !readOnly && replica?.isPrimary !== false;
}

/** Sets the recovery model. No transaction may hold it. */
export function setRecoveryModelText(database: string, model: string): string {
  if (!/^(FULL|BULK_LOGGED|SIMPLE)$/.test(model)) throw new RangeError(`Unknown recovery model: ${model}`);
  return `ALTER DATABASE ${quoteName(database)} SET RECOVERY ${model};`;
}

/** The same as a statement of its own. */
export function setRecoveryModel(database: string, model: string): Statement {
  return {
    text: setRecoveryModelText(database, model),
    summary: `set the recovery model of ${database} to ${model}`,
    repeatable: true,
  };
}
