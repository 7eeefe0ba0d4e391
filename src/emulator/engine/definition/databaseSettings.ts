/** ALTER DATABASE … SET. */
import type { Database } from "../../storage/database";
import type { DatabaseOptions } from "../../storage/records";
import type { AlterDatabase } from "../../tsql/ast";
import { NotEmulatedError, SqlError } from "../errors";
import type { Activation } from "../session/activation";
import type { Steps } from "../session/steps";
import { failed, takeOver } from "./databaseUse";

type OptionChange = Partial<DatabaseOptions>;

export type SetAction = Extract<AlterDatabase["action"], { kind: "set" }>;

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

export function* setOptions(database: Database, action: SetAction, activation: Activation): Steps<void> {
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
      if (server.availability.of(database.name)) throw failed(involvedInGroup(database));
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

/** A database in an availability group stays in the full recovery model. */
function involvedInGroup({ name }: Database): SqlError {
  return new SqlError(
    1468,
    `The operation cannot be performed on database "${name}" because it is involved in a database mirroring session or an availability group. Some operations are not allowed on a database that is participating in a database mirroring session or in an availability group.`,
    2,
  );
}
