/** DBCC: what has a meaning where data lies in memory. Commands about pages and statistics are refused. */
import { NotEmulatedError, SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import { registerStatement } from "../engine/session/statements";
import type { Steps } from "../engine/session/steps";
import type { Statement } from "../tsql/ast";
import { checkIdentity } from "./checkIdentity";
import { argumentWord, databaseArgument, requireOwner, tableArgument } from "./dbccArguments";
import { inputBuffer, logSpace, openTransaction, userOptions } from "./dbccReports";
import { sendRows } from "./define";

type Dbcc = Extract<Statement, { kind: "dbcc" }>;

const INT = { kind: "int" } as const;

/** Commands that free or tidy what the emulator does not have: they succeed. */
const WITHOUT_EFFECT = new Set([
  "CLEANTABLE",
  "DBREINDEX",
  "DROPCLEANBUFFERS",
  "FREEPROCCACHE",
  "FREESESSIONCACHE",
  "FREESYSTEMCACHE",
  "INDEXDEFRAG",
  "TRACEOFF",
  "TRACEON",
  "UPDATEUSAGE",
]);

function completed(activation: Activation): void {
  activation.session.inform(
    2528,
    "DBCC execution completed. If DBCC printed error messages, contact your system administrator.",
    1,
  );
}

/** Nothing on disk can be wrong that reading it did not find: a database that is open is consistent. */
function checkDatabase(command: string, statement: Dbcc, activation: Activation): void {
  const database = databaseArgument(statement.arguments[0], activation);
  database.requireReadable();
  requireOwner(command, database, activation);
  if (!isQuiet(statement)) {
    activation.session.inform(
      8989,
      `${command} found 0 allocation errors and 0 consistency errors in database '${database.name}'.`,
      1,
    );
  }
}

function checkTable(statement: Dbcc, activation: Activation): void {
  const { database, table } = tableArgument(statement.arguments[0], activation);
  requireOwner("CHECKTABLE", database, activation);
  if (isQuiet(statement)) return;
  const { session } = activation;
  session.inform(2536, `DBCC results for '${table.name}'.`, 1);
  session.inform(2593, `There are ${database.table(table.id).rowCount} rows in 1 pages for object "${table.name}".`, 1);
}

function shrink(statement: Dbcc, activation: Activation): void {
  const { session } = activation;
  const database = /^SHRINKDATABASE$/i.test(statement.command)
    ? databaseArgument(statement.arguments[0], activation)
    : session.database;
  requireOwner(statement.command, database, activation);
  const wanted = argumentWord(statement.arguments[0]);
  const files = database.files.filter(
    (f) =>
      !/^SHRINKFILE$/i.test(statement.command) ||
      f.name.toLowerCase() === wanted?.toLowerCase() ||
      String(f.id) === wanted,
  );
  if (files.length === 0)
    throw new SqlError(
      8985,
      `Could not locate file '${wanted ?? ""}' for database '${database.name}' in sys.database_files. The file either does not exist, or was dropped.`,
      1,
    );
  sendRows(
    activation,
    [
      ["DbId", { kind: "smallint" }],
      ["FileId", INT],
      ["CurrentSize", INT],
      ["MinimumSize", INT],
      ["UsedPages", INT],
      ["EstimatedPages", INT],
    ],
    files.map((f) => [database.id, f.id, f.size, f.size, f.size, f.size]),
  );
}

const isQuiet = ({ options }: Dbcc) => options.some((option) => /^NO_INFOMSGS$/i.test(option));

function execute(statement: Dbcc, activation: Activation): void {
  const command = statement.command.toUpperCase();
  switch (command) {
    case "CHECKDB":
    case "CHECKALLOC":
    case "CHECKCATALOG":
    case "CHECKFILEGROUP":
      checkDatabase(command, statement, activation);
      break;
    case "CHECKTABLE":
      checkTable(statement, activation);
      break;
    case "CHECKIDENT":
      checkIdentity(statement.arguments, isQuiet(statement), activation);
      break;
    case "INPUTBUFFER":
      inputBuffer(Number(argumentWord(statement.arguments[0])), activation);
      break;
    case "OPENTRAN":
      openTransaction(databaseArgument(statement.arguments[0], activation), activation);
      break;
    case "SHRINKDATABASE":
    case "SHRINKFILE":
      shrink(statement, activation);
      break;
    case "SQLPERF":
      if (!/^LOGSPACE$/i.test(argumentWord(statement.arguments[0]) ?? ""))
        throw new NotEmulatedError("DBCC SQLPERF of anything but LOGSPACE");
      logSpace(activation);
      break;
    case "TRACESTATUS":
      break;
    case "USEROPTIONS":
      userOptions(activation);
      break;
    default:
      if (!WITHOUT_EFFECT.has(command)) throw new NotEmulatedError(`DBCC ${command}`);
  }
  if (!isQuiet(statement)) completed(activation);
}

export function registerDbcc(): void {
  registerStatement("dbcc", function* (statement, activation): Steps<void> {
    const { session } = activation;
    yield* session.inTransaction(activation, () => session.runBody(activation, () => execute(statement, activation)));
    session.finishStatement(undefined, 0xfd, activation);
  });
}
