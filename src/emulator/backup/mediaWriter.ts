/** Writes a backup set over the families of a media set, new or there already. */
import { serialize } from "node:v8";
import { deflateSync } from "node:zlib";
import type { Faults } from "../faults";
import { newGuid } from "../storage/boot";
import type { SnapshotFrame } from "../storage/snapshot";
import type { Device } from "./devices";
import { cause } from "./errors";
import { MediaFile, type SetOnMedia } from "./mediaFile";
import {
  BLOCK_HEADER,
  BlockType,
  COMPRESSED,
  encodeBlock,
  encodeHeader,
  type MediaHeader,
  type SetHeader,
} from "./mediaFormat";
import { wrongMediaName } from "./mediaSet";
import { formatExpiration } from "./times";

export interface MediaOptions {
  readonly format: boolean;
  readonly init: boolean;
  readonly skip: boolean;
  readonly mediaName: string | null;
  readonly mediaDescription: string | null;
  /** undefined: as the media is, or else as the server is configured. */
  readonly compression: boolean | undefined;
  readonly compressionDefault: boolean;
}

interface Family {
  readonly device: Device;
  /** undefined for NUL. */
  readonly file: MediaFile | undefined;
  readonly header: MediaHeader;
  /** Where the next block goes. */
  end: number;
  /** The set being written. */
  set: SetOnMedia | undefined;
}

/** Small sets are filled up to this size, as those of SQL Server are never tiny. */
const SMALLEST_SET = 65_536;
const FASTEST = 1;

export class MediaWriter {
  private sequence = 0;
  /** Bytes of data before compression. */
  size = 0;

  private constructor(
    private readonly families: Family[],
    readonly position: number,
    readonly compressed: boolean,
  ) {}

  /** Opens or makes the files and checks that a set may be written to them. */
  static open(devices: readonly Device[], options: MediaOptions, now: bigint, faults: Faults): MediaWriter {
    const files: (MediaFile | undefined)[] = [];
    try {
      for (const { physicalName, path } of devices) {
        files.push(path === undefined ? undefined : MediaFile.openForWriting(physicalName, path, faults));
      }
      return prepare(devices, files, options, now);
    } catch (error) {
      for (const file of files) file?.close();
      throw error;
    }

    function prepare(
      devices: readonly Device[],
      files: (MediaFile | undefined)[],
      options: MediaOptions,
      now: bigint,
    ): MediaWriter {
      const existing = options.format ? [] : existingHeaders(files);
      if (existing.length === 0) return MediaWriter.formatted(devices, files, options, now);
      return MediaWriter.onExisting(devices, files as MediaFile[], existing, options, now);
    }
  }

  private static formatted(
    devices: readonly Device[],
    files: (MediaFile | undefined)[],
    options: MediaOptions,
    now: bigint,
  ): MediaWriter {
    const compressed = options.compression ?? options.compressionDefault;
    const mediaSetId = newGuid();
    const families = devices.map((device, i): Family => {
      const header: MediaHeader = {
        version: 1,
        mediaSetId,
        familyId: newGuid(),
        familyCount: devices.length,
        familySequence: i + 1,
        name: options.mediaName,
        description: options.mediaDescription,
        compressed,
        date: now,
      };
      const block = encodeHeader(BlockType.Media, header);
      const file = files[i];
      file?.truncate(0);
      file?.write(block, 0);
      return { device, file, header, end: block.length, set: undefined };
    });
    return new MediaWriter(families, 1, compressed);
  }

  private static onExisting(
    devices: readonly Device[],
    files: MediaFile[],
    headers: (MediaHeader | undefined)[],
    options: MediaOptions,
    now: bigint,
  ): MediaWriter {
    requireSameSet(devices, headers);
    const [first] = headers as [MediaHeader];
    if (options.mediaName !== null && !options.skip && options.mediaName !== (first.name ?? "")) {
      throw wrongMediaName(options.mediaName, first.name, (devices[0] as Device).physicalName);
    }
    const compressed = options.compression ?? first.compressed;
    if (compressed !== first.compressed) throw incompatibleStructure(compressed);
    const sets = (files[0] as MediaFile).readSets();
    if (options.init && !options.skip) requireExpired(sets, devices[0] as Device, now);
    const families = devices.map((device, i): Family => {
      const file = files[i] as MediaFile;
      const start = file.readBlock(0).bytes;
      if (options.init) file.truncate(start);
      else completeLengths(file);
      return { device, file, header: headers[i] as MediaHeader, end: file.size, set: undefined };
    });
    return new MediaWriter(families, options.init ? 1 : sets.length + 1, compressed);
  }

  get mediaHeaders(): MediaHeader[] {
    return this.families.map(({ header }) => header);
  }

  get devices(): Device[] {
    return this.families.map(({ device }) => device);
  }

  /** Bytes written for the set so far. */
  get written(): number {
    return this.families.reduce((sum, { end, set }) => sum + (set ? end - set.offset : 0), 0);
  }

  begin(header: SetHeader): void {
    for (const family of this.families) {
      const block = encodeHeader(BlockType.Set, header);
      family.set = { header, offset: family.end, headerBytes: block.length };
      this.append(family, block);
    }
  }

  writeFrames(frames: readonly SnapshotFrame[]): void {
    const plain = serialize(frames);
    this.size += plain.length;
    const block = this.compressed
      ? encodeBlock(BlockType.Data, deflateSync(plain, { level: FASTEST }), this.sequence, COMPRESSED)
      : encodeBlock(BlockType.Data, plain, this.sequence);
    this.append(this.nextFamily(), block);
  }

  /** Fills up, writes the final header and closes. */
  finish(header: (written: number) => Omit<SetHeader, "length" | "blocks" | "complete">): SetHeader {
    for (let i = 0; i < this.families.length; i++) this.pad();
    const final = header(this.written);
    const blocks = this.sequence;
    let first: SetHeader | undefined;
    for (const { file, set, end } of this.families) {
      if (!set) throw new Error("no backup set was begun");
      const complete: SetHeader = { ...final, complete: true, blocks, length: end - set.offset };
      first ??= complete;
      file?.writeSetHeader(set, complete);
      file?.flush();
    }
    this.close();
    return first as SetHeader;
  }

  /** The set stays on the media as an incomplete one, which cannot be restored. */
  abandon(): void {
    for (const { file, set, end } of this.families) {
      if (!file || !set) continue;
      try {
        file.writeSetHeader(set, { ...set.header, length: end - set.offset });
      } catch {
        // The device failed before; the set is incomplete without this too.
      }
    }
    this.close();
  }

  private close(): void {
    for (const { file } of this.families) file?.close();
  }

  private pad(): void {
    const family = this.nextFamily();
    const missing = SMALLEST_SET - (family.end - (family.set?.offset ?? family.end)) - BLOCK_HEADER;
    this.append(family, encodeBlock(BlockType.Padding, Buffer.alloc(Math.max(0, missing)), this.sequence - 1));
  }

  private nextFamily(): Family {
    const family = this.families[this.sequence % this.families.length] as Family;
    this.sequence += 1;
    return family;
  }

  private append(family: Family, bytes: Buffer): void {
    family.file?.write(bytes, family.end);
    family.end += bytes.length;
  }
}

/** Headers of the files, if any has one; NUL has none. */
function existingHeaders(files: readonly (MediaFile | undefined)[]): (MediaHeader | undefined)[] {
  const headers = files.map((file) => file?.readMediaHeader());
  return headers.some((header) => header) ? headers : [];
}

function requireSameSet(devices: readonly Device[], headers: readonly (MediaHeader | undefined)[]): void {
  const first = headers.find((header) => header) as MediaHeader;
  for (const [i, header] of headers.entries()) {
    const device = (devices[i] as Device).physicalName;
    if (header && header.familyCount !== devices.length) {
      throw cause(
        3231,
        `The media loaded on "${device}" is formatted to support ${header.familyCount} media families, but ${devices.length} media families are expected according to the backup device specification.`,
      );
    }
    if (header?.mediaSetId !== first.mediaSetId || header.familySequence !== i + 1) {
      throw cause(
        3258,
        `The volume on the device "${device}" is not part of the media set that is currently being processed. Ensure that the backup devices are loaded with the correct media.`,
      );
    }
  }
}

function requireExpired(sets: readonly SetOnMedia[], device: Device, now: bigint): void {
  for (const { header } of sets) {
    if (header.expiration === null || header.expiration <= now) continue;
    throw cause(
      4030,
      `The medium on device '${device.physicalName}' expires on ${formatExpiration(header.expiration)} and cannot be overwritten.`,
    );
  }
}

/** A set that was cut off does not know its length: now something follows it. */
function completeLengths(file: MediaFile): void {
  for (const set of file.readSets()) if (!set.header.complete) file.writeSetHeader(set, set.header);
}

function incompatibleStructure(compressed: boolean) {
  const [wanted, other] = compressed ? ["COMPRESSION", "NO_COMPRESSION"] : ["NO_COMPRESSION", "COMPRESSION"];
  return cause(
    3098,
    `The backup cannot be performed because '${wanted}' was requested after the media was formatted with an incompatible structure. To append to this media set, either omit '${wanted}' or specify '${other}'. Alternatively, you can create a new media set by using WITH FORMAT in your BACKUP statement. If you use WITH FORMAT on an existing media set, all its backup sets will be overwritten.`,
    2,
  );
}
