/** DB_ID, DB_NAME, DATABASEPROPERTYEX, FILE_ID and the like. */

import type { SqlType } from "../../engine/values";
import { findUser } from "../../security/users";
import type { Database } from "../../storage/database";
import { type Call, define, lookup, NAME, numberOf, textOf, VARIANT, variant } from "./define";

const INT: SqlType = { kind: "int" };
const SMALLINT: SqlType = { kind: "smallint" };

type Property = (database: Database) => number | string | boolean | null;

const collationOf: Property = (d) => (d.state === "ONLINE" ? d.collation : null);

const DATABASE_PROPERTY = lookup<Property>({
  Collation: collationOf,
  ComparisonStyle: (d) => (/_CS_|_BIN/.test(d.collation) ? 0 : 196609),
  Edition: () => null,
  IsAnsiNullDefault: (d) => d.options.ansiNullDefault,
  IsAnsiNullsEnabled: (d) => d.options.ansiNulls,
  IsAnsiPaddingEnabled: (d) => d.options.ansiPadding,
  IsAnsiWarningsEnabled: (d) => d.options.ansiWarnings,
  IsArithmeticAbortEnabled: (d) => d.options.arithAbort,
  IsAutoClose: (d) => d.options.autoClose,
  IsAutoCreateStatistics: (d) => d.options.autoCreateStatistics,
  IsAutoCreateStatisticsIncremental: () => 0,
  IsAutoShrink: (d) => d.options.autoShrink,
  IsAutoUpdateStatistics: (d) => d.options.autoUpdateStatistics,
  IsClone: () => 0,
  IsCloseCursorsOnCommitEnabled: (d) => d.options.cursorCloseOnCommit,
  IsFulltextEnabled: () => 0,
  IsInStandBy: (d) => d.options.standby,
  IsLocalCursorsDefault: (d) => d.options.localCursorDefault,
  IsMemoryOptimizedElevateToSnapshotEnabled: () => 0,
  IsMergePublished: () => 0,
  IsNullConcat: (d) => d.options.concatNullYieldsNull,
  IsNumericRoundAbortEnabled: (d) => d.options.numericRoundAbort,
  IsParameterizationForced: (d) => d.options.parameterizationForced,
  IsPublished: () => 0,
  IsQuotedIdentifiersEnabled: (d) => d.options.quotedIdentifier,
  IsRecursiveTriggersEnabled: (d) => d.options.recursiveTriggers,
  IsSubscribed: () => 0,
  IsSyncWithBackup: () => 0,
  IsTornPageDetectionEnabled: (d) => d.options.pageVerify === "TORN_PAGE_DETECTION",
  IsVerifiedClone: () => null,
  IsXTPSupported: () => 1,
  LCID: () => 1033,
  MaxSizeInBytes: () => null,
  Recovery: (d) => d.options.recoveryModel,
  ServiceObjective: () => null,
  ServiceObjectiveId: () => null,
  SQLSortOrder: (d) => (/^SQL_/.test(d.collation) ? 52 : 0),
  Status: (d) => d.state,
  Updateability: (d) => (d.options.readOnly || d.options.standby ? "READ_ONLY" : "READ_WRITE"),
  UserAccess: (d) => d.options.userAccess,
  Version: (d) => (d.state === "ONLINE" ? d.server.version.database : null),
});

const FILE_PROPERTY = lookup<(file: Database["files"][number]) => number>({
  IsReadOnly: () => 0,
  IsPrimaryFile: (f) => Number(f.id === 1),
  IsLogFile: (f) => Number(f.type === "LOG"),
  SpaceUsed: (f) => f.size,
});

function file(name: string | undefined, { session }: Call) {
  return session.database.files.find((f) => f.name.toLowerCase() === name?.toLowerCase());
}

export function registerDatabaseFunctions(): void {
  define(
    "DB_ID",
    [NAME],
    SMALLINT,
    ([name], { session }) =>
      name === null
        ? null
        : name === undefined
          ? session.database.id
          : session.server.database(String(name).trimEnd())?.id,
    1,
  );
  define(
    "DB_NAME",
    [INT],
    NAME,
    ([id], { session }) =>
      id === null
        ? null
        : id === undefined || id === 0
          ? session.database.name
          : session.server.databaseById(Number(id))?.name,
    1,
  );
  define("ORIGINAL_DB_NAME", [], NAME, (_args, { session }) => session.client.database || session.server.master.name);
  define("DATABASEPROPERTYEX", [NAME, NAME], VARIANT, ([name, property], { session }) => {
    const database = name === null ? undefined : session.server.database(String(name));
    return database && variant(DATABASE_PROPERTY(textOf(property))?.(database));
  });
  define("HAS_DBACCESS", [NAME], INT, ([name], { session }) => {
    const database = name === null ? undefined : session.server.database(String(name));
    return database && (isOpen(database) && findUser(session.server, session.login, database) ? 1 : 0);
  });
  define("FILE_ID", [NAME], SMALLINT, ([name], call) => file(textOf(name), call)?.id);
  define("FILE_IDEX", [NAME], INT, ([name], call) => file(textOf(name), call)?.id);
  define(
    "FILE_NAME",
    [INT],
    NAME,
    ([id], { session }) => session.database.files.find((f) => f.id === numberOf(id))?.name,
  );
  define("FILEPROPERTY", [NAME, NAME], INT, ([name, property], call) => {
    const found = file(textOf(name), call);
    return found && FILE_PROPERTY(textOf(property))?.(found);
  });
  define("FILEGROUP_ID", [NAME], INT, ([name]) => (/^primary$/i.test(textOf(name) ?? "") ? 1 : null));
  define("FILEGROUP_NAME", [SMALLINT], NAME, ([id]) => (id === 1 ? "PRIMARY" : null));
  define("FILEGROUPPROPERTY", [NAME, NAME], INT, ([name, property]) => {
    if (!/^primary$/i.test(textOf(name) ?? "")) return null;
    const values: Record<string, number> = { isreadonly: 0, isuserdefinedfg: 0, isdefault: 1 };
    return values[(textOf(property) ?? "").toLowerCase()];
  });
}

function isOpen({ name, state, server }: Database): boolean {
  const replica = server.availability.of(name);
  return state === "ONLINE" && (replica?.role !== "SECONDARY" || replica.readable === true);
}
