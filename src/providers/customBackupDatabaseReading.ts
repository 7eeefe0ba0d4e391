import {
  type BackupSet,
  backupSetRecordsets,
  type FoundRow,
  goneBackupSet,
  type JoinedDatabase,
  parseBackupSet,
  readBackupSet,
  readBackupSetStatement,
  type Sought,
} from "../objects/joinedDatabase";
import {
  goneMember,
  type MemberDatabase,
  parseMemberDatabase,
  readMemberDatabaseStatement,
} from "../objects/memberDatabase";
import { sameKey } from "../objects/membership";
import type { SqlServer } from "../objects/server";
import type { CustomBackupDatabaseSettings } from "./customBackupDatabaseArguments";
import type { Where } from "./customBackupDatabaseRequirements";
import type { Made } from "./customBackupDatabaseState";
import { asName, type Findings, sameValue } from "./difference";
import { serverLeft } from "./goneServers";
import { serverOf } from "./servers";

export interface Place {
  /** The server that holds the database. */
  readonly server: SqlServer;
  readonly control: SqlServer;
}

/** What is left of a place when servers are gone. */
export type PlaceLeft = { readonly [Server in keyof Place]: Place[Server] | undefined };

export function placeLeft(recorded: CustomBackupDatabaseSettings): PlaceLeft {
  return { server: serverLeft(recorded.connection), control: serverLeft(recorded.control.connection) };
}

export function placeOf(wanted: CustomBackupDatabaseSettings): Place {
  return { server: serverOf(wanted.connection), control: serverOf(wanted.control.connection) };
}

/** The places as messages name them. */
export function whereOf(wanted: CustomBackupDatabaseSettings, { server, control }: Place): Where {
  return {
    database: `The database ${wanted.database} on ${server.displayName}`,
    management: `${wanted.control.managementDatabase} on ${control.displayName}`,
  };
}

/** Both sides of a joined database: itself, and the set that it belongs to. */
export interface Found {
  readonly member: MemberDatabase;
  readonly set: BackupSet;
}

/**
 * Reads both sides at once: in one statement where the database is on the control server, else in one on each server.
 *
 * @param row the row under which the database is joined; its default name is looked for too
 * @param otherObjects names of objects of the database whose text is wanted
 */
export async function readBoth(
  { server, control }: PlaceLeft,
  wanted: CustomBackupDatabaseSettings,
  row?: JoinedDatabase,
  otherObjects: readonly string[] = [],
): Promise<Found> {
  const sought: Sought = {
    managementDatabase: wanted.control.managementDatabase,
    databaseName: wanted.database,
    defaultDatabaseName: wanted.defaultDatabaseName ?? row?.defaultDatabaseName ?? wanted.database,
    serverName: wanted.serverName ?? row?.serverName,
  };
  const ofMember = readMemberDatabaseStatement(wanted.database, otherObjects);
  if (!server || !control || !sameValue(wanted.connection, wanted.control.connection)) {
    const [member, set] = await Promise.all([
      server ? server.execute(ofMember).then(({ recordsets }) => parseMemberDatabase(recordsets)) : goneMember(),
      control ? readBackupSet(control, sought) : goneBackupSet(),
    ]);
    return { member, set };
  }
  const ofSet = readBackupSetStatement(sought);
  const { recordsets } = await server.execute({
    ...ofMember,
    text: `${ofSet.text}\n${ofMember.text}`,
    parameters: { ...ofSet.parameters, ...ofMember.parameters },
  });
  return {
    member: parseMemberDatabase(recordsets.slice(backupSetRecordsets)),
    set: parseBackupSet(recordsets.slice(0, backupSetRecordsets)),
  };
}

const same = (a: string, b: string) => sameValue(asName(a), asName(b));

function isRow(found: FoundRow, row: JoinedDatabase): boolean {
  return (
    same(found.databaseName, row.databaseName) &&
    same(found.defaultDatabaseName, row.defaultDatabaseName) &&
    same(found.serverName, row.serverName)
  );
}

/** The resource's row as it is now: somebody may have given it another default name, or another server name. */
export function currentRow({ rows }: BackupSet, { row, formerRows }: Made): FoundRow | undefined {
  for (const known of [row, ...formerRows]) {
    const exact = rows.find((found) => isRow(found, known));
    if (exact) return exact;
  }
  const ofDatabase = rows.filter((found) => same(found.databaseName, row.databaseName));
  const onServer = ofDatabase.filter((found) => same(found.serverName, row.serverName));
  if (onServer.length === 1) return onServer[0];
  return ofDatabase.find((found) => sameKey(found, row));
}

/** Whether the database stays a member of the set when its own row is gone. */
export function staysMember({ rows, ownMembers }: BackupSet, { row, formerRows }: Made): boolean {
  const others = rows.filter(
    (found) => same(found.databaseName, row.databaseName) && same(found.serverName, row.serverName),
  );
  const isOwn = ownMembers.some((server) => same(server, row.serverName));
  return isOwn || others.some((found) => ![row, ...formerRows].some((known) => isRow(found, known)));
}

/** What is amiss with the row, by property. */
export function rowFindings(set: BackupSet, made: Made): Findings {
  // A row goes with its database; nobody can see one in a database that is offline.
  if (set.state !== undefined && set.state !== "ONLINE") return { joined: `the management database is ${set.state}` };
  const current = currentRow(set, made);
  if (!current) return { joined: false };
  return {
    ...(!same(current.defaultDatabaseName, made.row.defaultDatabaseName) && {
      defaultDatabaseName: current.defaultDatabaseName,
    }),
    ...(!same(current.serverName, made.row.serverName) && { serverName: current.serverName }),
  };
}
