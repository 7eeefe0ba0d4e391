/** One database: its records, tables, counters and log. */
import { SqlError } from "../engine/errors";
import { type BootState, newBootState, newGuid } from "./boot";
import { Counters } from "./counters";
import { DatabaseLog } from "./databaseLog";
import type { DatabaseStore } from "./databaseStore";
import { MetadataStore } from "./metadata";
import type {
  DatabaseFileRecord,
  DatabaseOptions,
  DatabaseRecord,
  DatabaseState,
  MetadataRecord,
  ObjectRecord,
  RecordKind,
  RecordKinds,
} from "./records";
import type { Server } from "./server";
import { Table } from "./table";
import type { Transaction } from "./transaction";

const OBJECT_ID_STEP = 16_000_057;
const OBJECT_ID_LIMIT = 2_147_483_647;
const FIRST_OBJECT_ID = 245_575_913;
const SYSTEM_DATABASES = 4;

export class Database {
  metadata = new MetadataStore();
  tables = new Map<number, Table>();
  /** Dropped by transactions that have not ended. */
  readonly droppedTables = new Map<number, Table>();
  readonly counters: Counters;
  boot: BootState;
  log: DatabaseLog;
  /** Where it lives on disk; undefined in memory, and for tempdb always. */
  store: DatabaseStore | undefined;
  /** Indexes are built when the whole is there. */
  loading = false;
  /** Operations that keep others from beginning (error 3023). */
  readonly running = new Set<"dataBackup" | "logBackup" | "restore" | "files">();

  constructor(
    readonly server: Server,
    private current: DatabaseRecord,
    boot: BootState = newBootState(),
  ) {
    this.boot = boot;
    this.log = new DatabaseLog(boot.position);
    this.counters = new Counters(() => server.countersMoved(this));
  }

  // ---- what master says

  /** The record in master; changed by Server.alterDatabase. */
  get record(): DatabaseRecord {
    return this.current;
  }

  setRecord(record: DatabaseRecord): void {
    this.current = record;
  }

  get id(): number {
    return this.current.id;
  }

  get name(): string {
    return this.current.name;
  }

  get options(): DatabaseOptions {
    return this.current.options;
  }

  get state(): DatabaseState {
    return this.current.state;
  }

  get files(): readonly DatabaseFileRecord[] {
    return this.current.files;
  }

  get ownerSid(): Uint8Array {
    return this.current.ownerSid;
  }

  get createDate(): bigint {
    return this.current.createDate;
  }

  get collation(): string {
    return this.current.options.collation;
  }

  get isSystem(): boolean {
    return this.id <= SYSTEM_DATABASES;
  }

  /** tempdb keeps no log and starts empty. */
  get isLogged(): boolean {
    return this.id !== 2;
  }

  // ---- guards

  /** Errors 942, 927 and 945 of a database that cannot be used, and 976 of a replica that is not to be read. */
  requireReadable(): void {
    this.requireOnline();
    this.requireReadableReplica();
  }

  /** Errors 942, 927 and 945. Backups ask for no more: they also run on replicas that nobody reads. */
  requireOnline(): void {
    switch (this.state) {
      case "ONLINE":
        return;
      case "OFFLINE":
        throw new SqlError(942, `Database '${this.name}' cannot be opened because it is offline.`, 4, 14);
      case "RESTORING":
        throw new SqlError(927, `Database '${this.name}' cannot be opened. It is in the middle of a restore.`, 2, 14);
      case "RECOVERING":
        throw new SqlError(
          922,
          `Database '${this.name}' is being recovered. Waiting until recovery is finished.`,
          1,
          14,
        );
      case "SUSPECT":
        throw new SqlError(
          926,
          `Database '${this.name}' cannot be opened. It has been marked SUSPECT by recovery. See the SQL Server errorlog for more information.`,
          1,
          14,
        );
      default:
        throw new SqlError(
          945,
          `Database '${this.name}' cannot be opened due to inaccessible files or insufficient memory or disk space.  See the SQL Server errorlog for details.`,
          2,
          14,
        );
    }
  }

  /** Error 976. */
  private requireReadableReplica(): void {
    const replica = this.server.availability.of(this.name);
    if (replica?.role !== "SECONDARY" || replica.readable) return;
    throw new SqlError(
      976,
      `The target database, '${this.name}', is participating in an availability group and is currently not accessible for queries. Either data movement is suspended or the availability replica is not enabled for read access. To allow read-only access to this and other databases in the availability group, enable read access to one or more secondary availability replicas in the group.  For more information, see the ALTER AVAILABILITY GROUP statement in SQL Server Books Online.`,
      1,
      14,
    );
  }

  /** Error 3906; a secondary replica is changed by its primary one alone. */
  requireWritable(): void {
    this.requireReadable();
    const isSecondary = this.server.availability.of(this.name)?.role === "SECONDARY";
    if (!this.options.readOnly && !this.options.standby && !isSecondary) return;
    throw new SqlError(3906, `Failed to update database "${this.name}" because the database is read-only.`, 1, 16);
  }

  // ---- objects

  table(objectId: number): Table {
    const table = this.tables.get(objectId);
    if (!table) throw new Error(`no table ${objectId} in ${this.name}`);
    return table;
  }

  schema(name: string): RecordKinds["schema"] | undefined {
    return this.metadata.findOne("schema", name);
  }

  /**
   * The object of that name in a schema (by default dbo). With `reader`, waits (LockWait) while
   * another transaction creates, changes or drops an object of this name.
   */
  findObject(schemaName: string | undefined, name: string, reader?: Transaction): ObjectRecord | undefined {
    if (reader) this.metadata.guard("object", name, reader);
    const schema = this.schema(schemaName ?? "dbo");
    if (!schema) return undefined;
    return this.metadata.find("object", name).find((object) => object.schemaId === schema.id);
  }

  /** `schema.name` of an object, for messages. */
  qualifiedName(object: ObjectRecord): string {
    return `${this.metadata.get("schema", object.schemaId)?.name ?? "dbo"}.${object.name}`;
  }

  /** Spread over the int range as SQL Server's are. */
  allocateObjectId(): number {
    let id = this.boot.lastObjectId;
    do {
      id = id === 0 ? FIRST_OBJECT_ID : id + OBJECT_ID_STEP;
      if (id > OBJECT_ID_LIMIT) id -= OBJECT_ID_LIMIT - 100;
    } while (this.metadata.get("object", id));
    this.boot = { ...this.boot, lastObjectId: id };
    return id;
  }

  /** Sets a record and what follows from it for the tables; for Transaction, recovery and restore. */
  applyRecord(kind: RecordKind, id: number, record: MetadataRecord | undefined): void {
    const former = this.metadata.get(kind, id);
    this.metadata.apply(kind, id, record);
    if (kind === "object") this.applyObject(id, record as ObjectRecord | undefined);
    else if (kind === "index") this.applyIndex(former as RecordKinds["index"], record as RecordKinds["index"]);
  }

  private applyObject(id: number, record: ObjectRecord | undefined): void {
    const table = this.tables.get(id);
    if (record?.table) {
      if (table) table.record = record;
      else this.tables.set(id, new Table(this, record));
      if (this.loading) this.boot = { ...this.boot, lastObjectId: id };
    } else if (table) {
      this.tables.delete(id);
    }
  }

  private applyIndex(former: RecordKinds["index"] | undefined, record: RecordKinds["index"] | undefined): void {
    if (former) this.tables.get(former.objectId)?.dropIndex(former.id);
    if (record && !record.disabled && !this.loading) this.tables.get(record.objectId)?.buildIndex(record);
  }

  /** For Transaction: its changes of these records are committed or undone. */
  settleRecords(keys: Iterable<string>): void {
    this.metadata.settle(keys);
    for (const id of this.droppedTables.keys()) {
      if (!this.metadata.isPending("object", id)) this.droppedTables.delete(id);
    }
  }

  /** Tables as they are committed, with their committed object records. */
  *committedTables(): IterableIterator<readonly [ObjectRecord, Table]> {
    for (const [kind, record] of this.metadata.committed()) {
      if (kind !== "object" || !(record as ObjectRecord).table) continue;
      const table = this.tables.get(record.id) ?? this.droppedTables.get(record.id);
      if (table) yield [record as ObjectRecord, table];
    }
  }

  // ---- loading (recovery, restore)

  /** While `load` runs, rows and records come in without indexes; they are built at its end. */
  loadWith(load: () => void): void {
    this.loading = true;
    try {
      load();
    } finally {
      this.loading = false;
    }
    for (const table of this.tables.values()) {
      for (const index of this.metadata.indexesOf(table.id)) if (!index.disabled) table.buildIndex(index);
    }
  }

  /** Boot state read from a file. */
  restoreBoot(boot: BootState): void {
    this.boot = boot;
    this.log.continueAt(boot.position);
  }

  /** Changes what the database knows of its past; on disk at once. */
  setBoot(change: Partial<BootState>): void {
    this.boot = { ...this.boot, ...change };
    this.store?.saveBoot();
  }

  /**
   * Leaving SIMPLE needs a backup before log backups are possible; going to SIMPLE breaks the chain.
   * FULL and BULK_LOGGED change into each other freely.
   */
  recoveryModelChanged(former: DatabaseOptions["recoveryModel"]): void {
    if (this.options.recoveryModel !== "SIMPLE" && former !== "SIMPLE") return;
    this.setBoot({ logBackupStart: null, bulkWork: false });
    this.trimLog();
  }

  /** Recovery opens a new fork: what is logged from here on is another future than the old one. */
  leaveRestore(): void {
    const { restore, recoveryForkGuid } = this.boot;
    const forkPointLsn = restore?.redoLsn ?? this.log.clock.next;
    this.setBoot({
      restore: null,
      forkedFromGuid: restore?.forkGuid ?? recoveryForkGuid,
      recoveryForkGuid: newGuid(),
      forkPointLsn,
      logBackupStart: this.options.recoveryModel === "SIMPLE" ? null : forkPointLsn,
      logChainBegins: false,
      bulkWork: false,
    });
  }

  /** Writes the committed state to disk (CHECKPOINT). */
  checkpoint(): void {
    this.store?.checkpoint();
  }

  /** Forgets log that no log backup will need: all of it under SIMPLE and before the first full backup. */
  trimLog(): void {
    const { logBackupStart } = this.boot;
    const needed = this.options.recoveryModel !== "SIMPLE" && logBackupStart !== null;
    this.log.truncate(needed ? logBackupStart : this.log.clock.next);
  }

  /** Empties it, for a restore to fill. */
  clear(): void {
    this.metadata = new MetadataStore();
    this.tables = new Map();
    for (const [name] of this.counters.all()) this.counters.load(name, undefined);
  }
}
