/** CREATE, ALTER and DROP DATABASE. */
import type { Database } from "../../storage/database";
import { dataFile, logFile } from "../../storage/databaseOptions";
import type { DatabaseFileRecord, DatabaseOptions } from "../../storage/records";
import type { AlterDatabase, DatabaseFile, Statement } from "../../tsql/ast";
import { NotEmulatedError, SqlError } from "../errors";
import type { Activation } from "../session/activation";
import { registerStatement } from "../session/statements";
import { type Steps, wait } from "../session/steps";
import { registerProcedure } from "../session/systemProcedures";
import { validateCollation } from "../types";
import { registerDrop } from "./register";

const MAX_NAME = 128;
/** Without a name for the log file: five characters are for "_log" and its counter. */
const MAX_NAME_WITHOUT_FILES = 123;

function refuseInTransaction(activation: Activation, what: string): void {
  if (activation.session.transactions.count > 0)
    throw new SqlError(226, `${what} statement not allowed within multi-statement transaction.`, 6);
}

function requireServer(activation: Activation, permission: string, error: SqlError): void {
  if (!activation.session.security.hasServer(permission)) throw error;
}

function createDatabase(statement: Extract<Statement, { kind: "createDatabase" }>, activation: Activation): void {
  const { session } = activation;
  const { server } = session;
  refuseInTransaction(activation, "CREATE DATABASE");
  requireServer(
    activation,
    "CREATE ANY DATABASE",
    new SqlError(262, "CREATE DATABASE permission denied in database 'master'.", 1, 14),
  );
  const { name } = statement;
  if (name.length > MAX_NAME)
    throw new SqlError(
      103,
      `The identifier that starts with '${name.slice(0, 128)}' is too long. Maximum length is 128.`,
      4,
      15,
    );
  if (statement.logFiles.length === 0 && name.length > MAX_NAME_WITHOUT_FILES) {
    throw new SqlError(
      1844,
      `The database name '${name}' is too long: it must be at most ${MAX_NAME_WITHOUT_FILES} characters when no log file is named.`,
    );
  }
  if (statement.containment && statement.containment.toUpperCase() !== "NONE")
    throw new NotEmulatedError("contained databases");
  if (server.database(name))
    throw new SqlError(1801, `Database '${name}' already exists. Choose a different database name.`, 3);
  const files = filesOf(statement.files, statement.logFiles, name, server.defaultDataDirectory);
  for (const file of files) {
    for (const other of server.databases.values()) {
      if (other.files.some((f) => f.physicalName.toLowerCase() === file.physicalName.toLowerCase())) {
        const error = new SqlError(
          1802,
          "CREATE DATABASE failed. Some file names listed could not be created. Check related errors.",
          4,
        );
        error.precedingErrors = [
          new SqlError(
            5170,
            `Cannot create file '${file.physicalName}' because it already exists. Change the file path or the file name, and retry the operation.`,
            1,
          ),
        ];
        throw error;
      }
    }
  }
  server.createDatabase({
    name,
    ownerSid: session.login.sid,
    ...(statement.collation ? { collation: validateCollation(statement.collation) } : {}),
    files,
  });
}

function filesOf(data: DatabaseFile[], log: DatabaseFile[], name: string, directory: string): DatabaseFileRecord[] {
  const base = `${directory}/${name}`;
  const records: DatabaseFileRecord[] = [];
  const dataFiles = data.length > 0 ? data : [{}];
  const logFiles = log.length > 0 ? log : [{}];
  dataFiles.forEach((file: DatabaseFile, i) => {
    const logical = file.name ?? (i === 0 ? name : `${name}${i + 1}`);
    records.push(
      sized(
        dataFile(
          i === 0 ? 1 : i + 2,
          logical,
          file.filename ?? `${base}${i === 0 ? "" : i + 1}.${i === 0 ? "mdf" : "ndf"}`,
        ),
        file,
      ),
    );
  });
  logFiles.forEach((file: DatabaseFile, i) => {
    const logical = file.name ?? `${name}_log${i === 0 ? "" : i + 1}`;
    records.push(
      sized(
        logFile(
          i === 0 ? 2 : records.length + 1,
          logical,
          file.filename ?? `${directory}/${name}_log${i === 0 ? "" : i + 1}.ldf`,
        ),
        file,
      ),
    );
  });
  const names = new Set<string>();
  for (const { name: logical } of records) {
    if (names.has(logical.toLowerCase()))
      throw new SqlError(1828, `The logical file name "${logical}" is already in use. Choose a different name.`, 4);
    names.add(logical.toLowerCase());
  }
  return records;
}

const PAGES: Record<string, number> = { KB: 1 / 8, MB: 128, GB: 128 * 1024, TB: 128 * 1024 * 1024 };

/** "10MB", "512 KB", "10" (megabytes) as pages of 8 KB. */
function pages(text: string): number {
  const match = /^\s*(\d+)\s*(KB|MB|GB|TB)?\s*$/i.exec(text);
  if (!match) return 1024;
  return Math.ceil(Number(match[1]) * (PAGES[(match[2] ?? "MB").toUpperCase()] ?? 128));
}

function sized(record: DatabaseFileRecord, file: DatabaseFile): DatabaseFileRecord {
  return {
    ...record,
    ...(file.size ? { size: pages(file.size) } : {}),
    ...(file.maxSize ? { maxSize: /UNLIMITED/i.test(file.maxSize) ? -1 : pages(file.maxSize) } : {}),
    ...(file.growth ? growthOf(file.growth) : {}),
    ...(file.filegroup ? { filegroup: file.filegroup } : {}),
  };
}

function growthOf(text: string): Pick<DatabaseFileRecord, "growth" | "percentGrowth"> {
  const percent = /^\s*(\d+)\s*%\s*$/.exec(text);
  return percent ? { growth: Number(percent[1]), percentGrowth: true } : { growth: pages(text), percentGrowth: false };
}

function* dropDatabases(names: string[], ifExists: boolean, activation: Activation): Steps<void> {
  refuseInTransaction(activation, "DROP DATABASE");
  for (const name of names) {
    const { session } = activation;
    const { server } = session;
    const database = server.database(name);
    if (!database) {
      if (ifExists) continue;
      throw new SqlError(
        3701,
        `Cannot drop the database '${name}', because it does not exist or you do not have permission.`,
        1,
        11,
      );
    }
    if (database.isSystem)
      throw new SqlError(3708, `Cannot drop the database '${name}' because it is a system database.`, 1);
    const owns = session.security.isOwner(database);
    if (!owns && !session.security.hasServer("ALTER ANY DATABASE")) {
      throw new SqlError(
        3701,
        `Cannot drop the database '${name}', because it does not exist or you do not have permission.`,
        1,
        11,
      );
    }
    if (session.database === database || server.usersOf(database, session.id).length > 0) {
      throw new SqlError(
        3702,
        `Cannot drop database "${name}" because it is currently in use.`,
        session.database === database ? 3 : 4,
      );
    }
    yield* waitForWriters(database, activation);
    server.dropDatabase(database);
  }
}

/** Transactions that have written in a database from outside it. */
function* waitForWriters(database: Database, activation: Activation): Steps<void> {
  const { session } = activation;
  while (session.server.isWrittenBy(database, session.transactions.active)) {
    session.checkCancelled();
    yield* wait(session.sleep(10));
  }
}

function targetOf(statement: AlterDatabase, activation: Activation): Database {
  const { session } = activation;
  if (typeof statement.database !== "string") return session.database;
  const database = session.server.database(statement.database);
  if (!database) {
    const error = new SqlError(5069, "ALTER DATABASE statement failed.");
    error.precedingErrors = [
      new SqlError(
        5011,
        `User does not have permission to alter database '${statement.database}', the database does not exist, or the database is not in a state that allows access checks.`,
        5,
        14,
      ),
    ];
    throw error;
  }
  return database;
}

function failed(cause: SqlError): SqlError {
  const error = new SqlError(5069, "ALTER DATABASE statement failed.");
  error.precedingErrors = [cause];
  return error;
}

function* alterDatabase(statement: AlterDatabase, activation: Activation): Steps<void> {
  const { session } = activation;
  const { server } = session;
  refuseInTransaction(activation, "ALTER DATABASE");
  const database = targetOf(statement, activation);
  if (!session.security.mayAlterDatabase(database)) {
    throw failed(
      new SqlError(
        5011,
        `User does not have permission to alter database '${database.name}', the database does not exist, or the database is not in a state that allows access checks.`,
        9,
        14,
      ),
    );
  }
  const { action } = statement;
  switch (action.kind) {
    case "rename":
      rename(database, action.name, activation);
      return;
    case "collate": {
      const collation = validateCollation(action.collation);
      requireAlone(database, activation);
      server.alterDatabaseOptions(database, { collation });
      return;
    }
    case "set":
      yield* setOptions(database, action, activation);
      return;
    case "addFile":
      server.alterDatabase(database, {
        files: [
          ...database.files,
          ...action.files.map((file, i) => {
            const id = Math.max(...database.files.map((f) => f.id)) + 1 + i;
            const logical = file.name ?? `${database.name}${id}`;
            const path = file.filename ?? `${server.defaultDataDirectory}/${logical}.${action.log ? "ldf" : "ndf"}`;
            return sized(action.log ? logFile(id, logical, path) : dataFile(id, logical, path), {
              ...file,
              ...(action.filegroup ? { filegroup: action.filegroup } : {}),
            });
          }),
        ],
      });
      return;
    case "modifyFile": {
      const { file } = action;
      if (!database.files.some((f) => f.name.toLowerCase() === file.name?.toLowerCase())) {
        throw failed(new SqlError(5041, `MODIFY FILE failed. File '${file.name}' does not exist.`));
      }
      server.alterDatabase(database, {
        files: database.files.map((f) =>
          f.name.toLowerCase() === file.name?.toLowerCase()
            ? {
                ...sized(f, { ...file, filegroup: undefined } as DatabaseFile),
                filegroup: f.filegroup,
                name: file.newName ?? f.name,
                physicalName: file.filename ?? f.physicalName,
              }
            : f,
        ),
      });
      return;
    }
    case "removeFile": {
      if (!database.files.some((f) => f.name.toLowerCase() === action.name.toLowerCase()))
        throw failed(
          new SqlError(
            5009,
            `One or more files listed in the statement could not be found or could not be initialized.`,
            14,
          ),
        );
      server.alterDatabase(database, {
        files: database.files.filter((f) => f.name.toLowerCase() !== action.name.toLowerCase()),
      });
      return;
    }
    case "unsupported":
      throw new NotEmulatedError(`ALTER DATABASE … ${action.what}`);
  }
}

export function rename(database: Database, name: string, activation: Activation): void {
  const { session } = activation;
  if (database.isSystem) throw new SqlError(5021, `The name of the database '${database.name}' cannot be changed.`);
  if (session.server.database(name) && session.server.database(name) !== database)
    throw new SqlError(1801, `Database '${name}' already exists. Choose a different database name.`, 3);
  requireAlone(database, activation, true);
  session.server.renameDatabase(database, name);
  session.inform(5022, `The database name '${name}' has been set.`, 1);
}

function requireAlone(database: Database, activation: Activation, plain = false): void {
  const { session } = activation;
  if (session.server.usersOf(database, session.id).length === 0) return;
  const error = new SqlError(5030, `The database could not be exclusively locked to perform the operation.`, 2);
  throw plain ? error : failed(error);
}

type OptionChange = Partial<DatabaseOptions>;
type SetAction = Extract<AlterDatabase["action"], { kind: "set" }>;

const FLAGS: Record<string, keyof DatabaseOptions> = {
  ALLOW_SNAPSHOT_ISOLATION: "allowSnapshot",
  READ_COMMITTED_SNAPSHOT: "readCommittedSnapshot",
  TRUSTWORTHY: "trustworthy",
  DB_CHAINING: "chaining",
  AUTO_CLOSE: "autoClose",
  AUTO_SHRINK: "autoShrink",
  AUTO_CREATE_STATISTICS: "autoCreateStatistics",
  AUTO_UPDATE_STATISTICS: "autoUpdateStatistics",
  AUTO_UPDATE_STATISTICS_ASYNC: "autoUpdateStatisticsAsync",
  ANSI_NULL_DEFAULT: "ansiNullDefault",
  ANSI_NULLS: "ansiNulls",
  ANSI_PADDING: "ansiPadding",
  ANSI_WARNINGS: "ansiWarnings",
  ARITHABORT: "arithAbort",
  CONCAT_NULL_YIELDS_NULL: "concatNullYieldsNull",
  NUMERIC_ROUNDABORT: "numericRoundAbort",
  QUOTED_IDENTIFIER: "quotedIdentifier",
  RECURSIVE_TRIGGERS: "recursiveTriggers",
  CURSOR_CLOSE_ON_COMMIT: "cursorCloseOnCommit",
  DATE_CORRELATION_OPTIMIZATION: "dateCorrelation",
  QUERY_STORE: "queryStore",
};

function* setOptions(database: Database, action: SetAction, activation: Activation): Steps<void> {
  for (const { name, value } of action.options) {
    yield* setOption(database, name.toUpperCase(), value?.toUpperCase(), action, activation);
  }
}

function* setOption(
  database: Database,
  name: string,
  value: string | undefined,
  action: SetAction,
  activation: Activation,
): Steps<void> {
  const { session } = activation;
  const { server } = session;
  const change = (options: OptionChange) => server.alterDatabaseOptions(database, options);
  const flag = FLAGS[name];
  if (flag) {
    if (name === "READ_COMMITTED_SNAPSHOT" && database.options.readCommittedSnapshot !== (value === "ON"))
      yield* takeOver(database, action, activation);
    change({ [flag]: value === "ON" });
    return;
  }
  switch (name) {
    case "RECOVERY": {
      if (value !== "FULL" && value !== "SIMPLE" && value !== "BULK_LOGGED")
        throw new SqlError(102, `Incorrect syntax near '${value}'.`, 1, 15);
      if (database.name.toLowerCase() === "tempdb" && value !== "SIMPLE")
        throw failed(new SqlError(5058, `Option 'RECOVERY' cannot be set in database 'tempdb'.`, 1));
      database.requireReadable();
      change({ recoveryModel: value });
      return;
    }
    case "SINGLE_USER":
      yield* takeOver(database, action, activation);
      change({ userAccess: "SINGLE_USER" });
      return;
    case "RESTRICTED_USER":
      if (action.termination) yield* takeOver(database, action, activation);
      change({ userAccess: "RESTRICTED_USER" });
      return;
    case "MULTI_USER":
      if (database.options.userAccess === "SINGLE_USER" && server.usersOf(database, session.id).length > 0) {
        throw failed(
          new SqlError(
            5064,
            `Changes to the state or options of database '${database.name}' cannot be made at this time. The database is in single-user mode, and a user is currently connected to it.`,
          ),
        );
      }
      change({ userAccess: "MULTI_USER" });
      return;
    case "READ_ONLY":
    case "READ_WRITE": {
      const readOnly = name === "READ_ONLY";
      if (database.options.readOnly === readOnly) return;
      yield* takeOver(database, action, activation);
      change({ readOnly });
      return;
    }
    case "OFFLINE":
      if (database.isSystem)
        throw failed(new SqlError(5058, `Option 'OFFLINE' cannot be set in database '${database.name}'.`, 4));
      yield* takeOver(database, action, activation);
      server.alterDatabase(database, { state: "OFFLINE" });
      return;
    case "ONLINE":
      if (database.state === "RESTORING")
        throw failed(new SqlError(5052, `ALTER DATABASE is not permitted while a database is in the Restoring state.`));
      server.alterDatabase(database, { state: "ONLINE" });
      return;
    case "EMERGENCY":
      throw new NotEmulatedError("the EMERGENCY state");
    case "PAGE_VERIFY":
      change({ pageVerify: value === "NONE" || value === "TORN_PAGE_DETECTION" ? value : "CHECKSUM" });
      return;
    case "COMPATIBILITY_LEVEL": {
      const level = Number(value);
      if (![100, 110, 120, 130, 140, 150, 160].includes(level))
        throw new SqlError(
          15048,
          "Valid values of the database compatibility level are 100, 110, 120, 130, 140, 150, or 160.",
        );
      change({ compatibilityLevel: level });
      return;
    }
    case "CURSOR_DEFAULT":
      change({ localCursorDefault: value === "LOCAL" });
      return;
    case "PARAMETERIZATION":
      change({ parameterizationForced: value === "FORCED" });
      return;
    case "TARGET_RECOVERY_TIME":
      change({ targetRecoveryTime: Number.parseInt(value ?? "60", 10) });
      return;
    case "DELAYED_DURABILITY":
      change({ delayedDurability: value === "ALLOWED" || value === "FORCED" ? value : "DISABLED" });
      return;
    case "ENABLE_BROKER":
    case "NEW_BROKER":
      change({ brokerEnabled: true });
      return;
    case "DISABLE_BROKER":
      change({ brokerEnabled: false });
      return;
    default:
      throw new NotEmulatedError(`ALTER DATABASE … SET ${name}`);
  }
}

/** Waits until no other session uses the database, or ends them as the termination clause says. */
function* takeOver(database: Database, action: SetAction, activation: Activation): Steps<void> {
  const { session } = activation;
  const { server } = session;
  const { termination } = action;
  if (termination?.kind === "rollbackAfter") {
    const until = Date.now() + termination.seconds * 1000;
    while (Date.now() < until && isUsed(database, activation)) yield* wait(session.sleep(50));
  }
  if (termination?.kind === "rollbackImmediate" || termination?.kind === "rollbackAfter") {
    for (const other of server.usersOf(database, session.id)) {
      const ended = other.kill();
      if (ended) yield* wait(ended);
    }
    return;
  }
  while (isUsed(database, activation)) {
    if (termination?.kind === "noWait") {
      throw failed(
        new SqlError(
          5070,
          `Database state cannot be changed while other users are using the database '${database.name}'`,
          2,
        ),
      );
    }
    session.checkCancelled();
    yield* wait(session.sleep(20));
  }
}

function isUsed(database: Database, activation: Activation): boolean {
  const { session } = activation;
  return (
    session.server.usersOf(database, session.id).length > 0 ||
    session.server.isWrittenBy(database, session.transactions.active)
  );
}

export function registerDatabaseStatements(): void {
  registerStatement("createDatabase", (statement, activation) => {
    createDatabase(statement, activation);
    activation.session.finishStatement(undefined, 0xfd, activation);
  });
  registerStatement("alterDatabase", function* (statement, activation) {
    yield* alterDatabase(statement, activation);
    activation.session.finishStatement(undefined, 0xfd, activation);
  });
  registerDrop("database", (statement, activation) =>
    dropDatabases(
      statement.names.map((n) => n.name),
      statement.ifExists,
      activation,
    ),
  );
  registerProcedure({
    name: "sp_renamedb",
    parameters: [
      { name: "@dbname", type: { kind: "nvarchar", length: 128 } },
      { name: "@newname", type: { kind: "nvarchar", length: 128 } },
    ],
    execute({ arguments: args, activation }) {
      const database = activation.session.server.database(String(args.get("@dbname") ?? ""));
      if (!database)
        throw new SqlError(
          15010,
          `The database '${args.get("@dbname")}' does not exist. Supply a valid database name. To see available databases, use sys.databases.`,
        );
      rename(database, String(args.get("@newname") ?? ""), activation);
    },
  });
}
