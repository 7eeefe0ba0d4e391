/** A hash index over a table: finds rows by equality of the whole key or of its first columns. */
import type { Row, SqlType, Value } from "../engine/values";
import { compositeKey, type IndexKey } from "./keys";
import type { IndexRecord } from "./records";
import type { RowEntry } from "./rowEntry";

type Bucket = RowEntry | Set<RowEntry>;

export class RowIndex {
  /** One map per key length in use: the whole key always, shorter ones since the first seek by them. */
  private readonly maps = new Map<number, Map<IndexKey, Bucket>>();

  constructor(
    readonly record: IndexRecord,
    /** Ordinals of the key columns in a row. */
    readonly ordinals: readonly number[],
    readonly types: readonly SqlType[],
    /** Filtered indexes hold only rows that pass. */
    private readonly filter: ((row: Row) => boolean) | undefined,
  ) {
    this.maps.set(ordinals.length, new Map());
  }

  covers(row: Row): boolean {
    return this.filter === undefined || this.filter(row);
  }

  keyOfRow(row: Row, length = this.ordinals.length): IndexKey {
    const values: Value[] = [];
    for (let i = 0; i < length; i++) values.push(row[this.ordinals[i] as number] as Value);
    return compositeKey(values, this.types);
  }

  keyOfValues(values: readonly Value[]): IndexKey {
    return compositeKey(values, this.types);
  }

  /** Whether both versions stand under the same key, or neither is in the index. */
  sameKey(one: Row, other: Row): boolean {
    if (this.ordinals.every((ordinal) => one[ordinal] === other[ordinal]) && this.filter === undefined) return true;
    const covered = this.covers(one);
    return covered === this.covers(other) && (!covered || this.keyOfRow(one) === this.keyOfRow(other));
  }

  add(row: Row, entry: RowEntry): void {
    if (!this.covers(row)) return;
    for (const [length, map] of this.maps) addTo(map, this.keyOfRow(row, length), entry);
  }

  /** Takes the entry out under the key of `row`, unless one of the `kept` versions still has that key. */
  remove(row: Row, entry: RowEntry, kept: readonly Row[]): void {
    if (!this.covers(row)) return;
    for (const [length, map] of this.maps) {
      const key = this.keyOfRow(row, length);
      const stays = kept.some((other) => this.covers(other) && this.keyOfRow(other, length) === key);
      if (!stays) removeFrom(map, key, entry);
    }
  }

  /** Entries that have, or had in a version still kept, this key. */
  candidates(values: readonly Value[], entries: Iterable<RowEntry>): Iterable<RowEntry> {
    const map = this.maps.get(values.length) ?? this.mapFor(values.length, entries);
    const bucket = map.get(this.keyOfValues(values));
    if (bucket === undefined) return [];
    return bucket instanceof Set ? [...bucket] : [bucket];
  }

  clear(): void {
    for (const map of this.maps.values()) map.clear();
  }

  private mapFor(length: number, entries: Iterable<RowEntry>): Map<IndexKey, Bucket> {
    const map = new Map<IndexKey, Bucket>();
    for (const entry of entries) {
      for (const row of entry.rows()) if (this.covers(row)) addTo(map, this.keyOfRow(row, length), entry);
    }
    this.maps.set(length, map);
    return map;
  }
}

function addTo(map: Map<IndexKey, Bucket>, key: IndexKey, entry: RowEntry): void {
  const bucket = map.get(key);
  if (bucket === undefined) map.set(key, entry);
  else if (bucket instanceof Set) bucket.add(entry);
  else if (bucket !== entry) map.set(key, new Set([bucket, entry]));
}

function removeFrom(map: Map<IndexKey, Bucket>, key: IndexKey, entry: RowEntry): void {
  const bucket = map.get(key);
  if (bucket === entry) {
    map.delete(key);
  } else if (bucket instanceof Set) {
    bucket.delete(entry);
    if (bucket.size === 0) map.delete(key);
  }
}
