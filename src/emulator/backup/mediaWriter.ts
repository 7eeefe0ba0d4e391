/** Writes a backup set over the families of a media set, each to all its mirrors. */
import { serialize } from "node:v8";
import { deflateSync } from "node:zlib";
import type { Faults } from "../faults";
import type { SnapshotFrame } from "../storage/snapshot";
import type { Device } from "./devices";
import type { SetOnMedia } from "./mediaFile";
import {
  BLOCK_HEADER,
  BlockType,
  COMPRESSED,
  encodeBlock,
  encodeHeader,
  type MediaHeader,
  type SetHeader,
} from "./mediaFormat";
import { type MediaOptions, type OpenFamily, openMedia } from "./mediaOpening";

/** Small sets are filled up to these sizes, as those of SQL Server are never tiny. */
export const SMALLEST_UNCOMPRESSED_SET = 65_536;
const SMALLEST_COMPRESSED_SET = 40_960;
const FASTEST = 1;

/** One file while the set is written. */
interface Copy extends OpenFamily {
  end: number;
  set: SetOnMedia | undefined;
}

export class MediaWriter {
  private sequence = 0;
  /** Bytes of data before compression. */
  size = 0;

  private constructor(
    private readonly families: Copy[][],
    readonly position: number,
    readonly compressed: boolean,
  ) {}

  /** `mirrors`: the devices of TO, then those of each MIRROR TO. */
  static open(
    mirrors: readonly (readonly Device[])[],
    options: MediaOptions,
    now: bigint,
    faults: Faults,
  ): MediaWriter {
    const { families, position, compressed } = openMedia(mirrors, options, now, faults);
    const copies = families.map((family) => family.map((copy): Copy => ({ ...copy, set: undefined })));
    return new MediaWriter(copies, position, compressed);
  }

  get mediaHeaders(): MediaHeader[] {
    return this.copies.map(({ header }) => header);
  }

  /** In the order of `mediaHeaders`. */
  get devices(): Device[] {
    return this.copies.map(({ device }) => device);
  }

  /** Bytes written for the set so far, counting one mirror. */
  get written(): number {
    return this.families.reduce((sum, [copy]) => sum + (copy?.set ? copy.end - copy.set.offset : 0), 0);
  }

  begin(header: SetHeader): void {
    const block = encodeHeader(BlockType.Set, header);
    for (const copy of this.copies) {
      copy.set = { header, offset: copy.end, headerBytes: block.length };
      append(copy, block);
    }
  }

  writeFrames(frames: readonly SnapshotFrame[]): void {
    const plain = serialize(frames);
    this.size += plain.length;
    if (this.compressed) this.write(BlockType.Data, deflateSync(plain, { level: FASTEST }), COMPRESSED);
    else this.write(BlockType.Data, plain);
  }

  /** Fills up, writes the final header and closes. */
  finish(header: (written: number) => Omit<SetHeader, "length" | "blocks" | "complete">): SetHeader {
    for (const family of this.families) this.pad(family);
    const final = header(this.written);
    const blocks = this.sequence;
    const headers = this.copies.map(({ file, set, end }): SetHeader => {
      if (!set) throw new Error("no backup set was begun");
      const complete: SetHeader = { ...final, complete: true, blocks, length: end - set.offset };
      file?.writeSetHeader(set, complete);
      file?.flush();
      return complete;
    });
    this.close();
    return headers[0] as SetHeader;
  }

  /** The set stays on the media as an incomplete one, which cannot be restored. */
  abandon(): void {
    for (const { file, set, end } of this.copies) {
      if (!file || !set) continue;
      try {
        file.writeSetHeader(set, { ...set.header, length: end - set.offset });
      } catch {
        // The device failed before; the set is incomplete without this too.
      }
    }
    this.close();
  }

  private get copies(): Copy[] {
    return this.families.flat();
  }

  private close(): void {
    for (const { file } of this.copies) file?.close();
  }

  private pad([copy]: readonly Copy[]): void {
    const smallest = this.compressed ? SMALLEST_COMPRESSED_SET : SMALLEST_UNCOMPRESSED_SET;
    const length = copy?.set ? copy.end - copy.set.offset : 0;
    this.write(BlockType.Padding, Buffer.alloc(Math.max(0, smallest - length - BLOCK_HEADER)));
  }

  /** The next block goes to the next family. */
  private write(type: BlockType, payload: Buffer, flags = 0): void {
    const block = encodeBlock(type, payload, this.sequence, flags);
    for (const copy of this.families[this.sequence % this.families.length] as Copy[]) append(copy, block);
    this.sequence += 1;
  }
}

function append(copy: Copy, bytes: Buffer): void {
  copy.file?.write(bytes, copy.end);
  copy.end += bytes.length;
}
