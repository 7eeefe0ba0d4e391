/** sys.databases, sys.database_files, sys.master_files. */

import type { ExecutionContext } from "../engine/expressions/scope";
import { securityOf } from "../security/securityOf";
import { findUser } from "../security/users";
import type { Database } from "../storage/database";
import type { DatabaseFileRecord, DatabaseState } from "../storage/records";
import {
  always,
  BIT,
  bytes,
  type ColumnList,
  DATETIME,
  defineView,
  GUID,
  INT,
  NOTHING,
  numeric,
  ONE,
  SMALLINT,
  SYSNAME,
  TINYINT,
  text,
  ZERO,
} from "./viewBuilder";
import { sessionOf } from "./visibility";

const STATE: Record<DatabaseState, number> = {
  ONLINE: 0,
  RESTORING: 1,
  RECOVERING: 2,
  RECOVERY_PENDING: 3,
  SUSPECT: 4,
  EMERGENCY: 5,
  OFFLINE: 6,
};
const RECOVERY = { FULL: 1, BULK_LOGGED: 2, SIMPLE: 3 };
const ACCESS = { MULTI_USER: 0, SINGLE_USER: 1, RESTRICTED_USER: 2 };
const VERIFY = { NONE: 0, TORN_PAGE_DETECTION: 1, CHECKSUM: 2 };

/** All databases to who may view any; otherwise those that the login enters, master and tempdb. */
function* databases(_current: Database, context: ExecutionContext): Iterable<Database> {
  const session = sessionOf(context);
  const all = securityOf(session).hasServer("VIEW ANY DATABASE");
  const sorted = [...session.server.databases.values()].sort((a, b) => a.id - b.id);
  for (const database of sorted) {
    if (all || database.id <= 2 || findUser(session.server, session.login, database)) yield database;
  }
}

const DATABASE: ColumnList<Database> = [
  ["name", SYSNAME, (d) => d.name],
  ["database_id", INT, (d) => d.id],
  ["source_database_id", INT, NOTHING],
  ["owner_sid", bytes(85), (d) => d.ownerSid],
  ["create_date", DATETIME, (d) => d.createDate],
  ["compatibility_level", TINYINT, (d) => d.options.compatibilityLevel],
  ["collation_name", SYSNAME, (d) => (d.state === "ONLINE" ? d.collation : null)],
  ["user_access", TINYINT, (d) => ACCESS[d.options.userAccess]],
  ["user_access_desc", text(60), (d) => d.options.userAccess],
  ["is_read_only", BIT, (d) => d.options.readOnly || d.options.standby],
  ["is_auto_close_on", BIT, (d) => d.options.autoClose],
  ["is_auto_shrink_on", BIT, (d) => d.options.autoShrink],
  ["state", TINYINT, (d) => STATE[d.state]],
  ["state_desc", text(60), (d) => d.state],
  ["is_in_standby", BIT, (d) => d.options.standby],
  ["is_cleanly_shutdown", BIT, ZERO],
  ["is_supplemental_logging_enabled", BIT, ZERO],
  ["snapshot_isolation_state", TINYINT, (d) => d.options.allowSnapshot],
  ["snapshot_isolation_state_desc", text(60), (d) => (d.options.allowSnapshot ? "ON" : "OFF")],
  ["is_read_committed_snapshot_on", BIT, (d) => d.options.readCommittedSnapshot],
  ["recovery_model", TINYINT, (d) => RECOVERY[d.options.recoveryModel]],
  ["recovery_model_desc", text(60), (d) => d.options.recoveryModel],
  ["page_verify_option", TINYINT, (d) => VERIFY[d.options.pageVerify]],
  ["page_verify_option_desc", text(60), (d) => d.options.pageVerify],
  ["is_auto_create_stats_on", BIT, (d) => d.options.autoCreateStatistics],
  ["is_auto_create_stats_incremental_on", BIT, ZERO],
  ["is_auto_update_stats_on", BIT, (d) => d.options.autoUpdateStatistics],
  ["is_auto_update_stats_async_on", BIT, (d) => d.options.autoUpdateStatisticsAsync],
  ["is_ansi_null_default_on", BIT, (d) => d.options.ansiNullDefault],
  ["is_ansi_nulls_on", BIT, (d) => d.options.ansiNulls],
  ["is_ansi_padding_on", BIT, (d) => d.options.ansiPadding],
  ["is_ansi_warnings_on", BIT, (d) => d.options.ansiWarnings],
  ["is_arithabort_on", BIT, (d) => d.options.arithAbort],
  ["is_concat_null_yields_null_on", BIT, (d) => d.options.concatNullYieldsNull],
  ["is_numeric_roundabort_on", BIT, (d) => d.options.numericRoundAbort],
  ["is_quoted_identifier_on", BIT, (d) => d.options.quotedIdentifier],
  ["is_recursive_triggers_on", BIT, (d) => d.options.recursiveTriggers],
  ["is_cursor_close_on_commit_on", BIT, (d) => d.options.cursorCloseOnCommit],
  ["is_local_cursor_default", BIT, (d) => d.options.localCursorDefault],
  ["is_fulltext_enabled", BIT, ZERO],
  ["is_trustworthy_on", BIT, (d) => d.options.trustworthy],
  ["is_db_chaining_on", BIT, (d) => d.options.chaining],
  ["is_parameterization_forced", BIT, (d) => d.options.parameterizationForced],
  ["is_master_key_encrypted_by_server", BIT, ZERO],
  ["is_query_store_on", BIT, (d) => d.options.queryStore],
  ["is_published", BIT, ZERO],
  ["is_subscribed", BIT, ZERO],
  ["is_merge_published", BIT, ZERO],
  ["is_distributor", BIT, ZERO],
  ["is_sync_with_backup", BIT, ZERO],
  ["service_broker_guid", GUID, always("00000000-0000-0000-0000-000000000000")],
  ["is_broker_enabled", BIT, (d) => d.options.brokerEnabled],
  ["log_reuse_wait", TINYINT, ZERO],
  ["log_reuse_wait_desc", text(60), always("NOTHING")],
  ["is_date_correlation_on", BIT, (d) => d.options.dateCorrelation],
  ["is_cdc_enabled", BIT, ZERO],
  ["is_encrypted", BIT, ZERO],
  ["is_honor_broker_priority_on", BIT, ZERO],
  ["replica_id", GUID, (d) => d.server.availability.of(d.name)?.replicaId],
  ["group_database_id", GUID, (d) => d.server.availability.of(d.name)?.groupDatabaseId],
  ["resource_pool_id", INT, NOTHING],
  ["default_language_lcid", SMALLINT, NOTHING],
  ["default_language_name", SYSNAME, NOTHING],
  ["default_fulltext_language_lcid", INT, NOTHING],
  ["default_fulltext_language_name", SYSNAME, NOTHING],
  ["is_nested_triggers_on", BIT, NOTHING],
  ["is_transform_noise_words_on", BIT, NOTHING],
  ["two_digit_year_cutoff", SMALLINT, NOTHING],
  ["containment", TINYINT, (d) => (d.options.containment === "PARTIAL" ? 1 : 0)],
  ["containment_desc", text(60), (d) => d.options.containment],
  ["target_recovery_time_in_seconds", INT, (d) => d.options.targetRecoveryTime],
  ["delayed_durability", INT, (d) => ["DISABLED", "ALLOWED", "FORCED"].indexOf(d.options.delayedDurability)],
  ["delayed_durability_desc", text(60), (d) => d.options.delayedDurability],
  ["is_memory_optimized_elevate_to_snapshot_on", BIT, ZERO],
  ["is_federation_member", BIT, ZERO],
  ["is_remote_data_archive_enabled", BIT, ZERO],
  ["is_mixed_page_allocation_on", BIT, ZERO],
  ["is_temporal_history_retention_enabled", BIT, ONE],
];

interface File {
  database: Database;
  file: DatabaseFileRecord;
}

const FILE: ColumnList<File> = [
  ["file_id", INT, (f) => f.file.id],
  ["file_guid", GUID, (f) => f.file.guid],
  ["type", TINYINT, (f) => (f.file.type === "ROWS" ? 0 : 1)],
  ["type_desc", text(60), (f) => f.file.type],
  ["data_space_id", INT, (f) => (f.file.type === "ROWS" ? 1 : 0)],
  ["name", SYSNAME, (f) => f.file.name],
  ["physical_name", text(260), (f) => f.file.physicalName],
  ["state", TINYINT, (f) => STATE[f.database.state]],
  ["state_desc", text(60), (f) => f.database.state],
  ["size", INT, (f) => f.file.size],
  ["max_size", INT, (f) => f.file.maxSize],
  ["growth", INT, (f) => f.file.growth],
  ["is_media_read_only", BIT, ZERO],
  ["is_read_only", BIT, ZERO],
  ["is_sparse", BIT, ZERO],
  ["is_percent_growth", BIT, (f) => f.file.percentGrowth],
  ["is_name_reserved", BIT, ZERO],
  ["create_lsn", numeric(25, 0), NOTHING],
  ["drop_lsn", numeric(25, 0), NOTHING],
];

export function registerDatabaseViews(): void {
  defineView("sys.databases", databases, DATABASE);
  defineView("sys.sysdatabases", databases, [
    ["name", SYSNAME, (d) => d.name],
    ["dbid", SMALLINT, (d) => d.id],
    ["sid", bytes(85), (d) => d.ownerSid],
    ["mode", SMALLINT, ZERO],
    ["status", INT, (d) => (d.options.recoveryModel === "SIMPLE" ? 65544 : 65536)],
    ["crdate", DATETIME, (d) => d.createDate],
    ["cmptlevel", TINYINT, (d) => d.options.compatibilityLevel],
    ["filename", text(260), (d) => d.files[0]?.physicalName],
  ]);
  defineView("sys.database_files", (database) => database.files.map((file) => ({ database, file })), FILE);
  defineView("sys.sysfiles", (database) => database.files.map((file) => ({ database, file })), [
    ["fileid", SMALLINT, (f) => f.file.id],
    ["groupid", SMALLINT, (f) => (f.file.type === "ROWS" ? 1 : 0)],
    ["size", INT, (f) => f.file.size],
    ["maxsize", INT, (f) => f.file.maxSize],
    ["growth", INT, (f) => f.file.growth],
    ["name", SYSNAME, (f) => f.file.name],
    ["filename", text(260), (f) => f.file.physicalName],
  ]);
  defineView(
    "sys.master_files",
    function* (current, context) {
      for (const database of databases(current, context)) for (const file of database.files) yield { database, file };
    },
    [["database_id", INT, (f) => f.database.id], ...FILE],
  );
  defineView("sys.filegroups", () => [0], [
    ["name", SYSNAME, always("PRIMARY")],
    ["data_space_id", INT, ONE],
    ["type", { kind: "char", length: 2 }, always("FG")],
    ["type_desc", text(60), always("ROWS_FILEGROUP")],
    ["is_default", BIT, ONE],
    ["is_system", BIT, ZERO],
    ["is_read_only", BIT, ZERO],
  ]);
  defineView("sys.database_recovery_status", databases, [
    ["database_id", INT, (d) => d.id],
    ["database_guid", GUID, (d) => d.boot.databaseGuid],
    ["family_guid", GUID, (d) => d.boot.familyGuid],
    ["last_log_backup_lsn", numeric(25, 0), (d) => d.boot.logBackupStart],
    ["recovery_fork_guid", GUID, (d) => d.boot.recoveryForkGuid],
    ["first_recovery_fork_guid", GUID, (d) => d.boot.forkedFromGuid ?? d.boot.recoveryForkGuid],
    ["fork_point_lsn", numeric(25, 0), (d) => d.boot.forkPointLsn],
  ]);
  defineView("sys.database_mirroring", databases, [
    ["database_id", INT, (d) => d.id],
    ["mirroring_guid", GUID, NOTHING],
    ["mirroring_state", TINYINT, NOTHING],
    ["mirroring_state_desc", text(60), NOTHING],
    ["mirroring_role", TINYINT, NOTHING],
    ["mirroring_role_desc", text(60), NOTHING],
    ["mirroring_safety_level", TINYINT, NOTHING],
    ["mirroring_partner_name", text(128), NOTHING],
    ["mirroring_partner_instance", text(128), NOTHING],
    ["mirroring_witness_name", text(128), NOTHING],
  ]);
}
