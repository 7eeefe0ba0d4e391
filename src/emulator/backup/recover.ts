/** The two ends of a restore sequence: the database is taken out of use, and at last brought back. */
import type { Database } from "../storage/database";
import type { DatabaseFileRecord, DatabaseOptions, DatabaseState } from "../storage/records";
import type { Server } from "../storage/server";
import type { SetHeader } from "./mediaFormat";
import type { RestorePlan } from "./restorePlan";

interface Beginning {
  readonly plan: RestorePlan;
  readonly header: SetHeader;
  readonly files: readonly DatabaseFileRecord[];
  readonly existing: Database | undefined;
  /** Owner of a database that the restore creates. */
  readonly ownerSid: Uint8Array;
}

/** An empty database in the RESTORING state, in place of the existing one. */
export function beginRestore(server: Server, { plan, header, files, existing, ownerSid }: Beginning): Database {
  const database = server.makeDatabase(existing?.id ?? server.nextDatabaseId(), {
    name: existing?.name ?? plan.databaseName,
    ownerSid: existing?.ownerSid ?? ownerSid,
    files,
    // What could let a foreign database reach beyond itself has to be switched on again.
    options: { ...header.options, standby: false, trustworthy: false, chaining: false, brokerEnabled: plan.broker },
    collation: header.options.collation,
    state: "RESTORING",
  });
  if (existing) {
    database.setRecord({ ...database.record, createDate: existing.createDate });
    server.replaceDatabase(existing, database);
  } else {
    server.addDatabase(database);
  }
  return database;
}

/** Leaves the database as the statement says: recovered, restoring, or readable on standby. */
export function endRestore(server: Server, database: Database, plan: RestorePlan): void {
  switch (plan.ending) {
    case "norecovery":
      server.alterDatabase(database, restoring(database));
      return;
    case "standby":
      server.alterDatabase(database, {
        state: "ONLINE",
        options: { ...database.options, standby: true, readOnly: true },
      });
      return;
    case "recovery":
      bringOnline(server, database, plan.restricted);
      return;
  }
}

/** Out of use again, as before further logs are applied to a standby database. */
export function restoring(database: Database): { state: DatabaseState; options: DatabaseOptions } {
  return { state: "RESTORING", options: { ...database.options, standby: false } };
}

function bringOnline(server: Server, database: Database, restricted: boolean): void {
  const { options } = database;
  server.alterDatabase(database, {
    state: "ONLINE",
    options: {
      ...options,
      standby: false,
      // STANDBY made it read-only; what the backup said of it holds again.
      readOnly: options.standby ? false : options.readOnly,
      userAccess: restricted ? "RESTRICTED_USER" : options.userAccess,
    },
  });
  database.leaveRestore();
}
