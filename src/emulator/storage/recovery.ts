/** Opens the databases of a data directory as the last run left them, killed or not. */
import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { newBootState } from "./boot";
import { Database } from "./database";
import { DEFAULT_OPTIONS, defaultFiles } from "./databaseOptions";
import { DatabaseStore } from "./databaseStore";
import type { Outcome } from "./decisionLog";
import { adoptInDoubt } from "./inDoubt";
import type { DatabaseRecord } from "./records";
import type { Server } from "./server";
import type { PendingRecord } from "./snapshot";

/** False when there is nothing to open. */
export function openDatabases(server: Server): boolean {
  const { dataDirectory } = server;
  if (dataDirectory === undefined) return false;
  const folder = masterFolder(dataDirectory);
  if (folder === undefined) return false;
  const outcomeOf = (pending: PendingRecord): Outcome | undefined => {
    const outcome = server.decisions.outcome(pending.decision);
    return outcome ?? (pending.distributed ? undefined : "aborted");
  };
  const master = new Database(server, provisionalMaster(server, folder), newBootState());
  master.store = DatabaseStore.open(join(dataDirectory, folder), master, outcomeOf);
  const records = [...master.metadata.all("database")];
  if (!records.some(({ name }) => name === "msdb")) {
    // The first start was killed before the system databases were whole.
    master.store.close();
    removeUnknownFolders(dataDirectory, []);
    return false;
  }
  for (const record of records) openDatabase(server, master, record, outcomeOf);
  removeUnknownFolders(dataDirectory, records);
  adoptInDoubt(server);
  settleDecisions(server);
  return true;
}

function openDatabase(
  server: Server,
  master: Database,
  record: DatabaseRecord,
  outcomeOf: (pending: PendingRecord) => Outcome | undefined,
): void {
  const database = record.id === master.id ? master : new Database(server, record, newBootState());
  database.setRecord(record);
  server.databases.set(record.name.toLowerCase(), database);
  if (database === master) return;
  try {
    database.store = DatabaseStore.open(server.folderOf(record), database, outcomeOf);
    // Killed between the two steps that end a restore.
    if (record.state === "ONLINE" && !record.options.standby && database.boot.restore) database.leaveRestore();
  } catch {
    // One damaged database must not keep the others from opening.
    database.setRecord({ ...record, state: "SUSPECT" });
  }
}

/** After this, nothing in the logs depends on decisions but what is in doubt or still coordinated from here. */
function settleDecisions(server: Server): void {
  for (const { store } of server.databases.values()) if (store?.dependsOnDecisions) store.checkpoint();
  server.decisions.compact((id) => server.dtc.isCoordinated(id));
}

/** master's folder is the one that names itself. */
function masterFolder(dataDirectory: string): string | undefined {
  return readdirSync(dataDirectory).find(
    (name) => /^1-/.test(name) && readdirSync(join(dataDirectory, name)).some((file) => /^data\.\d+$/.test(file)),
  );
}

function provisionalMaster(server: Server, folder: string): DatabaseRecord {
  return {
    id: 1,
    name: "master",
    ownerSid: Uint8Array.of(1),
    createDate: server.startTime,
    folder,
    state: "ONLINE",
    options: { ...DEFAULT_OPTIONS, recoveryModel: "SIMPLE", collation: server.collation },
    files: defaultFiles("master", server.defaultDataDirectory),
  };
}

/** Left behind by a CREATE, DROP or RESTORE DATABASE that did not come to its end. */
function removeUnknownFolders(dataDirectory: string, records: readonly DatabaseRecord[]): void {
  const known = new Set(records.map((record) => record.folder));
  for (const name of readdirSync(dataDirectory)) {
    const path = join(dataDirectory, name);
    if (/^\d+-[0-9A-F]{8}$/.test(name) && !known.has(name) && existsSync(path) && statSync(path).isDirectory()) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}
