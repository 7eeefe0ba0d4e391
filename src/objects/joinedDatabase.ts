import {
  command,
  query,
  quotePath,
  quoteString,
  type Row,
  type SqlSession,
  type Statement,
  sysname,
} from "../sqlserver";

/** The longest server name that `adm_OtherBackupDatabases` holds. */
export const joinedServerNameLimit = 80;

/** A row of `adm_OtherBackupDatabases`: it makes a database a member of the backup set. */
export interface JoinedDatabase {
  readonly defaultDatabaseName: string;
  readonly databaseName: string;
  readonly serverName: string;
  /** Not used by BizTalk, but must have a value. */
  readonly btsServerName: string;
}

/** A row, and where the linked server of its server name leads; null when there is none. */
export interface FoundRow extends JoinedDatabase {
  readonly dataSource: string | null;
}

/** What a management database knows about one database. */
export interface BackupSet {
  /** `ONLINE` or another state; undefined when there is no such management database. */
  readonly state: string | undefined;
  readonly accessible: boolean;
  /** Whether it has the table `adm_OtherBackupDatabases`. */
  readonly isManagement: boolean;
  /** The name by which the control server knows itself. */
  readonly controlServer: string;
  /** Where the linked server leads under whose name the database is, or is to be, joined. */
  readonly dataSource: string | null;
  /** The rows with the database's name on any server, or with its default name. */
  readonly rows: readonly FoundRow[];
  /** The servers on which BizTalk, or the management database itself, has a member of that name. */
  readonly ownMembers: readonly string[];
}

/** Which rows `readBackupSetStatement` is to look for. */
export interface Sought {
  readonly managementDatabase: string;
  readonly databaseName: string;
  readonly defaultDatabaseName: string;
  /** The server name in the row; undefined when it is the name by which the server knows itself. */
  readonly serverName: string | undefined;
}

/** Runs in the management database. */
const setQuery = `SELECT r.DefaultDatabaseName AS defaultDatabaseName, r.DatabaseName AS databaseName, r.ServerName AS serverName,
  r.BTSServerName AS btsServerName, s.data_source AS dataSource
FROM dbo.adm_OtherBackupDatabases AS r
LEFT JOIN sys.servers AS s ON s.name COLLATE DATABASE_DEFAULT = r.ServerName COLLATE DATABASE_DEFAULT
WHERE r.DatabaseName = @database OR r.DefaultDatabaseName = @default
ORDER BY r.DefaultDatabaseName;
IF OBJECT_ID(N'dbo.admv_BackupDatabases', N'V') IS NOT NULL
  SELECT m.ServerName AS name FROM dbo.admv_BackupDatabases AS m
  WHERE m.DatabaseName = @database AND NOT EXISTS (
    SELECT * FROM dbo.adm_OtherBackupDatabases AS r
    WHERE r.DatabaseName = m.DatabaseName AND r.ServerName = m.ServerName);
ELSE
  SELECT N'' AS name WHERE 1 = 0;`;

/**
 * Reads what a management database knows about one database, in three result sets; does not fail when the management
 * database is missing, offline, closed to the login, or none.
 */
export function readBackupSetStatement(sought: Sought): Statement {
  const { managementDatabase, databaseName, defaultDatabaseName, serverName } = sought;
  const table = quoteString(quotePath(managementDatabase, "dbo", "adm_OtherBackupDatabases"));
  return query(
    `SELECT CAST(SERVERPROPERTY('ServerName') AS nvarchar(128)) AS controlServer, d.state_desc AS state,
  HAS_DBACCESS(d.name) AS accessible, CASE WHEN OBJECT_ID(${table}, N'U') IS NULL THEN 0 ELSE 1 END AS isManagement,
  (SELECT data_source FROM sys.servers WHERE name = @server) AS dataSource
FROM (SELECT 1 AS one) AS always
LEFT JOIN sys.databases AS d ON d.name = @management;
IF OBJECT_ID(${table}, N'U') IS NOT NULL
  EXEC ${quotePath(managementDatabase, "sys", "sp_executesql")} N'${setQuery.replaceAll("'", "''")}',
    N'@database sysname, @default sysname', @database, @default;
ELSE
BEGIN
  SELECT N'' AS serverName WHERE 1 = 0;
  SELECT N'' AS name WHERE 1 = 0;
END;`,
    {
      management: sysname(managementDatabase),
      database: sysname(databaseName),
      default: sysname(defaultDatabaseName),
      server: sysname(serverName),
    },
    `look for ${databaseName} in ${managementDatabase}`,
  );
}

/** How many result sets `readBackupSetStatement` gives. */
export const backupSetRecordsets = 3;

/** Reads the result sets of `readBackupSetStatement`. */
export function parseBackupSet(recordsets: readonly (readonly Row[])[]): BackupSet {
  const [[head], rows = [], ownMembers = []] = recordsets as unknown as [
    {
      controlServer: string;
      state: string | null;
      accessible: number | null;
      isManagement: number;
      dataSource: string | null;
    }[],
    FoundRow[] | undefined,
    { name: string }[] | undefined,
  ];
  return {
    state: head?.state ?? undefined,
    accessible: Boolean(head?.accessible),
    isManagement: Boolean(head?.isManagement),
    controlServer: head?.controlServer ?? "",
    dataSource: head?.dataSource ?? null,
    rows,
    ownMembers: ownMembers.map(({ name }) => name),
  };
}

/** What a management database knows about one database. */
export async function readBackupSet(control: SqlSession, sought: Sought): Promise<BackupSet> {
  return parseBackupSet((await control.execute(readBackupSetStatement(sought))).recordsets);
}

/** A set of which nobody can say anything, because its server is gone. */
export function goneBackupSet(): BackupSet {
  return parseBackupSet([[]]);
}

/**
 * BizTalk's own procedure where there is one: its installations differ in where the flag is. A set without the
 * procedure keeps it in `adm_BackupSettings`.
 */
const forceFullText = `IF OBJECT_ID(N'dbo.sp_ForceFullBackup', N'P') IS NOT NULL
  EXEC dbo.sp_ForceFullBackup;
ELSE
  UPDATE dbo.adm_BackupSettings SET ForceFull = 1;`;

/** Makes the next run take a full backup of every member. Runs in the management database. */
export function forceFull(): Statement {
  return command(`SET NOCOUNT ON;\n${forceFullText}`, "force a full backup");
}

/**
 * Joins a database, and forces the next run to take a full backup: without that base its log backups would fail (4214).
 * Its one row says whether it did, or found the row there already, which somebody else was faster to write.
 */
export function joinDatabase(row: JoinedDatabase): Statement {
  return {
    text: `SET NOCOUNT ON;
SET XACT_ABORT ON;
DECLARE @joined bit = 0;
BEGIN TRANSACTION;
IF NOT EXISTS (SELECT * FROM dbo.adm_OtherBackupDatabases WITH (UPDLOCK, HOLDLOCK)
    WHERE DatabaseName = @database AND ServerName = @server)
BEGIN
  INSERT INTO dbo.adm_OtherBackupDatabases (DefaultDatabaseName, DatabaseName, ServerName, BTSServerName)
  VALUES (@defaultName, @database, @server, @btsServer);
  ${forceFullText.replaceAll("\n", "\n  ")}
  SET @joined = 1;
END;
SELECT @joined AS joined;
COMMIT TRANSACTION;`,
    summary: `join the database ${row.databaseName} to the backup set`,
    parameters: {
      defaultName: sysname(row.defaultDatabaseName),
      database: sysname(row.databaseName),
      server: sysname(row.serverName),
      btsServer: sysname(row.btsServerName),
    },
    transactional: true,
  };
}

/** Gives a row another default name or server name. The member of another server gets a full backup first. */
export function alterJoined(from: JoinedDatabase, to: JoinedDatabase): Statement {
  return command(
    `SET NOCOUNT ON;
SET XACT_ABORT ON;
BEGIN TRANSACTION;
UPDATE dbo.adm_OtherBackupDatabases
SET DefaultDatabaseName = @defaultName, ServerName = @server, BTSServerName = @btsServer
WHERE DefaultDatabaseName = @formerDefaultName AND BTSServerName = @formerBtsServer AND DatabaseName = @database;
IF @server <> @formerServer
BEGIN
  ${forceFullText.replaceAll("\n", "\n  ")}
END;
COMMIT TRANSACTION;`,
    `alter the row of the database ${to.databaseName} in the backup set`,
    {
      defaultName: sysname(to.defaultDatabaseName),
      server: sysname(to.serverName),
      btsServer: sysname(to.btsServerName),
      formerDefaultName: sysname(from.defaultDatabaseName),
      formerServer: sysname(from.serverName),
      formerBtsServer: sysname(from.btsServerName),
      database: sysname(to.databaseName),
    },
  );
}

/** Takes one row out. A row, or a whole table, that is gone already is no failure. */
export function unjoinDatabase(row: JoinedDatabase): Statement {
  return command(
    `IF OBJECT_ID(N'dbo.adm_OtherBackupDatabases', N'U') IS NOT NULL
  DELETE FROM dbo.adm_OtherBackupDatabases
  WHERE DefaultDatabaseName = @defaultName AND DatabaseName = @database AND ServerName = @server;`,
    `take the database ${row.databaseName} out of the backup set`,
    {
      defaultName: sysname(row.defaultDatabaseName),
      database: sysname(row.databaseName),
      server: sysname(row.serverName),
    },
  );
}
