/** RESTORE HEADERONLY: a row for each backup set on the media. */

import { roundToDatetime } from "../engine/types/temporal/calendar";
import type { Value } from "../engine/values";
import { deviceType, flagsOf, modelName, wholeSeconds } from "./backupHistory";
import { type SetHeader, SOFTWARE_VENDOR } from "./mediaFormat";
import type { MediaSet } from "./mediaSet";
import {
  bigint,
  bit,
  bytes,
  type ColumnOf,
  datetime,
  flag,
  guid,
  int,
  numeric,
  type ResultTable,
  smallint,
  tabulate,
  text,
  tinyint,
} from "./resultColumns";

interface Item {
  readonly set: SetHeader;
  readonly deviceType: number;
}

const TYPES = { D: 1, L: 2, I: 5 } as const;
const DESCRIPTIONS = { D: "Database", L: "Transaction Log", I: "Database Differential" } as const;
const SQL_SORT_ORDER = 52;
const US_ENGLISH = 1033;
const COMPARISON_STYLE = 196609;

/** A set that was cut off tells nothing but where it is. */
const ofComplete =
  (value: (set: SetHeader) => Value) =>
  ({ set }: Item): Value =>
    set.complete ? value(set) : null;

const COLUMNS: readonly ColumnOf<Item>[] = [
  ["BackupName", text(128), ({ set }) => (set.complete ? set.name : "*** INCOMPLETE ***")],
  ["BackupDescription", text(255), ofComplete((set) => set.description)],
  ["BackupType", smallint, ofComplete((set) => TYPES[set.type])],
  ["ExpirationDate", datetime, ofComplete((set) => (set.expiration === null ? null : roundToDatetime(set.expiration)))],
  ["Compressed", tinyint, ofComplete((set) => flag(set.compressed))],
  ["Position", smallint, ({ set }) => set.position],
  ["DeviceType", tinyint, ({ deviceType }) => deviceType],
  ["UserName", text(128), ofComplete((set) => set.userName)],
  ["ServerName", text(128), ofComplete((set) => set.serverName)],
  ["DatabaseName", text(128), ofComplete((set) => set.databaseName)],
  ["DatabaseVersion", int, ofComplete((set) => set.databaseVersion)],
  ["DatabaseCreationDate", datetime, ofComplete((set) => roundToDatetime(set.databaseCreated))],
  ["BackupSize", numeric(20), ofComplete((set) => BigInt(set.size))],
  ["FirstLSN", numeric(25), ofComplete((set) => set.firstLsn)],
  ["LastLSN", numeric(25), ofComplete((set) => set.lastLsn)],
  ["CheckpointLSN", numeric(25), ofComplete((set) => set.checkpointLsn)],
  ["DatabaseBackupLSN", numeric(25), ofComplete((set) => set.databaseBackupLsn)],
  ["BackupStartDate", datetime, ofComplete((set) => wholeSeconds(set.start))],
  ["BackupFinishDate", datetime, ofComplete((set) => wholeSeconds(set.finish))],
  ["SortOrder", smallint, ofComplete(() => SQL_SORT_ORDER)],
  ["CodePage", smallint, ofComplete(() => 0)],
  ["UnicodeLocaleId", int, ofComplete(() => US_ENGLISH)],
  ["UnicodeComparisonStyle", int, ofComplete(() => COMPARISON_STYLE)],
  ["CompatibilityLevel", tinyint, ofComplete((set) => set.options.compatibilityLevel)],
  ["SoftwareVendorId", int, ofComplete(() => SOFTWARE_VENDOR)],
  ["SoftwareVersionMajor", int, ofComplete(() => 16)],
  ["SoftwareVersionMinor", int, ofComplete(() => 0)],
  ["SoftwareVersionBuild", int, ofComplete(() => 1000)],
  ["MachineName", text(128), ofComplete((set) => set.machineName)],
  ["Flags", int, ofComplete(flagsOf)],
  ["BindingID", guid, ofComplete((set) => set.bindingGuid)],
  ["RecoveryForkID", guid, ofComplete((set) => set.lastForkGuid)],
  ["Collation", text(128), ofComplete((set) => set.options.collation)],
  ["FamilyGUID", guid, ofComplete((set) => set.familyGuid)],
  ["HasBulkLoggedData", bit, ofComplete((set) => flag(set.bulkLogged))],
  ["IsSnapshot", bit, ofComplete(() => 0)],
  ["IsReadOnly", bit, ofComplete((set) => flag(set.options.readOnly))],
  ["IsSingleUser", bit, ofComplete((set) => flag(set.options.userAccess === "SINGLE_USER"))],
  ["HasBackupChecksums", bit, ofComplete((set) => flag(set.checksums))],
  ["IsDamaged", bit, ofComplete((set) => flag(set.damaged))],
  ["BeginsLogChain", bit, ofComplete((set) => flag(set.beginsLogChain))],
  ["HasIncompleteMetaData", bit, ofComplete(() => 0)],
  ["IsForceOffline", bit, ofComplete((set) => flag(set.forceOffline))],
  ["IsCopyOnly", bit, ofComplete((set) => flag(set.copyOnly))],
  ["FirstRecoveryForkID", guid, ofComplete((set) => set.firstForkGuid)],
  ["ForkPointLSN", numeric(25), ofComplete((set) => set.forkPointLsn)],
  ["RecoveryModel", text(60), ofComplete(modelName)],
  ["DifferentialBaseLSN", numeric(25), ofComplete((set) => set.differentialBaseLsn)],
  ["DifferentialBaseGUID", guid, ofComplete((set) => set.differentialBaseGuid)],
  ["BackupTypeDescription", text(60), ofComplete((set) => DESCRIPTIONS[set.type])],
  ["BackupSetGUID", guid, ofComplete((set) => set.setId)],
  ["CompressedBackupSize", bigint, ofComplete((set) => BigInt(set.compressedSize))],
  ["Containment", tinyint, ofComplete((set) => flag(set.options.containment === "PARTIAL"))],
  ["KeyAlgorithm", text(32), () => null],
  ["EncryptorThumbprint", bytes(20), () => null],
  ["EncryptorType", text(32), () => null],
  ["LastValidRestoreTime", datetime, ofComplete((set) => roundToDatetime(set.finish))],
  ["TimeZone", smallint, ofComplete((set) => set.timeZone)],
  ["CompressionAlgorithm", text(32), ofComplete((set) => (set.compressed ? "MS_XPRESS" : null))],
];

export function headerList(sets: readonly SetHeader[], media: MediaSet): ResultTable {
  const type = deviceType(media.devices[0] as MediaSet["devices"][number]);
  return tabulate(
    COLUMNS,
    sets.map((set) => ({ set, deviceType: type })),
  );
}
