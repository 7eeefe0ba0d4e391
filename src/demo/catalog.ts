import { isDeepStrictEqual } from "node:util";
import type { DemoServers } from "./servers";
import { shopDatabases } from "./shop";

/** What stands in the catalogs of both servers, by place: `CONTROL: logins`, `REMOTE/Stock: objects`. */
export type CatalogSnapshot = ReadonlyMap<string, readonly object[]>;

/** Names, not ids and dates: a restored database has new ones. */
const ofServer = {
  databases: `SELECT name, recovery_model_desc, state_desc, SUSER_SNAME(owner_sid) AS owner
FROM sys.databases WHERE database_id > 4 ORDER BY name;`,
  logins: `SELECT name, type_desc, CONVERT(varchar(200), sid, 1) AS sid, is_disabled, default_database_name
FROM sys.server_principals ORDER BY name;`,
  "server roles": `SELECT r.name AS role, p.name AS member
FROM sys.server_role_members AS m
JOIN sys.server_principals AS r ON r.principal_id = m.role_principal_id
JOIN sys.server_principals AS p ON p.principal_id = m.member_principal_id ORDER BY r.name, p.name;`,
  "server permissions": `SELECT g.class_desc, g.permission_name, g.state_desc, p.name AS grantee
FROM sys.server_permissions AS g
JOIN sys.server_principals AS p ON p.principal_id = g.grantee_principal_id
ORDER BY p.name, g.class_desc, g.permission_name;`,
  "linked servers": `SELECT name, product, provider, data_source, is_rpc_out_enabled, is_remote_proc_transaction_promotion_enabled
FROM sys.servers ORDER BY name;`,
  "linked logins": `SELECT s.name AS server, l.local_principal_id, l.uses_self_credential, l.remote_name
FROM sys.linked_logins AS l JOIN sys.servers AS s ON s.server_id = l.server_id ORDER BY s.name, l.local_principal_id;`,
  jobs: "SELECT name, enabled, description FROM msdb.dbo.sysjobs ORDER BY name;",
};

const ofDatabase = {
  principals: `SELECT name, type_desc, CONVERT(varchar(200), sid, 1) AS sid, default_schema_name
FROM sys.database_principals ORDER BY name;`,
  "role members": `SELECT r.name AS role, p.name AS member
FROM sys.database_role_members AS m
JOIN sys.database_principals AS r ON r.principal_id = m.role_principal_id
JOIN sys.database_principals AS p ON p.principal_id = m.member_principal_id ORDER BY r.name, p.name;`,
  permissions: `SELECT g.class_desc, g.permission_name, g.state_desc, p.name AS grantee, OBJECT_NAME(g.major_id) AS object
FROM sys.database_permissions AS g
JOIN sys.database_principals AS p ON p.principal_id = g.grantee_principal_id
WHERE g.major_id >= 0
ORDER BY p.name, g.class_desc, g.permission_name, OBJECT_NAME(g.major_id);`,
  schemas: "SELECT name FROM sys.schemas ORDER BY name;",
  objects: `SELECT s.name AS [schema], o.name, o.type_desc, m.definition
FROM sys.objects AS o
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
LEFT JOIN sys.sql_modules AS m ON m.object_id = o.object_id
WHERE o.is_ms_shipped = 0 ORDER BY s.name, o.name;`,
  columns: `SELECT o.name AS [table], c.name, TYPE_NAME(c.user_type_id) AS type, c.max_length, c.is_nullable
FROM sys.columns AS c JOIN sys.tables AS o ON o.object_id = c.object_id ORDER BY o.name, c.column_id;`,
};

/** Reads the catalogs of both servers and of the shop's databases. */
export async function readCatalogs(servers: DemoServers): Promise<CatalogSnapshot> {
  const read = (
    place: string,
    texts: Readonly<Record<string, string>>,
    server: DemoServers["control"],
    database?: string,
  ) =>
    Object.entries(texts).map(async ([what, text]) => {
      const rows = await server.admin.rows({ text, repeatable: true }, database === undefined ? {} : { database });
      return [`${place}: ${what}`, rows] as const;
    });
  const entries = await Promise.all([
    ...servers.all.flatMap((server) => read(server.name, ofServer, server)),
    ...shopDatabases(servers).flatMap(({ server, database }) =>
      read(`${server.name}/${database}`, ofDatabase, server, database),
    ),
  ]);
  return new Map(entries);
}

/** How many rows a snapshot has in all. */
export function countRows(snapshot: CatalogSnapshot): number {
  return [...snapshot.values()].reduce((sum, rows) => sum + rows.length, 0);
}

/** What one snapshot has and the other has not, in lines; none if they are the same. */
export function compareCatalogs(before: CatalogSnapshot, after: CatalogSnapshot): string[] {
  return [...before].flatMap(([place, rows]) => {
    const now = after.get(place) ?? [];
    const without = (some: readonly object[], others: readonly object[]) =>
      some.filter((row) => !others.some((other) => isDeepStrictEqual(row, other)));
    return [
      ...without(rows, now).map((row) => `${place}: gone: ${JSON.stringify(row)}`),
      ...without(now, rows).map((row) => `${place}: left behind: ${JSON.stringify(row)}`),
    ];
  });
}
