/**
 * What a backup file holds, block by block: one media header, then backup sets, each a set header
 * followed by its data. Every block carries a checksum of itself. Headers have room to be written
 * again in place, when a set is complete.
 *
 * A block: magic (4 bytes), type (1), flags (1), unused (2), sequence (4), length (4), CRC-32 of
 * the payload (4), CRC-32 of the 20 bytes before (4), payload.
 */
import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";
import type { BootState } from "../storage/boot";
import type { Lsn } from "../storage/log";
import type { DatabaseFileRecord, DatabaseOptions, RecoveryModel } from "../storage/records";

const MAGIC = 0x4b425345;
export const BLOCK_HEADER = 24;
/** Headers take whole sectors. */
const SECTOR = 4096;
const ROOM_FOR_CHANGES = 512;

export const SOFTWARE_VENDOR = 4608;
export const SOFTWARE_NAME = "Microsoft SQL Server";

export enum BlockType {
  Media = 1,
  Set = 2,
  Data = 3,
  Padding = 4,
}

export const COMPRESSED = 1;

/** Of one media family: a file. */
export interface MediaHeader {
  readonly version: 1;
  readonly mediaSetId: string;
  readonly familyId: string;
  readonly familyCount: number;
  readonly familySequence: number;
  /** How many copies of the media set were written side by side, and which of them this is, from 0. */
  readonly mirrorCount: number;
  readonly mirror: number;
  readonly name: string | null;
  readonly description: string | null;
  /** Only backup sets like the first may be appended. */
  readonly compressed: boolean;
  /** Local time, ticks. */
  readonly date: bigint;
}

export type BackupType = "D" | "I" | "L";

export interface BackedUpFile extends DatabaseFileRecord {
  readonly backedUpPages: number;
}

export interface SetHeader {
  readonly complete: boolean;
  /** Bytes of this set in this file, header included; 0 until known. */
  readonly length: number;
  readonly position: number;
  readonly setId: string;
  readonly type: BackupType;
  readonly name: string | null;
  readonly description: string | null;
  readonly expiration: bigint | null;
  readonly compressed: boolean;
  readonly checksums: boolean;
  readonly copyOnly: boolean;
  readonly forceOffline: boolean;
  readonly damaged: boolean;
  readonly userName: string;
  readonly serverName: string;
  readonly machineName: string;
  readonly databaseName: string;
  readonly databaseVersion: number;
  readonly databaseCreated: bigint;
  readonly recoveryModel: RecoveryModel;
  readonly options: DatabaseOptions;
  readonly start: bigint;
  readonly finish: bigint;
  readonly timeZone: number;
  readonly firstLsn: Lsn;
  readonly lastLsn: Lsn;
  readonly checkpointLsn: Lsn;
  readonly databaseBackupLsn: Lsn;
  readonly bulkLogged: boolean;
  readonly beginsLogChain: boolean;
  readonly firstForkGuid: string;
  readonly lastForkGuid: string;
  readonly forkPointLsn: Lsn | null;
  readonly familyGuid: string;
  readonly databaseGuid: string;
  readonly bindingGuid: string;
  readonly differentialBaseLsn: Lsn | null;
  readonly differentialBaseGuid: string | null;
  /** Uncompressed bytes of data, and bytes written. */
  readonly size: number;
  readonly compressedSize: number;
  readonly files: readonly BackedUpFile[];
  /** Boot state at the start of the backup. */
  readonly boot: BootState;
  /** Number of data blocks over all families. */
  readonly blocks: number;
}

export interface Block {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly payload: Buffer;
  /** Whole length in the file. */
  readonly bytes: number;
}

export function encodeBlock(type: BlockType, payload: Buffer, sequence = 0, flags = 0): Buffer {
  const block = Buffer.alloc(BLOCK_HEADER + payload.length);
  block.writeUInt32LE(MAGIC, 0);
  block.writeUInt8(type, 4);
  block.writeUInt8(flags, 5);
  block.writeUInt32LE(sequence, 8);
  block.writeUInt32LE(payload.length, 12);
  block.writeUInt32LE(crc32(payload), 16);
  block.writeUInt32LE(crc32(block.subarray(0, 20)), 20);
  payload.copy(block, BLOCK_HEADER);
  return block;
}

/** A header block of whole sectors; `sectors` keeps the size of one that is written again. */
export function encodeHeader(type: BlockType, header: MediaHeader | SetHeader, bytes?: number): Buffer {
  const content = serialize(header);
  const needed = BLOCK_HEADER + 4 + content.length;
  const size = bytes ?? Math.ceil((needed + ROOM_FOR_CHANGES) / SECTOR) * SECTOR;
  if (needed > size) throw new Error("a backup header outgrew its place");
  const payload = Buffer.alloc(size - BLOCK_HEADER);
  payload.writeUInt32LE(content.length, 0);
  content.copy(payload, 4);
  return encodeBlock(type, payload);
}

export function decodeHeader(block: Block): MediaHeader | SetHeader {
  const length = block.payload.readUInt32LE(0);
  return deserialize(block.payload.subarray(4, 4 + length));
}

/** Type and payload length out of a block's first bytes; undefined if they are not those of a block. */
export function parseBlockHeader(
  header: Buffer,
): { type: number; flags: number; sequence: number; length: number; checksum: number } | undefined {
  if (header.length < BLOCK_HEADER || header.readUInt32LE(0) !== MAGIC) return undefined;
  if (crc32(header.subarray(0, 20)) !== header.readUInt32LE(20)) return undefined;
  return {
    type: header.readUInt8(4),
    flags: header.readUInt8(5),
    sequence: header.readUInt32LE(8),
    length: header.readUInt32LE(12),
    checksum: header.readUInt32LE(16),
  };
}

export function payloadMatches(payload: Buffer, checksum: number): boolean {
  return crc32(payload) === checksum;
}
