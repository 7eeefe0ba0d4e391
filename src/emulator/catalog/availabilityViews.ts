/** The views of availability groups: what `AvailabilityGroups` says of this server's databases. */

import type { PlacedReplica } from "../availability";
import type { ExecutionContext } from "../engine/expressions/scope";
import type { Database } from "../storage/database";
import { BIT, type ColumnList, defineView, GUID, INT, NOTHING, SYSNAME, TINYINT, text } from "./viewBuilder";
import { sessionOf } from "./visibility";

type Placed = readonly [database: string, replica: PlacedReplica];

const groups = (_: Database, context: ExecutionContext) => sessionOf(context).server.availability.groups;
const databases = (_: Database, context: ExecutionContext) => sessionOf(context).server.availability.databases;
const named = (context: ExecutionContext, name: string) => sessionOf(context).server.database(name);
const isPrimary = (replica: PlacedReplica) => replica.role === "PRIMARY";

/** PRIMARY is 1, SECONDARY 2. */
const role = (replica: PlacedReplica) => (isPrimary(replica) ? 1 : 2);

const GROUP: ColumnList<PlacedReplica> = [
  ["group_id", GUID, (g) => g.groupId],
  ["name", SYSNAME, (g) => g.group],
  ["resource_id", text(40), NOTHING],
  ["failure_condition_level", INT, NOTHING],
  ["automated_backup_preference", TINYINT, () => 0],
  ["automated_backup_preference_desc", text(60), () => "PRIMARY"],
  ["cluster_type", TINYINT, () => 2],
  ["cluster_type_desc", text(60), () => "NONE"],
];

const LOCAL_REPLICA: ColumnList<PlacedReplica> = [
  ["replica_id", GUID, (g) => g.replicaId],
  ["group_id", GUID, (g) => g.groupId],
  ["is_local", BIT, () => 1],
  ["role", TINYINT, role],
  ["role_desc", text(60), (g) => g.role],
  ["connected_state", TINYINT, () => 1],
  ["connected_state_desc", text(60), () => "CONNECTED"],
  ["synchronization_health", TINYINT, () => 2],
];

const DATABASE_REPLICA: ColumnList<Placed> = [
  ["database_id", INT, ([name], _, context) => named(context, name)?.id],
  ["group_id", GUID, ([, g]) => g.groupId],
  ["replica_id", GUID, ([, g]) => g.replicaId],
  ["group_database_id", GUID, ([, g]) => g.groupDatabaseId],
  ["is_local", BIT, () => 1],
  ["is_primary_replica", BIT, ([, g]) => isPrimary(g)],
  ["synchronization_state", TINYINT, () => 2],
  ["synchronization_state_desc", text(60), () => "SYNCHRONIZED"],
];

/** The server's own replica of each group; those of other servers are known to the primary replica alone. */
export function registerAvailabilityViews(): void {
  defineView("sys.availability_groups", groups, GROUP);
  defineView("sys.availability_replicas", groups, [
    ["replica_id", GUID, (g) => g.replicaId],
    ["group_id", GUID, (g) => g.groupId],
    ["replica_server_name", text(256), (_g, _d, context) => sessionOf(context).server.serverName],
    ["availability_mode", TINYINT, () => 1],
    ["availability_mode_desc", text(60), () => "SYNCHRONOUS_COMMIT"],
  ]);
  defineView("sys.availability_group_listeners", listeners, [
    ["group_id", GUID, (g) => g.groupId],
    ["listener_id", text(36), (g) => g.groupId],
    ["dns_name", text(63), (g) => g.listener?.dnsName],
    ["port", INT, (g) => g.listener?.port],
  ]);
  defineView("sys.availability_databases_cluster", databases, [
    ["group_id", GUID, ([, g]) => g.groupId],
    ["group_database_id", GUID, ([, g]) => g.groupDatabaseId],
    ["database_name", SYSNAME, ([name], _, context) => named(context, name)?.name],
  ]);
  defineView("sys.dm_hadr_availability_group_states", groups, [
    ["group_id", GUID, (g) => g.groupId],
    ["primary_replica", text(128), (g) => g.primary],
    ["primary_recovery_health", TINYINT, () => 1],
    ["synchronization_health", TINYINT, () => 2],
  ]);
  defineView("sys.dm_hadr_availability_replica_states", groups, LOCAL_REPLICA);
  defineView("sys.dm_hadr_database_replica_states", databases, DATABASE_REPLICA);
}

function listeners(database: Database, context: ExecutionContext): PlacedReplica[] {
  return groups(database, context).filter(({ listener }) => listener !== undefined);
}
