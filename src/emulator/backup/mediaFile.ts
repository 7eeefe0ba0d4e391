/** One backup file (media family): its header, the sets on it, reading and appending blocks. */
import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import type { SqlError } from "../engine/errors";
import type { Faults } from "../faults";
import {
  cannotOpen,
  END_OF_FILE,
  incorrectlyFormed,
  notABackupSet,
  operatingSystemError,
  readFailed,
  writeFailed,
} from "./errors";
import {
  BLOCK_HEADER,
  type Block,
  BlockType,
  decodeHeader,
  encodeHeader,
  type MediaHeader,
  parseBlockHeader,
  payloadMatches,
  type SetHeader,
} from "./mediaFormat";

/** A set and where it begins in the file. */
export interface SetOnMedia {
  readonly header: SetHeader;
  readonly offset: number;
  readonly headerBytes: number;
}

/** A block whose checksum does not match, or that is none. */
export class DamagedBlock extends Error {
  constructor(readonly offset: number) {
    super("damaged block");
  }
}

export class MediaFile {
  private constructor(
    /** As the user named it. */
    readonly device: string,
    readonly path: string,
    private readonly file: number,
    private readonly faults: Faults | undefined,
  ) {}

  static openForReading(device: string, path: string): MediaFile {
    try {
      return new MediaFile(device, path, openSync(path, "r"), undefined);
    } catch (error) {
      throw cannotOpen(device, operatingSystemError(error));
    }
  }

  /** Opens the file, making it if there is none. */
  static openForWriting(device: string, path: string, faults: Faults): MediaFile {
    try {
      const created = openSync(path, "a+");
      closeSync(created);
      return new MediaFile(device, path, openSync(path, "r+"), faults);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw cannotOpen(
        device,
        code === "ENOENT" ? "3(The system cannot find the path specified.)" : operatingSystemError(error),
      );
    }
  }

  get size(): number {
    return fstatSync(this.file).size;
  }

  /** The media header; undefined where the file is empty. Error 3241 if it is no backup. */
  readMediaHeader(): MediaHeader | undefined {
    if (this.size === 0) return undefined;
    let block: Block;
    try {
      block = this.readBlock(0);
    } catch {
      throw incorrectlyFormed(this.device);
    }
    if (block.type !== BlockType.Media) throw incorrectlyFormed(this.device);
    return decodeHeader(block) as MediaHeader;
  }

  /** All sets on the file, in order. */
  readSets(): SetOnMedia[] {
    const sets: SetOnMedia[] = [];
    let offset = this.readBlock(0).bytes;
    const { size } = this;
    while (offset < size) {
      let block: Block;
      try {
        block = this.readBlock(offset);
      } catch {
        if (sets.length > 0) break;
        throw notABackupSet(this.device);
      }
      if (block.type !== BlockType.Set) break;
      const header = decodeHeader(block) as SetHeader;
      const length = header.length === 0 ? size - offset : header.length;
      sets.push({ header: { ...header, length }, offset, headerBytes: block.bytes });
      offset += length;
    }
    return sets;
  }

  /** The block at an offset; DamagedBlock, or error 3203 where the file ends. */
  readBlock(offset: number): Block {
    const parsed = parseBlockHeader(this.read(offset, BLOCK_HEADER));
    if (!parsed) throw new DamagedBlock(offset);
    const { type, flags, sequence, length, checksum } = parsed;
    const payload = this.read(offset + BLOCK_HEADER, length);
    if (!payloadMatches(payload, checksum)) throw new DamagedBlock(offset);
    return { type, flags, sequence, payload, bytes: BLOCK_HEADER + length };
  }

  /** Length of the block at an offset, also of one with a damaged payload; undefined if it cannot be told. */
  blockLength(offset: number): number | undefined {
    const parsed = parseBlockHeader(this.read(offset, BLOCK_HEADER));
    return parsed && BLOCK_HEADER + parsed.length;
  }

  write(bytes: Buffer, offset: number): void {
    try {
      this.faults?.beforeWrite(this.path, bytes.length);
      writeSync(this.file, bytes, 0, bytes.length, offset);
    } catch (error) {
      throw writeFailed(this.device, operatingSystemError(error));
    }
  }

  writeSetHeader(set: SetOnMedia, header: SetHeader): void {
    this.write(encodeHeader(BlockType.Set, header, set.headerBytes), set.offset);
  }

  truncate(size: number): void {
    ftruncateSync(this.file, size);
  }

  flush(): void {
    fsyncSync(this.file);
  }

  close(): void {
    closeSync(this.file);
  }

  private read(offset: number, length: number): Buffer {
    const buffer = Buffer.alloc(length);
    let read: number;
    try {
      read = readSync(this.file, buffer, 0, length, offset);
    } catch (error) {
      throw readFailed(this.device, operatingSystemError(error));
    }
    if (read < length) throw endOfFile(this.device);
    return buffer;
  }
}

function endOfFile(device: string): SqlError {
  return readFailed(device, END_OF_FILE);
}
