/** The files of one media set together: what a statement reads a backup set from. */

import { deserialize } from "node:v8";
import { inflateSync } from "node:zlib";
import { SqlError } from "../engine/errors";
import type { SnapshotFrame } from "../storage/snapshot";
import type { Device } from "./devices";
import { cause, END_OF_FILE, incompleteSet, readFailed } from "./errors";
import { DamagedBlock, MediaFile, type SetOnMedia } from "./mediaFile";
import { BlockType, COMPRESSED, type MediaHeader, type SetHeader } from "./mediaFormat";

interface Family {
  readonly device: Device;
  readonly file: MediaFile;
  readonly header: MediaHeader;
}

export interface OpenOptions {
  readonly mediaName?: string | undefined;
  /** LABELONLY looks at one file of any set. */
  readonly single?: boolean;
}

/** Families of one media set, ready to be read; close it. */
export class MediaSet {
  private constructor(private readonly families: Family[]) {}

  static open(devices: readonly Device[], options: OpenOptions = {}): MediaSet {
    const families: Family[] = [];
    try {
      for (const device of devices) families.push(openFamily(device));
      if (!options.single) requireOneSet(families);
      if (options.mediaName !== undefined) requireMediaName(families, options.mediaName);
    } catch (error) {
      for (const { file } of families) file.close();
      throw error;
    }
    families.sort((a, b) => a.header.familySequence - b.header.familySequence);
    return new MediaSet(families);
  }

  close(): void {
    for (const { file } of this.families) file.close();
  }

  get header(): MediaHeader {
    return this.first.header;
  }

  get headers(): MediaHeader[] {
    return this.families.map(({ header }) => header);
  }

  get devices(): Device[] {
    return this.families.map(({ device }) => device);
  }

  get size(): number {
    return this.families.length;
  }

  /** The sets on the media, as its first family tells them. */
  sets(): SetHeader[] {
    return this.first.file.readSets().map(({ header }) => header);
  }

  /** The set at a position; errors 4038 and 3256. */
  set(position: number): BackupSetReader {
    const parts = this.families.map(({ file }) => {
      const found = file.readSets().find(({ header }) => header.position === position);
      if (!found) throw cause(4038, `Cannot find file ID ${position} on device '${file.device}'.`);
      return { file, set: found };
    });
    const reader = new BackupSetReader(parts);
    if (!reader.header.complete) throw incompleteSet(this.first.file.device);
    return reader;
  }

  private get first(): Family {
    return this.families[0] as Family;
  }
}

interface Part {
  readonly file: MediaFile;
  readonly set: SetOnMedia;
}

/** Reads the data of a backup set over its families. */
export class BackupSetReader {
  /** Damaged blocks that were passed over. */
  damage = 0;

  constructor(private readonly parts: readonly Part[]) {}

  get header(): SetHeader {
    return (this.parts[0] as Part).set.header;
  }

  get device(): string {
    return (this.parts[0] as Part).file.device;
  }

  get bytes(): number {
    return this.parts.reduce((sum, { set }) => sum + set.header.length, 0);
  }

  /**
   * Blocks in their order, with the share of the set that has been read. A damaged one throws
   * DamagedBlock, or is left out.
   */
  *blocks(continueAfterError: boolean): IterableIterator<{ frames: SnapshotFrame[]; share: number }> {
    const offsets = this.parts.map(({ set }) => set.offset + set.headerBytes);
    const { blocks } = this.header;
    for (let sequence = 0; sequence < blocks; sequence++) {
      const turn = sequence % this.parts.length;
      const part = this.parts[turn] as Part;
      const offset = offsets[turn] as number;
      try {
        const block = part.file.readBlock(offset);
        offsets[turn] = offset + block.bytes;
        if (block.sequence !== sequence) throw new DamagedBlock(offset);
        if (block.type === BlockType.Padding) continue;
        const bytes = (block.flags & COMPRESSED) !== 0 ? inflateSync(block.payload) : block.payload;
        yield { frames: deserialize(bytes), share: (sequence + 1) / blocks };
      } catch (error) {
        if (!(error instanceof DamagedBlock) || !continueAfterError) throw error;
        this.damage += 1;
        const length = part.file.blockLength(offset);
        if (length === undefined) throw readFailed(part.file.device, END_OF_FILE);
        offsets[turn] = offset + length;
      }
    }
  }
}

function openFamily(device: Device): Family {
  if (device.path === undefined) throw emptyVolume(device.physicalName);
  const file = MediaFile.openForReading(device.physicalName, device.path);
  try {
    const header = file.readMediaHeader();
    if (!header) throw emptyVolume(device.physicalName);
    return { device, file, header };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Every family of one media set has to be there, once. */
function requireOneSet(families: readonly Family[]): void {
  const [first] = families;
  if (!first)
    throw cause(
      3207,
      "Backup or restore requires at least one backup device. Rerun your statement specifying a backup device.",
    );
  if (families.length > first.header.familyCount) {
    requireFamilyCount(first.header, families.length, first.device.physicalName);
  }
  for (const [i, { device, header }] of families.entries()) {
    const twin = families.slice(0, i).find((other) => other.header.familyId === header.familyId);
    if (twin) {
      throw cause(
        3227,
        `The backup media on "${device.physicalName}" is part of media family ${header.familySequence} which has already been processed on "${twin.device.physicalName}". Ensure that backup devices are correctly specified. For tape devices, ensure that the correct volumes are loaded.`,
      );
    }
    if (header.mediaSetId !== first.header.mediaSetId) {
      throw cause(
        3258,
        `The volume on the device "${device.physicalName}" is not part of the media set that is currently being processed. Ensure that the backup devices are loaded with the correct media.`,
      );
    }
  }
  requireFamilyCount(first.header, families.length, first.device.physicalName);
}

/** As many devices as the media set has families: errors 3132 and 3231. */
export function requireFamilyCount({ familyCount }: MediaHeader, devices: number, device: string): void {
  if (devices < familyCount) {
    throw cause(
      3132,
      `The media set has ${familyCount} media families but only ${devices} are provided. All members must be provided.`,
    );
  }
  if (devices > familyCount) {
    throw cause(
      3231,
      `The media loaded on "${device}" is formatted to support ${familyCount} media families, but ${devices} media families are expected according to the backup device specification.`,
    );
  }
}

function requireMediaName(families: readonly Family[], name: string): void {
  for (const { device, header } of families) {
    if ((header.name ?? "") !== name) throw wrongMediaName(name, header.name, device.physicalName);
  }
}

export function wrongMediaName(wanted: string, found: string | null, device: string): SqlError {
  return new SqlError(
    4037,
    `The user-specified MEDIANAME "${wanted}" does not match the MEDIANAME "${found ?? ""}" of the device "${device}".`,
  );
}

function emptyVolume(device: string): SqlError {
  return cause(3254, `The volume on device '${device}' is empty.`);
}
