import { groupName, waysToPrimary } from "../objects/availability";
import type { BackupSet, FoundRow, JoinedDatabase } from "../objects/joinedDatabase";
import type { MemberDatabase } from "../objects/memberDatabase";
import { planMemberSetup } from "../objects/memberSetup";
import { type Membership, sameKey } from "../objects/membership";
import type { CustomBackupDatabaseSettings } from "./customBackupDatabaseArguments";
import { type Made, ownSetup } from "./customBackupDatabaseState";

/** What stands in the way of joining a database, said before anything is changed. */

/** Where things are, in a message. */
export interface Where {
  /** The database and its server: `The database Orders on sql2,1433`. */
  readonly database: string;
  /** The management database and its server: `BizTalkMgmtDb on sql1,1433`. */
  readonly management: string;
}

/** Throws unless the database can be marked and backed up, or made so that it can. */
export function assertUsable(
  where: Where,
  wanted: CustomBackupDatabaseSettings,
  member: MemberDatabase,
  made?: Made,
): void {
  const problem = unusable(wanted, member);
  if (problem !== undefined) throw new Error(`${where.database} ${problem}`);
  if (wanted.setup !== "builtIn") return;
  const setup = planMemberSetup(member, made && ownSetup(made));
  if ("refused" in setup) throw new Error(`${where.database} cannot be set up: ${setup.refused}.`);
}

const waysOnline: Readonly<Record<string, string>> = {
  OFFLINE: "ALTER DATABASE … SET ONLINE brings it back",
  RESTORING: "a restore has not ended, which RESTORE DATABASE … WITH RECOVERY does",
  RECOVERING: "wait until it has started",
  RECOVERY_PENDING: "the server's error log says why it does not start",
  SUSPECT: "the server's error log says why",
};

function unusable(wanted: CustomBackupDatabaseSettings, member: MemberDatabase): string | undefined {
  const { state, replica } = member;
  if (state === undefined) return "does not exist, or the login may not see it.";
  if (member.snapshot) return "is a snapshot of another database: join that one.";
  if (replica && replica.isPrimary === false) {
    return `belongs to ${groupName(replica)}, and ${member.serverName} holds a secondary replica of it: only the primary replica can be marked. To reach it whichever it is, ${waysToPrimary(replica)}.`;
  }
  if (state !== "ONLINE")
    return `is ${state}; it must be ONLINE${state in waysOnline ? `: ${waysOnline[state]}` : ""}.`;
  if (member.standby)
    return "is a standby database (WITH STANDBY), which only takes log backups in: it can hold no marks.";
  if (member.readOnly) return "is read-only: it can hold no marks.";
  if (!member.accessible) {
    return "does not let the login in: it has no user there, or the database is in single-user mode and in use.";
  }
  if (replica && wanted.serverName === undefined) {
    return `belongs to ${groupName(replica)}: the name of the server that it is on now, ${member.serverName}, would be wrong after the next failover. Declare a LinkedServer whose data source is the group's listener${replica.listener ? ` (${replica.listener})` : ""}, and give its name as serverName.`;
  }
  if (member.recoveryModel !== wanted.recoveryModel) {
    if (replica) {
      return `is in the ${member.recoveryModel} recovery model and should be in ${wanted.recoveryModel}, but belongs to ${groupName(replica)}, which allows no other (1468): take recoveryModel out.`;
    }
    if (!wanted.setRecoveryModel) {
      return `is in the ${member.recoveryModel} recovery model and should be in ${wanted.recoveryModel}. Set setRecoveryModel: true to have it changed.`;
    }
  }
  return undefined;
}

/** Throws unless the management database is one, and can be read. */
export function assertManagement(where: Where, set: BackupSet): void {
  const { management } = where;
  if (set.state === undefined) {
    throw new Error(
      `The management database ${management} does not exist, or the login may not see it. Declare a BackupJob on it, and depend on that.`,
    );
  }
  if (set.state !== "ONLINE")
    throw new Error(`The management database ${management} is ${set.state}; it must be ONLINE.`);
  if (!set.accessible)
    throw new Error(`The management database ${management} does not let the login in: it has no user there.`);
  if (!set.isManagement) {
    throw new Error(
      `The database ${management} is no management database: it has no table adm_OtherBackupDatabases. Declare a BackupJob on it, and depend on that.`,
    );
  }
}

/**
 * The row to adopt; undefined when one is to be written. Throws where the database is joined and is not to be adopted,
 * and where it cannot be joined.
 */
export function rowToAdopt(
  where: Where,
  wanted: CustomBackupDatabaseSettings,
  row: JoinedDatabase,
  membership: Membership,
): FoundRow | undefined {
  switch (membership.kind) {
    case "none":
      return undefined;
    case "joined":
      return adoptable(where, wanted, row, membership.rows);
    case "alias":
      throw new Error(
        `The database ${row.databaseName} is joined to the backup set already, under the server name ${membership.row.serverName}, which leads to the same server as ${row.serverName} (adm_OtherBackupDatabases in ${where.management}). Joined twice, it would be backed up twice: set serverName: ${JSON.stringify(membership.row.serverName)} and adopt: true to take that row over, or delete it.`,
      );
    case "own":
      throw new Error(
        `The database ${row.databaseName} of ${membership.server} is a member of the backup set anyway, as BizTalk's own or as the management database (admv_BackupDatabases in ${where.management}): leave this resource out.`,
      );
    case "taken":
      throw taken(where, row, membership.row);
  }
}

/** Throws when another database has the key of a row that is to get it. */
export function assertKeyIsFree(where: Where, set: BackupSet, row: JoinedDatabase): void {
  const other = set.rows.find(
    (found) => sameKey(found, row) && found.databaseName.toLowerCase() !== row.databaseName.toLowerCase(),
  );
  if (other) throw taken(where, row, other);
}

function taken(where: Where, row: JoinedDatabase, other: JoinedDatabase): Error {
  return new Error(
    `The default database name ${row.defaultDatabaseName} is taken on ${row.btsServerName} by the database ${other.databaseName} (adm_OtherBackupDatabases in ${where.management}): give another defaultDatabaseName.`,
  );
}

function adoptable(
  where: Where,
  wanted: CustomBackupDatabaseSettings,
  row: JoinedDatabase,
  rows: readonly FoundRow[],
): FoundRow {
  const names = rows.map(({ defaultDatabaseName }) => defaultDatabaseName);
  const as = names.join(" and as ");
  if (!wanted.adopt) {
    throw new Error(
      `The database ${wanted.database} of ${row.serverName} is joined to the backup set already, as ${as} (adm_OtherBackupDatabases in ${where.management}). Set adopt: true to take it over.`,
    );
  }
  const exact = rows.find((found) => found.defaultDatabaseName.toLowerCase() === row.defaultDatabaseName.toLowerCase());
  if (exact) return exact;
  const [first] = rows;
  if (wanted.defaultDatabaseName !== undefined || !first) {
    throw new Error(
      `The database ${wanted.database} of ${row.serverName} is joined as ${as}, not as ${row.defaultDatabaseName} (adm_OtherBackupDatabases in ${where.management}). To adopt it, set defaultDatabaseName: ${JSON.stringify(names[0])}, or leave it out.`,
    );
  }
  return first;
}
