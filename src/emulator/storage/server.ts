/** The emulated instance: its databases, locks, transactions and sessions. Everything hangs off this object. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { AvailabilityGroups } from "../availability";
import { SqlError } from "../engine/errors";
import type { Row } from "../engine/values";
import { Faults } from "../faults";
import { ApplicationLocks } from "./applicationLocks";
import { type BootState, newBootState, newGuid } from "./boot";
import { bootstrap } from "./bootstrap";
import { type ServerClock, systemClock } from "./clock";
import { CommitWriter } from "./commitWriter";
import { Database } from "./database";
import { DEFAULT_OPTIONS, defaultFiles } from "./databaseOptions";
import { DatabaseStore } from "./databaseStore";
import { DecisionLog } from "./decisionLog";
import { DataDirectoryLock } from "./directoryLock";
import { Dtc } from "./dtc";
import { LockManager, type LockParticipant, runStatement } from "./locks";
import { recordMarks } from "./markHistory";
import type { DatabaseFileRecord, DatabaseOptions, DatabaseRecord, DatabaseState } from "./records";
import { openDatabases } from "./recovery";
import type { Table } from "./table";
import type { Transaction } from "./transaction";
import { TransactionManager, type Writing } from "./transactionManager";

export interface ServerOptions {
  /** @@SERVERNAME */
  serverName: string;
  /** Where databases live; absent: in memory. */
  dataDirectory?: string;
  /** For relative backup paths; default: `backup` below the data directory, or the working directory. */
  backupDirectory?: string;
  collation?: string;
  clock?: ServerClock;
  faults?: Faults;
}

/** What storage asks of a session; engine/session implements it. */
export interface SessionInfo {
  readonly id: number;
  readonly loginName: string;
  /** Its current database: keeps the database in use. */
  readonly database: Database;
  /** Ends the session, rolling its work back (KILL, ALTER DATABASE … WITH ROLLBACK IMMEDIATE). */
  kill(): void | Promise<void>;
}

export interface NewDatabase {
  name: string;
  ownerSid: Uint8Array;
  collation?: string;
  files?: readonly DatabaseFileRecord[];
  options?: Partial<DatabaseOptions>;
  state?: DatabaseState;
}

/** Compiles the predicate of a filtered index; set by engine/query. */
export type FilterCompiler = (table: Table, filter: string) => (row: Row) => boolean;

const MASTER = 1;
const TEMPDB = 2;
const MODEL = 3;
const FIRST_USER_DATABASE = 5;

/** Where database files are said to lie when they live in memory. */
export const DEFAULT_DATA_DIRECTORY = "/var/opt/mssql/data";

/** SQL Server 2022. */
export const SERVER_VERSION = { major: 16, minor: 0, build: 1000, revision: 6, text: "16.0.1000.6", database: 957 };

export class Server {
  readonly serverName: string;
  readonly databases = new Map<string, Database>();
  readonly locks = new LockManager();
  readonly applicationLocks = new ApplicationLocks(this.locks);
  readonly transactions: TransactionManager;
  readonly sessions = new Map<number, SessionInfo>();
  /** What clients have asked of it since it started. */
  readonly received = { requests: 0, logins: 0 };
  readonly version = SERVER_VERSION;
  readonly dataDirectory: string | undefined;
  readonly defaultBackupDirectory: string;
  readonly collation: string;
  readonly clock: ServerClock;
  readonly startTime: bigint;
  readonly dtc: Dtc;
  readonly decisions: DecisionLog;
  readonly commits: CommitWriter;
  readonly faults: Faults;
  readonly availability = new AvailabilityGroups();
  /** Set by engine/query once a process, before tables with filtered indexes are read. */
  static filterCompiler: FilterCompiler = () => {
    throw new Error("no compiler for filtered indexes has been set");
  };
  compileFilter: FilterCompiler = (table, filter) => Server.filterCompiler(table, filter);
  private readonly databasesWithMovedCounters = new Set<Database>();
  private readonly directoryLock: DataDirectoryLock | undefined;

  private constructor(options: ServerOptions) {
    this.serverName = options.serverName;
    this.dataDirectory = options.dataDirectory;
    this.collation = options.collation ?? DEFAULT_OPTIONS.collation;
    this.clock = options.clock ?? systemClock;
    this.faults = options.faults ?? new Faults();
    this.startTime = this.clock().local;
    if (this.dataDirectory !== undefined) {
      mkdirSync(this.dataDirectory, { recursive: true });
      this.directoryLock = new DataDirectoryLock(this.dataDirectory);
    }
    this.defaultBackupDirectory =
      options.backupDirectory ??
      (this.dataDirectory === undefined ? process.cwd() : join(this.dataDirectory, "backup"));
    this.decisions = new DecisionLog(this.dataDirectory && join(this.dataDirectory, "decisions"));
    this.commits = new CommitWriter(this);
    this.transactions = new TransactionManager(this);
    this.dtc = new Dtc(this);
  }

  /** Opens the instance in a data directory, or makes a new one there or in memory. */
  static open(options: ServerOptions): Server {
    const server = new Server(options);
    try {
      if (!openDatabases(server)) bootstrap(server);
      else server.makeTempdb();
    } catch (error) {
      server.directoryLock?.release();
      throw error;
    }
    return server;
  }

  /** Rolls back what is open and leaves the files complete. */
  close(): void {
    for (const transaction of [...this.transactions.active]) {
      if (transaction.state === "active") transaction.rollback();
    }
    this.flushCounters();
    this.dtc.close();
    for (const database of this.databases.values()) database.store?.close();
    this.decisions.close();
    this.directoryLock?.release();
  }

  // ---- databases

  get master(): Database {
    return this.databaseById(MASTER) as Database;
  }

  get msdb(): Database {
    return this.database("msdb") as Database;
  }

  get tempdb(): Database {
    return this.database("tempdb") as Database;
  }

  database(name: string): Database | undefined {
    return this.databases.get(name.toLowerCase());
  }

  databaseById(id: number): Database | undefined {
    for (const database of this.databases.values()) if (database.id === id) return database;
    return undefined;
  }

  /** Folder that database files are said to lie in. */
  get defaultDataDirectory(): string {
    return this.dataDirectory ?? DEFAULT_DATA_DIRECTORY;
  }

  /** Makes a database with what model has. Error 1801 if there is one of that name. */
  createDatabase(wanted: NewDatabase): Database {
    if (this.database(wanted.name)) {
      throw new SqlError(1801, `Database '${wanted.name}' already exists. Choose a different database name.`, 3);
    }
    const model = this.database("model");
    const database = this.makeDatabase(this.nextDatabaseId(), wanted);
    if (model) copyContent(model, database);
    this.addDatabase(database);
    return database;
  }

  /** A database object that is not yet one of the server's. */
  makeDatabase(id: number, wanted: NewDatabase, boot: BootState = newBootState()): Database {
    const options = { ...DEFAULT_OPTIONS, ...(this.database("model")?.options ?? {}), ...wanted.options };
    const record: DatabaseRecord = {
      id,
      name: wanted.name,
      ownerSid: wanted.ownerSid,
      createDate: this.clock().local,
      folder: `${id}-${newGuid().slice(0, 8)}`,
      state: wanted.state ?? "ONLINE",
      options: { ...options, collation: wanted.collation ?? options.collation },
      files: wanted.files ?? defaultFiles(wanted.name, this.defaultDataDirectory),
    };
    return new Database(this, record, boot);
  }

  /** Writes a new database's files, then its record in master: from then on it exists. */
  addDatabase(database: Database): void {
    if (this.dataDirectory !== undefined && database.isLogged) {
      database.store = DatabaseStore.create(this.folderOf(database.record), database);
    }
    this.databases.set(database.name.toLowerCase(), database);
    this.saveDatabaseRecord(database.record);
  }

  dropDatabase(database: Database): void {
    this.inSystemTransaction((transaction) => {
      transaction.putRecord(this.master, "database", database.id, undefined);
    });
    this.databases.delete(database.name.toLowerCase());
    database.store?.remove();
    database.store = undefined;
  }

  /** Puts another database object in the place of one (RESTORE): files first, then the record in master. */
  replaceDatabase(former: Database, database: Database): void {
    if (this.dataDirectory !== undefined) {
      database.store = DatabaseStore.create(this.folderOf(database.record), database);
    }
    this.databases.delete(former.name.toLowerCase());
    this.databases.set(database.name.toLowerCase(), database);
    this.saveDatabaseRecord(database.record);
    former.store?.remove();
    former.store = undefined;
  }

  renameDatabase(database: Database, name: string): void {
    const other = this.database(name);
    if (other && other !== database)
      throw new SqlError(1801, `Database '${name}' already exists. Choose a different database name.`, 3);
    this.databases.delete(database.name.toLowerCase());
    this.alterDatabase(database, { name });
    this.databases.set(name.toLowerCase(), database);
  }

  /** Changes what master says of a database: options, state, owner, files, name. */
  alterDatabase(database: Database, change: Partial<Omit<DatabaseRecord, "id">>): void {
    const former = database.options.recoveryModel;
    database.setRecord({ ...database.record, ...change });
    this.saveDatabaseRecord(database.record);
    if (database.options.recoveryModel !== former) database.recoveryModelChanged(former);
  }

  alterDatabaseOptions(database: Database, options: Partial<DatabaseOptions>): void {
    this.alterDatabase(database, { options: { ...database.options, ...options } });
  }

  /** Sessions whose current database it is, or that have written in it from another one and not ended. */
  usersOf(database: Database, exceptSessionId?: number): SessionInfo[] {
    const writers = [...this.transactions.active].filter(({ participants }) => participants.has(database));
    const writerIds = new Set(writers.map(({ participant }) => participant.id));
    return [...this.sessions.values()].filter(
      ({ id, database: current }) => id !== exceptSessionId && (current === database || writerIds.has(id)),
    );
  }

  /** Whether a transaction other than `except` has written in the database and not ended. */
  isWrittenBy(database: Database, except?: Transaction): boolean {
    for (const transaction of this.transactions.active) {
      if (transaction !== except && transaction.participants.has(database)) return true;
    }
    return false;
  }

  folderOf(record: DatabaseRecord): string {
    return join(this.dataDirectory as string, record.folder);
  }

  nextDatabaseId(): number {
    let id = FIRST_USER_DATABASE;
    while (this.databaseById(id)) id++;
    return id;
  }

  /** tempdb is made anew at every start. */
  makeTempdb(): void {
    const sa = Uint8Array.of(1);
    const tempdb = this.makeDatabase(TEMPDB, { name: "tempdb", ownerSid: sa, options: { recoveryModel: "SIMPLE" } });
    const model = this.databaseById(MODEL);
    if (model) copyContent(model, tempdb);
    this.databases.set("tempdb", tempdb);
  }

  private saveDatabaseRecord(record: DatabaseRecord): void {
    if (record.id === TEMPDB) return;
    this.inSystemTransaction((transaction) => transaction.putRecord(this.master, "database", record.id, record));
  }

  // ---- transactions

  beginTransaction(participant: LockParticipant, userName: string): Transaction {
    return this.transactions.begin(participant, userName);
  }

  /** Work of the engine itself: committed at once, undone if it fails. LockWait where others are in its way. */
  inSystemTransaction<T>(work: (transaction: Transaction) => T): T {
    const transaction = this.beginSystemTransaction();
    try {
      const result = work(transaction);
      transaction.commit();
      return result;
    } catch (error) {
      transaction.rollback();
      throw error;
    }
  }

  /** The same, waiting for locks. */
  async whenUnlocked<T>(work: (transaction: Transaction) => T): Promise<T> {
    const transaction = this.beginSystemTransaction();
    try {
      const result = await runStatement({ lockTimeout: -1 }, transaction, () => work(transaction));
      transaction.commit();
      return result;
    } catch (error) {
      transaction.rollback();
      throw error;
    }
  }

  private beginSystemTransaction(): Transaction {
    const engine: LockParticipant = { id: 0, deadlockPriority: 10, work: () => Number.MAX_SAFE_INTEGER };
    return this.transactions.begin(engine, "sa");
  }

  /** After a commit: forgets log that is not needed, writes msdb's history of marks. */
  committed(writing: readonly Writing[], userName: string): void {
    for (const { database } of writing) {
      database.trimLog();
      database.store?.checkpointIfDue();
    }
    recordMarks(this, writing, userName);
  }

  // ---- counters

  countersMoved(database: Database): void {
    this.databasesWithMovedCounters.add(database);
  }

  /** Writes counters that moved without a commit in their database. */
  flushCounters(): void {
    if (this.databasesWithMovedCounters.size === 0) return;
    const databases = [...this.databasesWithMovedCounters];
    this.databasesWithMovedCounters.clear();
    for (const database of databases) {
      const isHere = this.databases.get(database.name.toLowerCase()) === database;
      if (isHere && database.isLogged && database.counters.hasMoved) writeCounters(database);
    }
  }
}

function writeCounters(database: Database): void {
  const counters = database.counters.takeMoved();
  const record = { ...database.log.clock.take(1), time: database.server.clock().local, changes: [], counters };
  try {
    database.store?.commit(record);
  } catch {
    database.counters.keepMoved(counters);
    return;
  }
  database.log.append(record);
  database.trimLog();
}

/** Gives a new database what model has. */
function copyContent(model: Database, database: Database): void {
  database.loadWith(() => {
    for (const [kind, record] of model.metadata.committed()) database.applyRecord(kind, record.id, record);
    for (const [name, value] of model.counters.all()) database.counters.load(name, value);
    for (const [record, source] of model.committedTables()) {
      const table = database.table(record.id);
      for (const entry of source.entries.values()) {
        const row = entry.committed()?.row;
        if (row) table.load(entry.id, [...row]);
      }
    }
  });
}
