import { readCatalog } from "../objects/backupCatalog";
import { readDatabaseFiles } from "../objects/backupFiles";
import type { Clock } from "../objects/clock";
import { readDatabaseStates } from "../objects/databaseStates";
import type { Topology } from "../objects/instances";
import { dropDatabase, recover, restoreFull, restoreLog } from "../objects/restoreStatements";
import { findChainToEnd } from "./backupChain";
import { fileMoves } from "./fileMoves";

/** The management database is not there to tell members and backups. */
export class ManagementMissingError extends Error {
  override readonly name = "ManagementMissingError";

  constructor(
    { managementDatabase, controlName }: Topology,
    /** The database's state; undefined when there is no such database. */
    readonly state: string | undefined,
  ) {
    super(
      `The management database ${managementDatabase} on ${controlName} ${state === undefined ? "does not exist" : `is ${state}, not ONLINE`}. ` +
        "It tells which databases and backups there are. A BackupJob creates it; if it was lost, `mssql-backup restore` " +
        "reads it from its own latest backup.",
    );
  }
}

/** There is no backup from which the lost management database could be read. */
export class ManagementLostError extends Error {
  override readonly name = "ManagementLostError";
}

/** The state of the management database; undefined when there is no such database. */
export async function managementState(topology: Topology, signal: AbortSignal): Promise<string | undefined> {
  const states = await readDatabaseStates(topology.instance(topology.controlName), signal);
  return states.get(topology.managementDatabase.toUpperCase());
}

/** Whether the management database can be read where it is. */
export async function isManagementOnline(topology: Topology, signal: AbortSignal): Promise<boolean> {
  return (await managementState(topology, signal)) === "ONLINE";
}

/**
 * Restores the newest backups of a lost management database under a name of its own, only to be read, and takes it
 * away afterwards. What its last log does not hold yet (the history of the set that log belongs to) is in msdb.
 */
export async function withManagementCopy<T>(
  topology: Topology,
  clock: Clock,
  signal: AbortSignal,
  work: (copy: string) => Promise<T>,
): Promise<T> {
  const { managementDatabase, controlName } = topology;
  const control = topology.instance(controlName);
  const chain = findChainToEnd(await readCatalog(control, managementDatabase, signal));
  if (!chain) {
    throw new ManagementLostError(
      `The management database ${managementDatabase} is not online, and msdb of ${controlName} knows no full backup of it: ` +
        "restore it by hand from its newest full backup first.",
    );
  }
  const copy = `${managementDatabase.slice(0, 100)}_copy_${clock.now().getTime()}`;
  const options = { database: "master", timeoutSeconds: 0, signal };
  try {
    const files = await readDatabaseFiles(control, chain.full, signal);
    const moves = fileMoves(files, { database: managementDatabase, newName: copy });
    await control.execute(restoreFull({ database: copy, backup: chain.full, moves, replace: false }), options);
    for (const log of chain.logs) await control.execute(restoreLog(copy, log), options);
    await control.execute(recover(copy), options);
    return await work(copy);
  } finally {
    await control.execute(dropDatabase(copy), { database: "master" });
  }
}
