/** One row of a table with the versions that somebody may still read. */
import type { Row } from "../engine/values";
import type { ImplicitlyLocked, LockOwner } from "./lockManager";

/** Stable, unique within its table, never used twice; log records name rows by it. */
export type RowId = number;

/** A version of a row; `row` is null where the row does not exist (deleted, or not yet inserted). */
export interface RowVersion {
  readonly id: RowId;
  readonly row: Row | null;
  /** Commit sequence that made it; Infinity until its transaction commits. */
  sequence: number;
  older: RowVersion | undefined;
}

/** What reading gives: a version whose row exists. */
export interface StoredRow {
  readonly id: RowId;
  readonly row: Row;
}

export class RowEntry implements ImplicitlyLocked {
  /** The transaction that changed the row and has not ended; holds it exclusively. */
  writer: LockOwner | undefined = undefined;

  constructor(
    readonly id: RowId,
    public current: RowVersion,
  ) {}

  /** Rows of all versions kept. */
  rows(): Row[] {
    const rows: Row[] = [];
    for (let version: RowVersion | undefined = this.current; version; version = version.older) {
      if (version.row) rows.push(version.row);
    }
    return rows;
  }

  /** The newest version committed at or before `sequence`. */
  versionAt(sequence: number): RowVersion | undefined {
    let version: RowVersion | undefined = this.current;
    while (version && version.sequence > sequence) version = version.older;
    return version;
  }

  /** The newest committed version. */
  committed(): RowVersion | undefined {
    return this.writer === undefined ? this.current : this.versionAt(Number.MAX_VALUE);
  }
}
