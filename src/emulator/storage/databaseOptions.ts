/** The options a new database starts with. */

import { newGuid } from "./boot";
import type { DatabaseFileRecord, DatabaseOptions } from "./records";

export const DEFAULT_OPTIONS: DatabaseOptions = {
  recoveryModel: "FULL",
  userAccess: "MULTI_USER",
  readOnly: false,
  standby: false,
  readCommittedSnapshot: false,
  allowSnapshot: false,
  collation: "SQL_Latin1_General_CP1_CI_AS",
  compatibilityLevel: 160,
  trustworthy: false,
  chaining: false,
  pageVerify: "CHECKSUM",
  autoClose: false,
  autoShrink: false,
  autoCreateStatistics: true,
  autoUpdateStatistics: true,
  autoUpdateStatisticsAsync: false,
  ansiNullDefault: false,
  ansiNulls: false,
  ansiPadding: false,
  ansiWarnings: false,
  arithAbort: false,
  concatNullYieldsNull: false,
  numericRoundAbort: false,
  quotedIdentifier: false,
  recursiveTriggers: false,
  cursorCloseOnCommit: false,
  localCursorDefault: false,
  brokerEnabled: false,
  parameterizationForced: false,
  dateCorrelation: false,
  queryStore: false,
  targetRecoveryTime: 60,
  delayedDurability: "DISABLED",
  containment: "NONE",
};

/** The data and the log file that a database gets when none are named. */
export function defaultFiles(name: string, directory: string): DatabaseFileRecord[] {
  const separator = directory.includes("\\") && !directory.includes("/") ? "\\" : "/";
  const base = directory.replace(/[\\/]+$/, "");
  return [
    dataFile(1, name, `${base}${separator}${name}.mdf`),
    logFile(2, `${name}_log`, `${base}${separator}${name}_log.ldf`),
  ];
}

export function dataFile(id: number, name: string, physicalName: string): DatabaseFileRecord {
  return {
    id,
    type: "ROWS",
    name,
    physicalName,
    filegroup: "PRIMARY",
    guid: newGuid(),
    size: 1024,
    maxSize: -1,
    growth: 8192,
    percentGrowth: false,
  };
}

export function logFile(id: number, name: string, physicalName: string): DatabaseFileRecord {
  return { ...dataFile(id, name, physicalName), type: "LOG", filegroup: null, maxSize: 268_435_456 };
}
