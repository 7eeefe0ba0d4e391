/** What master keeps of each database. */
import type { MetadataRecord } from "./records";

/** One database of the server, in master: what must survive apart from the database's own files. */
export interface DatabaseRecord extends MetadataRecord {
  readonly name: string;
  readonly ownerSid: Uint8Array;
  readonly createDate: bigint;
  /** Folder below the data directory; a restore makes a new one and switches over. */
  readonly folder: string;
  readonly state: DatabaseState;
  readonly options: DatabaseOptions;
  readonly files: readonly DatabaseFileRecord[];
}

/** sys.databases.state_desc */
export type DatabaseState =
  | "ONLINE"
  | "RESTORING"
  | "RECOVERING"
  | "RECOVERY_PENDING"
  | "SUSPECT"
  | "EMERGENCY"
  | "OFFLINE";
export type RecoveryModel = "FULL" | "BULK_LOGGED" | "SIMPLE";

export interface DatabaseOptions {
  readonly recoveryModel: RecoveryModel;
  readonly userAccess: "MULTI_USER" | "SINGLE_USER" | "RESTRICTED_USER";
  readonly readOnly: boolean;
  /** Restored WITH STANDBY: read-only, and takes further logs. */
  readonly standby: boolean;
  readonly readCommittedSnapshot: boolean;
  readonly allowSnapshot: boolean;
  readonly collation: string;
  readonly compatibilityLevel: number;
  readonly trustworthy: boolean;
  readonly chaining: boolean;
  readonly pageVerify: "CHECKSUM" | "TORN_PAGE_DETECTION" | "NONE";
  readonly autoClose: boolean;
  readonly autoShrink: boolean;
  readonly autoCreateStatistics: boolean;
  readonly autoUpdateStatistics: boolean;
  readonly autoUpdateStatisticsAsync: boolean;
  readonly ansiNullDefault: boolean;
  readonly ansiNulls: boolean;
  readonly ansiPadding: boolean;
  readonly ansiWarnings: boolean;
  readonly arithAbort: boolean;
  readonly concatNullYieldsNull: boolean;
  readonly numericRoundAbort: boolean;
  readonly quotedIdentifier: boolean;
  readonly recursiveTriggers: boolean;
  readonly cursorCloseOnCommit: boolean;
  readonly localCursorDefault: boolean;
  readonly brokerEnabled: boolean;
  readonly parameterizationForced: boolean;
  readonly dateCorrelation: boolean;
  readonly queryStore: boolean;
  readonly targetRecoveryTime: number;
  readonly delayedDurability: "DISABLED" | "ALLOWED" | "FORCED";
  readonly containment: "NONE" | "PARTIAL";
}

export interface DatabaseFileRecord {
  /** sys.database_files.file_id */
  readonly id: number;
  readonly type: "ROWS" | "LOG";
  readonly name: string;
  readonly physicalName: string;
  readonly filegroup: string | null;
  readonly guid: string;
  /** Pages of 8 KB. */
  readonly size: number;
  /** Pages; -1 unlimited. */
  readonly maxSize: number;
  /** Pages, or per cent. */
  readonly growth: number;
  readonly percentGrowth: boolean;
}
