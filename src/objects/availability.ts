import type { Row } from "../sqlserver";

/** A database's replica in an availability group, on the server that was asked. */
export interface Replica {
  /** The group; undefined where the login may not see it, for want of VIEW SERVER STATE. */
  readonly group: string | undefined;
  /** Whether the replica that was asked is the primary one; undefined where the login may not see it. */
  readonly isPrimary: boolean | undefined;
  /** The server name of the primary replica; undefined while there is none. */
  readonly primaryReplica: string | undefined;
  /** The group's listener, `name,port`; undefined when it has none. */
  readonly listener: string | undefined;
}

/**
 * Reads one result set with the replica of `@database`, without rows when it is in no group. Sets `@isPrimary`, NULL
 * when it is in no group or the login may not know.
 *
 * sys.fn_hadr_is_primary_replica and the sys.dm_hadr views need VIEW SERVER STATE: a login without it must still be
 * able to read databases that are in no group. (docs/relational-databases/system-functions/
 * sys-fn-hadr-is-primary-replica-transact-sql.md of MicrosoftDocs/sql-docs)
 */
export const readReplicaText = `DECLARE @isPrimary bit, @maySee bit = HAS_PERMS_BY_NAME(NULL, NULL, N'VIEW SERVER STATE');
IF @maySee = 1
  SET @isPrimary = sys.fn_hadr_is_primary_replica(@database);
IF @maySee = 1 AND @isPrimary IS NOT NULL
  SELECT TOP (1) g.name AS [group], @isPrimary AS isPrimary, s.primary_replica AS primaryReplica,
    l.dns_name AS listener, l.port AS listenerPort
  FROM sys.databases AS d
  JOIN sys.availability_databases_cluster AS c ON c.group_database_id = d.group_database_id
  JOIN sys.availability_groups AS g ON g.group_id = c.group_id
  LEFT JOIN sys.dm_hadr_availability_group_states AS s ON s.group_id = g.group_id
  LEFT JOIN sys.availability_group_listeners AS l ON l.group_id = g.group_id
  WHERE d.name = @database
  ORDER BY l.dns_name;
ELSE
  SELECT NULL AS [group], NULL AS isPrimary, NULL AS primaryReplica, NULL AS listener, NULL AS listenerPort
  FROM sys.databases WHERE name = @database AND group_database_id IS NOT NULL;`;

/** Reads the rows of `readReplicaText`. */
export function parseReplica(rows: readonly Row[]): Replica | undefined {
  const [row] = rows as unknown as {
    group: string | null;
    isPrimary: boolean | null;
    primaryReplica: string | null;
    listener: string | null;
    listenerPort: number | null;
  }[];
  if (!row) return undefined;
  const port = row.listenerPort === null ? "" : `,${row.listenerPort}`;
  return {
    group: row.group ?? undefined,
    isPrimary: row.isPrimary === null ? undefined : Boolean(row.isPrimary),
    primaryReplica: row.primaryReplica || undefined,
    listener: row.listener === null ? undefined : `${row.listener}${port}`,
  };
}

/** The group as a message names it. */
export function groupName({ group }: Replica): string {
  return group === undefined ? "an availability group" : `the availability group ${group}`;
}

/** Where to connect so as to reach the primary replica, whichever it is. */
export function waysToPrimary({ listener, primaryReplica }: Replica): string {
  const through = listener
    ? `connect through the group's listener ${listener} (multiSubnetFailover: true if it has several addresses)`
    : "give the group a listener and connect through it";
  return primaryReplica ? `${through}, or to the primary replica ${primaryReplica}` : through;
}
