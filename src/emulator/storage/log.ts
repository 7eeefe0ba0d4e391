/** The transaction log of a database: what committed transactions changed, in the order of their commit. */
import type { Row } from "../engine/values";
import type { MetadataRecord, RecordKind } from "./records";
import type { RowId } from "./rowEntry";

/** Log sequence number as SQL Server prints it: virtual log file, block (10 digits), slot (5 digits). */
export type Lsn = bigint;

export type Change =
  | { readonly kind: "insert" | "update"; readonly table: number; readonly id: RowId; readonly row: Row }
  | { readonly kind: "delete"; readonly table: number; readonly id: RowId }
  | { readonly kind: "truncate"; readonly table: number }
  | {
      readonly kind: "record";
      readonly record: RecordKind;
      readonly id: number;
      readonly value: MetadataRecord | undefined;
    };

export interface LogMark {
  readonly name: string;
  readonly description: string | null;
}

/** One committed transaction. */
export interface LogRecord {
  readonly beginLsn: Lsn;
  readonly commitLsn: Lsn;
  /** Local time of the commit, ticks of 100 ns. */
  readonly time: bigint;
  readonly mark?: LogMark;
  /** Contains work that the bulk-logged model logs only by page. */
  readonly bulk?: boolean;
  readonly changes: readonly Change[];
  /** Identity, sequence and rowversion counters that moved. */
  readonly counters?: readonly CounterValue[];
}

export type CounterValue = readonly [name: string, value: bigint | undefined];

const BLOCK_BYTES = 512;
const BLOCKS_PER_FILE = 1 << 21;
const VLF = 10n ** 15n;
const BLOCK = 10n ** 5n;
const MAX_SLOT = 99_999;

export interface LogPosition {
  readonly file: number;
  readonly block: number;
}

/** Gives out LSNs: a transaction's records fill blocks of 512 bytes, blocks fill virtual log files. */
export class LsnClock {
  private file: number;
  private block: number;

  constructor(position: LogPosition = { file: 34, block: 16 }) {
    this.file = position.file;
    this.block = position.block;
  }

  get position(): LogPosition {
    return { file: this.file, block: this.block };
  }

  /** Where the next record will be written. */
  get next(): Lsn {
    return lsn(this.file, this.block, 1);
  }

  /** Room for a transaction of so many log records. */
  take(records: number): { beginLsn: Lsn; commitLsn: Lsn } {
    const file = this.file;
    const block = this.block;
    this.block += Math.max(1, Math.ceil((records * 100 + 80) / BLOCK_BYTES)) * 8;
    if (this.block >= BLOCKS_PER_FILE) {
      this.file += 1;
      this.block = 16;
    }
    return { beginLsn: lsn(file, block, 1), commitLsn: lsn(file, block, Math.min(records + 2, MAX_SLOT)) };
  }

  /** Never to give out an LSN at or below this one (recovery, restore). */
  passed(reached: Lsn): void {
    if (reached < this.next) return;
    this.file = Number(reached / VLF);
    this.block = Number((reached % VLF) / BLOCK) + 8;
  }
}

function lsn(file: number, block: number, slot: number): Lsn {
  return BigInt(file) * VLF + BigInt(block) * BLOCK + BigInt(slot);
}
