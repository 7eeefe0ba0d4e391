/** Ties BACKUP and RESTORE to the interpreter. */
import { NotEmulatedError, SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import { registerStatement } from "../engine/session/statements";
import { type Steps, wait } from "../engine/session/steps";
import { registerProcedure } from "../engine/session/systemProcedures";
import type { BackupStatement, RestoreStatement } from "../tsql/ast";
import { runBackup } from "./backup";
import { backupPlan } from "./backupPlan";
import { registerDeviceProcedures } from "./deviceProcedures";
import type { DeviceName } from "./devices";
import { type Operation, terminated } from "./errors";
import { databaseName, evaluateDevices, evaluateOptions } from "./evaluate";
import { deleteHistoryBefore, deleteHistoryOf } from "./historyProcedures";
import { runInspection } from "./inspect";
import type { OperationSession } from "./operation";
import { runRestore } from "./restore";
import { restorePlan } from "./restorePlan";

/** CurCmd of statements that are no queries. */
const OTHER = 0xfd;

export function registerBackup(): void {
  registerStatement("backup", backup);
  registerStatement("restore", restore);
  registerDeviceProcedures();
  registerProcedure({
    name: "sp_delete_backuphistory",
    database: "msdb",
    parameters: [{ name: "@oldest_date", type: { kind: "datetime" } }],
    *execute({ activation, arguments: values }): Steps<void> {
      const oldest = values.get("@oldest_date") as bigint;
      yield* change(activation, (session, transaction) => deleteHistoryBefore(session.server, transaction, oldest));
    },
  });
  registerProcedure({
    name: "sp_delete_database_backuphistory",
    database: "msdb",
    parameters: [{ name: "@database_name", type: { kind: "nvarchar", length: 128 } }],
    *execute({ activation, arguments: values }): Steps<void> {
      const name = String(values.get("@database_name"));
      yield* change(activation, (session, transaction) => deleteHistoryOf(session.server, transaction, name));
    },
  });
}

type Runtime = Activation["session"];

function* change(
  activation: Activation,
  work: (session: Runtime, transaction: ReturnType<Runtime["requireTransaction"]>) => void,
): Steps<void> {
  const { session } = activation;
  yield* session.inTransaction(activation, () =>
    session.runBody(activation, () => work(session, session.requireTransaction())),
  );
}

function* backup(statement: BackupStatement, activation: Activation): Steps<void> {
  if (statement.files) throw new NotEmulatedError("BACKUP of files or filegroups");
  const operation: Operation = statement.what === "log" ? "BACKUP LOG" : "BACKUP DATABASE";
  const options = yield* evaluateOptions("BACKUP", statement.options, activation);
  const devices = yield* evaluateDevices(statement.devices, activation);
  const mirrors: DeviceName[][] = [];
  for (const mirror of statement.mirrors) mirrors.push(yield* evaluateDevices(mirror, activation));
  const name = databaseName(statement.database, activation) ?? "";
  const plan = planned(operation, () => backupPlan(statement.what, name, devices, options, mirrors));
  yield* wait(runBackup(plan, operationSession(activation)));
  activation.session.finishStatement(undefined, OTHER, activation);
}

function* restore(statement: RestoreStatement, activation: Activation): Steps<void> {
  if (statement.files) throw new NotEmulatedError("RESTORE of files, filegroups or pages");
  if (statement.fromSnapshot !== undefined) throw new NotEmulatedError("RESTORE … FROM DATABASE_SNAPSHOT");
  const { what } = statement;
  const options = yield* evaluateOptions("RESTORE", statement.options, activation);
  const devices = yield* evaluateDevices(statement.devices, activation);
  const session = operationSession(activation);
  if (what !== "database" && what !== "log") {
    yield* wait(runInspection(what, devices, options, session));
    if (what === "verifyonly") activation.session.finishStatement(undefined, OTHER, activation);
    return;
  }
  const operation: Operation = what === "log" ? "RESTORE LOG" : "RESTORE DATABASE";
  const name = databaseName(statement.database, activation) ?? "";
  const plan = planned(operation, () => restorePlan(what, name, devices, options));
  yield* wait(runRestore(plan, session));
  activation.session.finishStatement(undefined, OTHER, activation);
}

/** Mistakes in the options are told like any other: 3013 comes last. */
function planned<T>(operation: Operation, plan: () => T): T {
  try {
    return plan();
  } catch (error) {
    throw error instanceof SqlError ? terminated(operation, error) : error;
  }
}

function operationSession(activation: Activation): OperationSession {
  const { session } = activation;
  const { security, server } = session;
  const isAdministrator = () => security.isServerRoleMember("sysadmin") || security.isServerRoleMember("dbcreator");
  return {
    id: session.id,
    server,
    database: session.database,
    loginName: session.login.name,
    loginSid: session.login.sid,
    inTransaction: session.transactions.count > 0,
    cancelSignal: session.cancelSignal,
    requireDatabasePermission: (database, permission) =>
      security.requireDatabasePermission(activation, database, permission),
    mayRestore: (database) => isAdministrator() || sameBytes(database.ownerSid, session.login.sid),
    mayCreateDatabase: () =>
      isAdministrator() ||
      allowed(() => security.requireDatabasePermission(activation, server.master, "CREATE DATABASE")),
    inform: (number, message) => session.inform(number, message, 1),
    resultSet: (columns, rows) => {
      session.output.columns(columns);
      for (const row of rows) session.output.row(row);
      session.finishStatement(rows.length, OTHER, activation);
    },
  };
}

function allowed(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof SqlError) return false;
    throw error;
  }
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}
