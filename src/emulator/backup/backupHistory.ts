/** msdb's record of a backup set: media set and families, the set, its files and filegroups. */

import { roundToDatetime } from "../engine/types/temporal/calendar";
import type { Value } from "../engine/values";
import type { Server } from "../storage/server";
import { insertInto, rowsWith, systemTable } from "../storage/systemTable";
import type { Transaction } from "../storage/transaction";
import type { Device } from "./devices";
import { DEFAULT_FILEGROUP_GUID } from "./filegroups";
import { type BackedUpFile, type MediaHeader, type SetHeader, SOFTWARE_NAME, SOFTWARE_VENDOR } from "./mediaFormat";

const PAGE_BYTES = 8192;
const DISK = 2;
/** Device types of permanent (logical) devices are 100 higher. */
const LOGICAL_DISK = 102;

export interface WrittenSet {
  readonly header: SetHeader;
  readonly media: readonly MediaHeader[];
  readonly devices: readonly Device[];
}

/** Records a set; gives backup_set_id. */
export function recordBackup(server: Server, set: WrittenSet): Promise<number> {
  return server.whenUnlocked((transaction) => insertSet(server, transaction, set));
}

/** The backup_set_id of a set, recorded now if this server does not know it yet (it was made elsewhere). */
export function backupSetId(server: Server, transaction: Transaction, set: WrittenSet): number {
  const sets = systemTable(server.msdb, "backupset");
  for (const { values } of rowsWith(transaction, sets, "backupsetuuid", set.header.setId)) {
    return values.backup_set_id as number;
  }
  return insertSet(server, transaction, set);
}

function insertSet(server: Server, transaction: Transaction, set: WrittenSet): number {
  const { header, media } = set;
  const mediaSetId = mediaSet(server, transaction, set);
  const table = (name: string) => systemTable(server.msdb, name);
  const first = media[0] as MediaHeader;
  const id = insertInto(transaction, table("backupset"), {
    ...setColumns(header),
    media_set_id: mediaSetId,
    first_family_number: 1,
    first_media_number: 1,
    last_family_number: first.familyCount,
    last_media_number: 1,
    catalog_family_number: 1,
    catalog_media_number: 1,
  });
  for (const file of header.files) insertInto(transaction, table("backupfile"), fileColumns(id, header, file));
  insertInto(transaction, table("backupfilegroup"), {
    backup_set_id: id,
    name: "PRIMARY",
    filegroup_id: 1,
    filegroup_guid: DEFAULT_FILEGROUP_GUID,
    type: "FG",
    type_desc: "ROWS_FILEGROUP",
    is_default: 1,
    is_readonly: 0,
  });
  return id;
}

/** One row a media set, however many backup sets are on it. */
function mediaSet(server: Server, transaction: Transaction, { media, devices, header }: WrittenSet): number {
  const sets = systemTable(server.msdb, "backupmediaset");
  const [first] = media as [MediaHeader];
  for (const { values } of rowsWith(transaction, sets, "backupmediasetuuid", first.mediaSetId)) {
    return values.media_set_id as number;
  }
  const id = insertInto(transaction, sets, {
    media_uuid: first.mediaSetId,
    media_family_count: first.familyCount,
    name: first.name,
    description: first.description,
    software_name: SOFTWARE_NAME,
    software_vendor_id: SOFTWARE_VENDOR,
    MTF_major_version: 1,
    mirror_count: first.mirrorCount,
    is_password_protected: 0,
    is_compressed: header.compressed ? 1 : 0,
    is_encrypted: 0,
  });
  const families = systemTable(server.msdb, "backupmediafamily");
  for (const [i, family] of media.entries()) {
    const device = devices[i] as Device;
    insertInto(transaction, families, {
      media_set_id: id,
      family_sequence_number: family.familySequence,
      media_family_id: family.familyId,
      media_count: 1,
      logical_device_name: device.logicalName,
      physical_device_name: device.physicalName,
      device_type: deviceType(device),
      physical_block_size: 512,
      mirror: family.mirror,
    });
  }
  return id;
}

export function deviceType(device: Device): number {
  return device.logicalName === null ? DISK : LOGICAL_DISK;
}

export function modelName(header: SetHeader): string {
  return header.recoveryModel === "BULK_LOGGED" ? "BULK-LOGGED" : header.recoveryModel;
}

const flag = (value: boolean) => (value ? 1 : 0);

/** Bits as HEADERONLY's Flags and backupset.flags have them. */
export function flagsOf(header: SetHeader): number {
  return (
    flag(header.bulkLogged) |
    (flag(header.options.readOnly) << 2) |
    (flag(header.options.userAccess === "SINGLE_USER") << 3) |
    (flag(header.checksums) << 4) |
    (flag(header.damaged) << 5) |
    (flag(header.beginsLogChain) << 6) |
    (flag(header.forceOffline) << 8) |
    (flag(header.copyOnly) << 9)
  );
}

function setColumns(header: SetHeader): Record<string, Value> {
  const { options } = header;
  return {
    backup_set_uuid: header.setId,
    position: header.position,
    expiration_date: header.expiration === null ? null : roundToDatetime(header.expiration),
    software_vendor_id: SOFTWARE_VENDOR,
    name: header.name,
    description: header.description,
    user_name: header.userName,
    software_major_version: 16,
    software_minor_version: 0,
    software_build_version: 1000,
    time_zone: header.timeZone,
    mtf_minor_version: 0,
    first_lsn: header.firstLsn,
    last_lsn: header.lastLsn,
    checkpoint_lsn: header.checkpointLsn,
    database_backup_lsn: header.databaseBackupLsn,
    database_creation_date: roundToDatetime(header.databaseCreated),
    backup_start_date: wholeSeconds(header.start),
    backup_finish_date: wholeSeconds(header.finish),
    type: header.type,
    sort_order: 52,
    code_page: 0,
    compatibility_level: options.compatibilityLevel,
    database_version: header.databaseVersion,
    backup_size: BigInt(header.size),
    database_name: header.databaseName,
    server_name: header.serverName,
    machine_name: header.machineName,
    flags: flagsOf(header),
    unicode_locale: 1033,
    unicode_compare_style: 196609,
    collation_name: options.collation,
    is_password_protected: 0,
    recovery_model: modelName(header),
    has_bulk_logged_data: flag(header.bulkLogged),
    is_snapshot: 0,
    is_readonly: flag(options.readOnly),
    is_single_user: flag(options.userAccess === "SINGLE_USER"),
    has_backup_checksums: flag(header.checksums),
    is_damaged: flag(header.damaged),
    begins_log_chain: flag(header.beginsLogChain),
    has_incomplete_metadata: 0,
    is_force_offline: flag(header.forceOffline),
    is_copy_only: flag(header.copyOnly),
    first_recovery_fork_guid: header.firstForkGuid,
    last_recovery_fork_guid: header.lastForkGuid,
    fork_point_lsn: header.forkPointLsn,
    database_guid: header.databaseGuid,
    family_guid: header.familyGuid,
    differential_base_lsn: header.differentialBaseLsn,
    differential_base_guid: header.differentialBaseGuid,
    compressed_backup_size: BigInt(header.compressedSize),
    last_valid_restore_time: roundToDatetime(header.finish),
    compression_algorithm: header.compressed ? "MS_XPRESS" : null,
  };
}

function fileColumns(backupSet: number, header: SetHeader, file: BackedUpFile): Record<string, Value> {
  const data = file.type === "ROWS";
  const { drive, rest } = splitDrive(file.physicalName);
  return {
    backup_set_id: backupSet,
    first_family_number: 1,
    first_media_number: 1,
    filegroup_name: file.filegroup,
    page_size: data ? PAGE_BYTES : 0,
    file_number: BigInt(file.id),
    backed_up_page_count: data ? BigInt(file.backedUpPages) : 0n,
    file_type: data ? "D" : "L",
    source_file_block_size: 512n,
    file_size: BigInt(file.size) * BigInt(PAGE_BYTES),
    logical_name: file.name,
    physical_drive: drive,
    physical_name: rest,
    state: 0,
    state_desc: "ONLINE",
    create_lsn: 0n,
    drop_lsn: 0n,
    file_guid: file.guid,
    read_only_lsn: 0n,
    read_write_lsn: 0n,
    differential_base_lsn: header.differentialBaseLsn ?? 0n,
    differential_base_guid: header.differentialBaseGuid,
    backup_size: data ? BigInt(file.backedUpPages) * BigInt(PAGE_BYTES) : 0n,
    filegroup_guid: data ? DEFAULT_FILEGROUP_GUID : null,
    is_readonly: flag(header.options.readOnly),
    is_present: flag(!data || header.type !== "L"),
  };
}

/** `C:` and the rest of a path; on Linux everything is the rest. */
function splitDrive(path: string): { drive: string | null; rest: string } {
  const match = /^([a-z]:)(.*)$/i.exec(path);
  return match ? { drive: match[1] as string, rest: match[2] as string } : { drive: null, rest: path };
}

/** backupset's times have no fractions. */
export function wholeSeconds(ticks: bigint): bigint {
  return ticks - (ticks % 10_000_000n);
}
