import type { Statement } from "../../tsql/ast";
import { NotEmulatedError, SqlError } from "../errors";
import type { Activation } from "../session/activation";
import { registerStatement } from "../session/statements";
import type { Steps } from "../session/steps";
import { registerProcedure } from "../session/systemProcedures";
import { validateCollation } from "../types";
import { alterDatabase, rename } from "./alterDatabase";
import { filesOf } from "./databaseFiles";
import { refuseInTransaction, waitForWriters } from "./databaseUse";
import { registerDrop } from "./register";

const MAX_NAME = 128;

/** Without a name for the log file: five characters are for "_log" and its counter. */
const MAX_NAME_WITHOUT_FILES = 123;

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
