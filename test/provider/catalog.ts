import type { SqlServer } from "../../src/sqlserver";

/**
 * Everything in the catalogs that a resource may touch, so that before and after can be compared. Ids and dates are
 * left out: they never come back.
 */
export async function catalogOf({ sql }: { readonly sql: SqlServer }): Promise<Record<string, object[]>> {
  const catalog = await rowsOf(sql, serverViews);
  for (const { name, state_desc: state } of catalog.databases as { name: string; state_desc: string }[]) {
    if (["model", "tempdb"].includes(name) || state !== "ONLINE") continue;
    const views = await rowsOf(sql, databaseViews, name);
    for (const [view, rows] of Object.entries(views)) catalog[`${name}.${view}`] = rows;
  }
  return catalog;
}

/** The rows of each query, in one round trip. */
async function rowsOf(
  sql: SqlServer,
  views: Readonly<Record<string, string>>,
  database = "master",
): Promise<Record<string, object[]>> {
  const { recordsets } = await sql.execute({ text: Object.values(views).join("\n"), repeatable: true }, { database });
  return Object.fromEntries(Object.keys(views).map((name, index) => [name, [...(recordsets[index] ?? [])]]));
}

const serverViews = {
  databases: `SELECT d.name, SUSER_SNAME(d.owner_sid) AS owner, d.state_desc, d.user_access_desc, d.recovery_model_desc,
  d.compatibility_level, d.collation_name, d.is_read_only, d.is_auto_close_on, d.is_auto_shrink_on, d.is_trustworthy_on,
  d.is_db_chaining_on, d.is_read_committed_snapshot_on, d.snapshot_isolation_state_desc, d.page_verify_option_desc,
  d.is_broker_enabled
FROM sys.databases AS d ORDER BY d.name;`,
  configurations: "SELECT name, value, value_in_use FROM sys.configurations ORDER BY name;",
  principals: `SELECT name, type, is_disabled, default_database_name, default_language_name, is_fixed_role
FROM sys.server_principals ORDER BY name;`,
  sqlLogins: `SELECT name, is_policy_checked, is_expiration_checked, CONVERT(varchar(600), password_hash, 1) AS hash
FROM sys.sql_logins ORDER BY name;`,
  roleMembers: `SELECT r.name AS role, p.name AS member FROM sys.server_role_members AS m
JOIN sys.server_principals AS r ON r.principal_id = m.role_principal_id
JOIN sys.server_principals AS p ON p.principal_id = m.member_principal_id ORDER BY r.name, p.name;`,
  permissions: `SELECT p.name AS grantee, g.class_desc, g.permission_name, g.state_desc FROM sys.server_permissions AS g
JOIN sys.server_principals AS p ON p.principal_id = g.grantee_principal_id ORDER BY p.name, g.class_desc, g.permission_name;`,
  linkedServers: `SELECT name, product, provider, data_source, location, provider_string, catalog, connect_timeout,
  query_timeout, is_linked, is_remote_login_enabled, is_rpc_out_enabled, is_data_access_enabled,
  is_collation_compatible, uses_remote_collation, collation_name, lazy_schema_validation, is_system,
  is_remote_proc_transaction_promotion_enabled
FROM sys.servers ORDER BY name;`,
  linkedLogins: `SELECT s.name AS server, p.name AS local, l.uses_self_credential, l.remote_name FROM sys.linked_logins AS l
JOIN sys.servers AS s ON s.server_id = l.server_id
LEFT JOIN sys.server_principals AS p ON p.principal_id = l.local_principal_id ORDER BY s.name, p.name;`,
  credentials: "SELECT name, credential_identity FROM sys.credentials ORDER BY name;",
  jobs: `SELECT j.name, j.enabled, j.description, j.start_step_id, c.name AS category, SUSER_SNAME(j.owner_sid) AS owner,
  j.notify_level_eventlog, j.notify_level_email, o.name AS operator, j.delete_level
FROM msdb.dbo.sysjobs AS j
LEFT JOIN msdb.dbo.syscategories AS c ON c.category_id = j.category_id
LEFT JOIN msdb.dbo.sysoperators AS o ON o.id = j.notify_email_operator_id
ORDER BY j.name;`,
  jobSteps: `SELECT j.name, s.step_id, s.step_name, s.subsystem, s.command, s.database_name, s.on_success_action,
  s.on_fail_action, s.retry_attempts, s.retry_interval, s.flags, p.name AS proxy
FROM msdb.dbo.sysjobsteps AS s JOIN msdb.dbo.sysjobs AS j ON j.job_id = s.job_id
LEFT JOIN msdb.dbo.sysproxies AS p ON p.proxy_id = s.proxy_id
ORDER BY j.name, s.step_id;`,
  schedules: `SELECT name, enabled, freq_type, freq_interval, freq_subday_type, freq_subday_interval, active_start_time,
  active_end_time, SUSER_SNAME(owner_sid) AS owner
FROM msdb.dbo.sysschedules ORDER BY name;`,
  jobSchedules: `SELECT j.name AS job, s.name AS schedule FROM msdb.dbo.sysjobschedules AS js
JOIN msdb.dbo.sysjobs AS j ON j.job_id = js.job_id
JOIN msdb.dbo.sysschedules AS s ON s.schedule_id = js.schedule_id ORDER BY j.name, s.name;`,
  jobServers: `SELECT j.name, s.server_id FROM msdb.dbo.sysjobservers AS s
JOIN msdb.dbo.sysjobs AS j ON j.job_id = s.job_id ORDER BY j.name;`,
  jobHistory: "SELECT COUNT(*) AS entries FROM msdb.dbo.sysjobhistory;",
  jobCategories: "SELECT name, category_class, category_type FROM msdb.dbo.syscategories ORDER BY name;",
  operators: "SELECT name, enabled, email_address FROM msdb.dbo.sysoperators ORDER BY name;",
  proxies: "SELECT name, enabled FROM msdb.dbo.sysproxies ORDER BY name;",
};

const databaseViews = {
  schemas: `SELECT s.name, p.name AS owner FROM sys.schemas AS s
JOIN sys.database_principals AS p ON p.principal_id = s.principal_id ORDER BY s.name;`,
  objects: `SELECT SCHEMA_NAME(schema_id) AS [schema], name, type, OBJECT_NAME(parent_object_id) AS parent
FROM sys.objects WHERE is_ms_shipped = 0 ORDER BY 1, name;`,
  columns: `SELECT OBJECT_SCHEMA_NAME(c.object_id) AS [schema], OBJECT_NAME(c.object_id) AS name, c.column_id, c.name AS [column],
  TYPE_NAME(c.user_type_id) AS type, c.max_length, c.is_nullable, c.is_identity
FROM sys.columns AS c JOIN sys.objects AS o ON o.object_id = c.object_id
WHERE o.is_ms_shipped = 0 ORDER BY 1, 2, c.column_id;`,
  indexes: `SELECT OBJECT_SCHEMA_NAME(i.object_id) AS [schema], OBJECT_NAME(i.object_id) AS [table], i.name, i.type_desc, i.is_unique
FROM sys.indexes AS i JOIN sys.objects AS o ON o.object_id = i.object_id
WHERE o.is_ms_shipped = 0 ORDER BY 1, 2, i.name;`,
  modules: `SELECT OBJECT_SCHEMA_NAME(m.object_id) AS [schema], OBJECT_NAME(m.object_id) AS name, m.definition
FROM sys.sql_modules AS m JOIN sys.objects AS o ON o.object_id = m.object_id
WHERE o.is_ms_shipped = 0 ORDER BY 1, 2;`,
  types: "SELECT SCHEMA_NAME(schema_id) AS [schema], name FROM sys.types WHERE is_user_defined = 1 ORDER BY 1, name;",
  principals: `SELECT name, type, default_schema_name, authentication_type_desc, SUSER_SNAME(sid) AS login, is_fixed_role
FROM sys.database_principals ORDER BY name;`,
  roleMembers: `SELECT r.name AS role, p.name AS member FROM sys.database_role_members AS m
JOIN sys.database_principals AS r ON r.principal_id = m.role_principal_id
JOIN sys.database_principals AS p ON p.principal_id = m.member_principal_id ORDER BY r.name, p.name;`,
  permissions: `SELECT p.name AS grantee, g.class_desc, OBJECT_SCHEMA_NAME(g.major_id) AS [schema], OBJECT_NAME(g.major_id) AS object,
  g.permission_name, g.state_desc
FROM sys.database_permissions AS g
JOIN sys.database_principals AS p ON p.principal_id = g.grantee_principal_id
WHERE g.major_id >= 0 ORDER BY p.name, g.class_desc, 3, 4, g.permission_name;`,
  extendedProperties:
    "SELECT class_desc, name, CAST(value AS nvarchar(4000)) AS value FROM sys.extended_properties ORDER BY class_desc, name;",
};
