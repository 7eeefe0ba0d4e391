/** sp_helpdb, sp_helpserver, sp_linkedservers, sp_who, sp_lock and what else tells of the server. */
import { SqlError } from "../../engine/errors";
import { type Arguments, INT, optional, report } from "../define";

function requireDatabase(args: Arguments): void {
  const name = args.text("@dbname");
  if (name === undefined || args.activation.session.server.database(name)) return;
  throw new SqlError(
    15010,
    `The database '${name}' does not exist. Supply a valid database name. To see available databases, use sys.databases.`,
  );
}

function requireServer(parameter: string) {
  return (args: Arguments) => {
    const name = args.text(parameter);
    const { server } = args.activation.session;
    if (
      name === undefined ||
      name.toLowerCase() === server.serverName.toLowerCase() ||
      server.master.metadata.findOne("linkedServer", name)
    )
      return;
    throw new SqlError(15015, `The server '${name}' does not exist. Use sp_helpserver to show available servers.`);
  };
}

const STATUS = `'Status=' + d.state_desc + ', Updateability=' + CASE WHEN d.is_read_only = 1 THEN 'READ_ONLY' ELSE 'READ_WRITE' END + ', UserAccess=' + d.user_access_desc
    + ', Recovery=' + d.recovery_model_desc + ', Version=' + CONVERT(varchar(10), ISNULL(DATABASEPROPERTYEX(d.name, 'Version'), 0)) + ', Collation=' + ISNULL(d.collation_name, '')`;

const FILE_SIZES = `CONVERT(nvarchar(15), CONVERT(bigint, f.size) * 8) + N' KB' AS size,
  CASE f.max_size WHEN -1 THEN N'Unlimited' ELSE CONVERT(nvarchar(15), CONVERT(bigint, f.max_size) * 8) + N' KB' END AS maxsize,
  CASE WHEN f.is_percent_growth = 1 THEN CONVERT(nvarchar(15), f.growth) + N'%' ELSE CONVERT(nvarchar(15), CONVERT(bigint, f.growth) * 8) + N' KB' END AS growth,
  CASE f.type WHEN 0 THEN 'data only' ELSE 'log only' END AS usage`;

export function registerServerReports(): void {
  report(
    "sp_helpdb",
    [optional("@dbname")],
    `SELECT d.name, STR((SELECT SUM(CONVERT(float, f.size)) FROM sys.master_files AS f WHERE f.database_id = d.database_id) / 128, 10, 2) + ' MB' AS db_size,
  SUSER_SNAME(d.owner_sid) AS owner, CONVERT(smallint, d.database_id) AS dbid, CONVERT(nvarchar(11), d.create_date) AS created, ${STATUS} AS status, d.compatibility_level
FROM sys.databases AS d WHERE @dbname IS NULL OR d.name = @dbname ORDER BY d.name;
IF @dbname IS NOT NULL
  SELECT f.name, CONVERT(smallint, f.file_id) AS fileid, f.physical_name AS filename, CASE f.type WHEN 0 THEN N'PRIMARY' ELSE NULL END AS filegroup, ${FILE_SIZES}
  FROM sys.master_files AS f WHERE f.database_id = DB_ID(@dbname) ORDER BY f.file_id;`,
    requireDatabase,
  );
  report(
    "sp_helpfile",
    [optional("@filename")],
    `SELECT f.name, CONVERT(smallint, f.file_id) AS fileid, f.physical_name AS filename, CASE f.type WHEN 0 THEN N'PRIMARY' ELSE NULL END AS filegroup, ${FILE_SIZES}
FROM sys.database_files AS f WHERE @filename IS NULL OR f.name = @filename ORDER BY f.file_id;`,
    (args) => {
      const name = args.text("@filename");
      if (
        name === undefined ||
        args.activation.session.database.files.some((f) => f.name.toLowerCase() === name.toLowerCase())
      )
        return;
      throw new SqlError(15325, `The current database does not contain a file named '${name}'.`);
    },
  );
  report(
    "sp_helpfilegroup",
    [optional("@filegroupname")],
    "SELECT g.name AS groupname, CONVERT(smallint, g.data_space_id) AS groupid, (SELECT COUNT(*) FROM sys.database_files AS f WHERE f.data_space_id = g.data_space_id) AS filecount FROM sys.filegroups AS g WHERE @filegroupname IS NULL OR g.name = @filegroupname;",
  );
  report(
    "sp_databases",
    [],
    `SELECT d.name AS DATABASE_NAME, CONVERT(int, (SELECT SUM(CONVERT(bigint, f.size)) * 8 FROM sys.master_files AS f WHERE f.database_id = d.database_id)) AS DATABASE_SIZE,
  CONVERT(varchar(254), NULL) AS REMARKS FROM sys.databases AS d WHERE d.state = 0 AND HAS_DBACCESS(d.name) = 1 ORDER BY d.name;`,
  );
  report(
    "sp_helpserver",
    [
      optional("@server"),
      optional("@optname", { kind: "varchar", length: 35 }),
      optional("@show_topology", { kind: "varchar", length: 1 }),
    ],
    `SELECT s.name, s.data_source AS network_name,
  STUFF(CASE WHEN s.is_remote_login_enabled = 1 THEN ',rpc' ELSE '' END + CASE WHEN s.is_rpc_out_enabled = 1 THEN ',rpc out' ELSE '' END
    + CASE WHEN s.is_data_access_enabled = 1 THEN ',data access' ELSE '' END + CASE WHEN s.uses_remote_collation = 1 THEN ',use remote collation' ELSE '' END, 1, 1, '') AS status,
  CONVERT(char(4), s.server_id) AS id, s.collation_name, s.connect_timeout, s.query_timeout
FROM sys.servers AS s WHERE @server IS NULL OR s.name = @server ORDER BY s.server_id;`,
    requireServer("@server"),
  );
  report(
    "sp_linkedservers",
    [],
    `SELECT s.name AS SRV_NAME, s.provider AS SRV_PROVIDERNAME, s.product AS SRV_PRODUCT, s.data_source AS SRV_DATASOURCE,
  s.provider_string AS SRV_PROVIDERSTRING, s.location AS SRV_LOCATION, s.catalog AS SRV_CAT FROM sys.servers AS s ORDER BY s.name;`,
  );
  report(
    "sp_helplinkedsrvlogin",
    [optional("@rmtsrvname"), optional("@locallogin")],
    `SELECT s.name AS [Linked Server], p.name AS [Local Login], CONVERT(smallint, l.uses_self_credential) AS [Is Self Mapping], l.remote_name AS [Remote Login]
FROM sys.linked_logins AS l JOIN sys.servers AS s ON s.server_id = l.server_id LEFT JOIN sys.server_principals AS p ON p.principal_id = l.local_principal_id
WHERE (@rmtsrvname IS NULL OR s.name = @rmtsrvname) AND (@locallogin IS NULL OR p.name = @locallogin) ORDER BY s.name, p.name;`,
    requireServer("@rmtsrvname"),
  );
  registerActivity();
  report(
    "sp_helplanguage",
    [optional("@language")],
    "SELECT l.langid, l.dateformat, l.datefirst, l.upgrade, l.name, l.alias, l.lcid, l.msglangid FROM sys.syslanguages AS l WHERE @language IS NULL OR l.name = @language OR l.alias = @language ORDER BY l.langid;",
  );
  report("sp_helpsort", [], "SELECT CONVERT(varchar(128), SERVERPROPERTY('Collation')) AS [Server default collation];");
  report(
    "sp_helpdevice",
    [optional("@devname")],
    "SELECT d.name AS device_name, d.physical_name, 'disk, backup device' AS description, 16 AS status, CONVERT(smallint, 2) AS cntrltype, 0 AS size FROM sys.backup_devices AS d WHERE @devname IS NULL OR d.name = @devname;",
  );
}

function registerActivity(): void {
  const wanted = `DECLARE @spid int = TRY_CONVERT(int, @loginame), @active bit = CASE WHEN LOWER(@loginame) = 'active' THEN 1 ELSE 0 END;`;
  const filter =
    "(@loginame IS NULL OR @active = 1 OR s.session_id = @spid OR s.login_name = @loginame) AND (@active = 0 OR s.status <> 'sleeping')";
  const validate = (args: Arguments) => {
    const name = args.text("@loginame");
    if (
      name === undefined ||
      /^(active|\d+)$/i.test(name) ||
      args.activation.session.server.master.metadata.findOne("login", name)
    )
      return;
    throw new SqlError(15007, `'${name}' is not a valid login or you do not have permission.`);
  };
  report(
    "sp_who",
    [optional("@loginame")],
    `${wanted}
SELECT s.session_id AS spid, CONVERT(smallint, 0) AS ecid, CONVERT(nchar(30), s.status) AS status, s.login_name AS loginame, CONVERT(nchar(128), s.host_name) AS hostname,
  CONVERT(char(5), ISNULL(r.blocking_session_id, 0)) AS blk, DB_NAME(s.database_id) AS dbname, CONVERT(nchar(16), ISNULL(r.command, 'AWAITING COMMAND')) AS cmd, 0 AS request_id
FROM sys.dm_exec_sessions AS s LEFT JOIN sys.dm_exec_requests AS r ON r.session_id = s.session_id
WHERE ${filter} ORDER BY s.session_id;`,
    validate,
  );
  report(
    "sp_who2",
    [optional("@loginame")],
    `${wanted}
SELECT CONVERT(char(5), s.session_id) AS SPID, CONVERT(varchar(30), s.status) AS Status, s.login_name AS Login, ISNULL(s.host_name, '  .') AS HostName,
  CASE WHEN ISNULL(r.blocking_session_id, 0) = 0 THEN '  .' ELSE CONVERT(char(5), r.blocking_session_id) END AS BlkBy, DB_NAME(s.database_id) AS DBName,
  ISNULL(r.command, 'AWAITING COMMAND') AS Command, 0 AS CPUTime, 0 AS DiskIO, CONVERT(varchar(14), ISNULL(r.start_time, s.login_time), 110) AS LastBatch,
  s.program_name AS ProgramName, CONVERT(char(5), s.session_id) AS SPID2, 0 AS REQUESTID
FROM sys.dm_exec_sessions AS s LEFT JOIN sys.dm_exec_requests AS r ON r.session_id = s.session_id
WHERE ${filter} ORDER BY s.session_id;`,
    validate,
  );
  report(
    "sp_lock",
    [optional("@spid1", INT), optional("@spid2", INT)],
    `SELECT CONVERT(smallint, l.request_session_id) AS spid, CONVERT(smallint, l.resource_database_id) AS dbid, CONVERT(bigint, l.resource_associated_entity_id) AS ObjId,
  CONVERT(smallint, 0) AS IndId, CONVERT(nvarchar(4), CASE l.resource_type WHEN 'DATABASE' THEN 'DB' WHEN 'OBJECT' THEN 'TAB' WHEN 'APPLICATION' THEN 'APP' ELSE l.resource_type END) AS [Type],
  CONVERT(nvarchar(32), l.resource_description) AS Resource, CONVERT(nvarchar(8), l.request_mode) AS Mode, CONVERT(nvarchar(5), l.request_status) AS Status
FROM sys.dm_tran_locks AS l WHERE @spid1 IS NULL OR l.request_session_id IN (@spid1, @spid2) ORDER BY spid, dbid, ObjId;`,
  );
}
