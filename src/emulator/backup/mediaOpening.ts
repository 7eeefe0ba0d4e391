/** Opens the files of a BACKUP: makes a new media set, or checks that a set may be put on the one that is there. */
import type { Faults } from "../faults";
import { newGuid } from "../storage/boot";
import type { Device } from "./devices";
import { cause } from "./errors";
import { MediaFile, type SetOnMedia } from "./mediaFile";
import { BlockType, encodeHeader, type MediaHeader } from "./mediaFormat";
import { requireFamilyCount, wrongMediaName } from "./mediaSet";
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

/** A file to write to, up to which it is written. */
export interface OpenFamily {
  readonly device: Device;
  /** undefined for NUL. */
  readonly file: MediaFile | undefined;
  readonly header: MediaHeader;
  readonly end: number;
}

export interface OpenMedia {
  /** For each media family its copies, one a mirror. */
  readonly families: readonly (readonly OpenFamily[])[];
  /** Of the set that is to be written. */
  readonly position: number;
  readonly compressed: boolean;
}

/** `mirrors`: the devices of TO, then those of each MIRROR TO. */
export function openMedia(
  mirrors: readonly (readonly Device[])[],
  options: MediaOptions,
  now: bigint,
  faults: Faults,
): OpenMedia {
  const files: (MediaFile | undefined)[][] = [];
  try {
    for (const devices of mirrors) {
      const opened: (MediaFile | undefined)[] = [];
      files.push(opened);
      for (const { physicalName, path } of devices) {
        opened.push(path === undefined ? undefined : MediaFile.openForWriting(physicalName, path, faults));
      }
    }
    const headers = options.format ? [] : existingHeaders(files);
    if (headers.length > 0) return onExisting(mirrors, files as MediaFile[][], headers, options, now);
    if (mirrors.length > 1 && !options.format) {
      throw cause(3215, "Use WITH FORMAT to create a new mirrored backup set.");
    }
    return formatted(mirrors, files, options, now);
  } catch (error) {
    for (const file of files.flat()) file?.close();
    throw error;
  }
}

function formatted(
  mirrors: readonly (readonly Device[])[],
  files: (MediaFile | undefined)[][],
  options: MediaOptions,
  now: bigint,
): OpenMedia {
  const compressed = options.compression ?? options.compressionDefault;
  const mediaSetId = newGuid();
  const first = mirrors[0] as readonly Device[];
  const families = first.map((_, family) => {
    const familyId = newGuid();
    return mirrors.map((devices, mirror): OpenFamily => {
      const header: MediaHeader = {
        version: 1,
        mediaSetId,
        familyId,
        familyCount: first.length,
        familySequence: family + 1,
        mirrorCount: mirrors.length,
        mirror,
        name: options.mediaName,
        description: options.mediaDescription,
        compressed,
        date: now,
      };
      const block = encodeHeader(BlockType.Media, header);
      const file = files[mirror]?.[family];
      file?.truncate(0);
      file?.write(block, 0);
      return { device: devices[family] as Device, file, header, end: block.length };
    });
  });
  return { families, position: 1, compressed };
}

function onExisting(
  mirrors: readonly (readonly Device[])[],
  files: MediaFile[][],
  headers: (MediaHeader | undefined)[][],
  options: MediaOptions,
  now: bigint,
): OpenMedia {
  const first = requireSameSet(mirrors, headers);
  const device = mirrors[0]?.[0] as Device;
  if (options.mediaName !== null && !options.skip && options.mediaName !== (first.name ?? "")) {
    throw wrongMediaName(options.mediaName, first.name, device.physicalName);
  }
  const compressed = options.compression ?? first.compressed;
  if (compressed !== first.compressed) throw incompatibleStructure(compressed);
  const sets = files[0]?.[0]?.readSets() ?? [];
  if (options.init && !options.skip) requireExpired(sets, device, now);
  const families = (mirrors[0] as readonly Device[]).map((_, family) =>
    mirrors.map((devices, mirror): OpenFamily => {
      const file = files[mirror]?.[family] as MediaFile;
      const start = file.readBlock(0).bytes;
      if (options.init) file.truncate(start);
      else completeLengths(file);
      const header = headers[mirror]?.[family] as MediaHeader;
      return { device: devices[family] as Device, file, header, end: file.size };
    }),
  );
  return { families, position: options.init ? 1 : sets.length + 1, compressed };
}

/** Headers of the files, if any has one; NUL has none. */
function existingHeaders(files: readonly (MediaFile | undefined)[][]): (MediaHeader | undefined)[][] {
  const headers = files.map((mirror) => mirror.map((file) => file?.readMediaHeader()));
  return headers.flat().some((header) => header) ? headers : [];
}

/** All devices hold the families of one media set, in their order. */
function requireSameSet(
  mirrors: readonly (readonly Device[])[],
  headers: readonly (MediaHeader | undefined)[][],
): MediaHeader {
  const first = headers.flat().find((header) => header) as MediaHeader;
  if (first.mirrorCount !== mirrors.length) {
    throw cause(
      3240,
      "Backup to mirrored media sets requires all mirrors to append. Provide all members of the set, or reformat a new media set.",
    );
  }
  for (const [mirror, devices] of mirrors.entries()) {
    for (const [family, { physicalName }] of devices.entries()) {
      const header = headers[mirror]?.[family];
      if (header) requireFamilyCount(header, devices.length, physicalName);
      if (header?.mediaSetId !== first.mediaSetId || header.familySequence !== family + 1) {
        throw cause(
          3258,
          `The volume on the device "${physicalName}" is not part of the media set that is currently being processed. Ensure that the backup devices are loaded with the correct media.`,
        );
      }
    }
  }
  return first;
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
