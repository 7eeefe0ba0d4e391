import { command, query, type Row, type SqlSession, type Statement, sysname } from "../sqlserver";

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

/** The rows of one database. Several, under different default names, are legal and mean the same member. */
export function readJoinedStatement(serverName: string, databaseName: string): Statement {
  return query(
    `IF OBJECT_ID(N'dbo.adm_OtherBackupDatabases', N'U') IS NOT NULL
  SELECT DefaultDatabaseName AS defaultDatabaseName, DatabaseName AS databaseName, ServerName AS serverName,
    BTSServerName AS btsServerName
  FROM dbo.adm_OtherBackupDatabases
  WHERE DatabaseName = @database AND ServerName = @server
  ORDER BY DefaultDatabaseName;`,
    { database: sysname(databaseName), server: sysname(serverName) },
    `look for ${databaseName} in adm_OtherBackupDatabases`,
  );
}

/** The rows of one database; undefined when there is no such table, because the management database is not set up. */
export async function readJoined(
  session: SqlSession,
  managementDatabase: string,
  serverName: string,
  databaseName: string,
): Promise<JoinedDatabase[] | undefined> {
  const statement = readJoinedStatement(serverName, databaseName);
  const { recordsets } = await session.execute(statement, { database: managementDatabase });
  return recordsets[0] as (readonly Row[])[0][] as unknown as JoinedDatabase[] | undefined;
}

/**
 * Joins a database, and forces the next run to take a full backup: without that base its log backups would fail (4214).
 */
export function joinDatabase(row: JoinedDatabase): Statement {
  return command(
    `SET XACT_ABORT ON;
BEGIN TRANSACTION;
IF NOT EXISTS (SELECT * FROM dbo.adm_OtherBackupDatabases
    WHERE DefaultDatabaseName = @defaultName AND BTSServerName = @btsServer
      AND DatabaseName = @database AND ServerName = @server)
BEGIN
  INSERT INTO dbo.adm_OtherBackupDatabases (DefaultDatabaseName, DatabaseName, ServerName, BTSServerName)
  VALUES (@defaultName, @database, @server, @btsServer);
  UPDATE dbo.adm_BackupSettings SET ForceFull = 1;
END;
COMMIT TRANSACTION;`,
    `join the database ${row.databaseName} to the backup set`,
    {
      defaultName: sysname(row.defaultDatabaseName),
      database: sysname(row.databaseName),
      server: sysname(row.serverName),
      btsServer: sysname(row.btsServerName),
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
