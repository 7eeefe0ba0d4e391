/** ALTER DATABASE. */
import type { Database } from "../../storage/database";
import { dataFile, logFile } from "../../storage/databaseOptions";
import type { AlterDatabase, DatabaseFile } from "../../tsql/ast";
import { NotEmulatedError, SqlError } from "../errors";
import type { Activation } from "../session/activation";
import type { Steps } from "../session/steps";
import { validateCollation } from "../types";
import { sized } from "./databaseFiles";
import { setOptions } from "./databaseSettings";
import { failed, refuseInTransaction, requireAlone } from "./databaseUse";

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

export function* alterDatabase(statement: AlterDatabase, activation: Activation): Steps<void> {
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
