/** The records of one database by kind and id, found by name too. Changed only by Transaction.putRecord and recovery. */
import { TransientLockWait } from "./lockManager";
import type { MetadataRecord, ObjectRecord, RecordKind, RecordKinds } from "./records";
import type { Transaction } from "./transaction";

interface Kind {
  byId: Map<number, MetadataRecord>;
  byName: Map<string, Set<number>>;
  lastId: number;
}

/** A record that an open transaction has changed: others wait for its end. */
export class PendingRecord {
  /** Nobody reads by the definition while it changes, not even without locks. */
  readonly writerMode = "SchM";

  constructor(
    readonly writer: Transaction,
    /** The committed record, where this stands for an id; undefined: there was none. */
    readonly committed: MetadataRecord | undefined,
  ) {}
}

export class MetadataStore {
  private readonly kinds = new Map<RecordKind, Kind>();
  private readonly pending = new Map<string, PendingRecord>();
  private readonly childrenByParent = new Map<number, Set<number>>();
  private readonly indexesByObject = new Map<number, Set<number>>();

  get<K extends RecordKind>(kind: K, id: number): RecordKinds[K] | undefined {
    return this.kinds.get(kind)?.byId.get(id) as RecordKinds[K] | undefined;
  }

  /** All records of a kind, in the order of their ids as far as they were made so. */
  all<K extends RecordKind>(kind: K): IterableIterator<RecordKinds[K]> {
    const records = this.kinds.get(kind)?.byId ?? new Map<number, MetadataRecord>();
    return records.values() as IterableIterator<RecordKinds[K]>;
  }

  /** Records of that name (case-insensitive); the caller narrows by schema or the like. */
  find<K extends RecordKind>(kind: K, name: string): RecordKinds[K][] {
    const entry = this.kinds.get(kind);
    const ids = entry?.byName.get(name.toLowerCase());
    if (!entry || !ids) return [];
    return [...ids].map((id) => entry.byId.get(id) as RecordKinds[K]);
  }

  /** The first record of that name, for kinds whose names are unique. */
  findOne<K extends RecordKind>(kind: K, name: string): RecordKinds[K] | undefined {
    const entry = this.kinds.get(kind);
    const ids = entry?.byName.get(name.toLowerCase());
    if (!entry || !ids) return undefined;
    for (const id of ids) return entry.byId.get(id) as RecordKinds[K];
    return undefined;
  }

  /** Constraints and triggers of a table. */
  children(objectId: number): ObjectRecord[] {
    const ids = this.childrenByParent.get(objectId);
    return ids ? [...ids].map((id) => this.get("object", id) as ObjectRecord) : [];
  }

  /** Index records of a table or view, by index_id. */
  indexesOf(objectId: number): RecordKinds["index"][] {
    const ids = this.indexesByObject.get(objectId);
    if (!ids) return [];
    return [...ids].map((id) => this.get("index", id) as RecordKinds["index"]).sort((a, b) => a.indexId - b.indexId);
  }

  /** A new id for a record of a kind without ids of its own (objects: Database.allocateObjectId). */
  nextId(kind: RecordKind): number {
    const entry = this.kind(kind);
    entry.lastId += 1;
    return entry.lastId;
  }

  /**
   * Throws LockWait if an open transaction other than `reader` has created, changed or dropped a
   * record of this name or id.
   */
  guard(kind: RecordKind, nameOrId: string | number, reader: Transaction | undefined): void {
    if (this.pending.size === 0) return;
    const pending = this.pending.get(pendingKey(kind, nameOrId));
    if (pending && pending.writer !== reader) throw new TransientLockWait(pending, "SchS");
  }

  /** For Transaction: notes the writer until it ends. Gives the keys to `settle`. */
  claim(
    kind: RecordKind,
    id: number,
    former: MetadataRecord | undefined,
    name: string | undefined,
    writer: Transaction,
  ): string[] {
    const keys = [pendingKey(kind, id)];
    if (former?.name !== undefined) keys.push(pendingKey(kind, former.name));
    if (name !== undefined) keys.push(pendingKey(kind, name));
    for (const key of keys) {
      const pending = this.pending.get(key);
      if (pending && pending.writer !== writer) throw new TransientLockWait(pending, "SchM");
    }
    const fresh = keys.filter((key) => !this.pending.has(key));
    const pending = new PendingRecord(writer, former);
    for (const key of fresh) this.pending.set(key, pending);
    return fresh;
  }

  /** Whether a transaction other than `reader` has made the record and not committed it. */
  isUncommitted(kind: RecordKind, id: number, reader: Transaction | undefined): boolean {
    if (this.pending.size === 0) return false;
    const pending = this.pending.get(pendingKey(kind, id));
    return pending !== undefined && pending.writer !== reader && pending.committed === undefined;
  }

  /** Whether an open transaction has changed the record. */
  isPending(kind: RecordKind, id: number): boolean {
    return this.pending.has(pendingKey(kind, id));
  }

  settle(keys: Iterable<string>): void {
    for (const key of keys) this.pending.delete(key);
  }

  /** Sets or removes a record without logging: for Transaction, recovery and restore. */
  apply(kind: RecordKind, id: number, record: MetadataRecord | undefined): void {
    const entry = this.kind(kind);
    const former = entry.byId.get(id);
    if (former) this.unlink(kind, entry, former);
    if (record) {
      entry.byId.set(id, record);
      entry.lastId = Math.max(entry.lastId, id);
      this.link(kind, entry, record);
    } else {
      entry.byId.delete(id);
    }
  }

  /** All committed records, for snapshots and backups. */
  *committed(): IterableIterator<[RecordKind, MetadataRecord]> {
    for (const [kind, entry] of this.kinds) {
      for (const record of entry.byId.values()) {
        if (!this.pending.has(pendingKey(kind, record.id))) yield [kind, record];
      }
    }
    for (const [key, { committed }] of this.pending) {
      const id = /^(\w+)#/.exec(key);
      if (id && committed) yield [id[1] as RecordKind, committed];
    }
  }

  private kind(kind: RecordKind): Kind {
    let entry = this.kinds.get(kind);
    if (!entry) {
      entry = { byId: new Map(), byName: new Map(), lastId: 0 };
      this.kinds.set(kind, entry);
    }
    return entry;
  }

  private link(kind: RecordKind, entry: Kind, record: MetadataRecord): void {
    if (record.name !== undefined) add(entry.byName, record.name.toLowerCase(), record.id);
    if (kind === "object") {
      const { parentId } = record as ObjectRecord;
      if (parentId !== 0) add(this.childrenByParent, parentId, record.id);
    } else if (kind === "index") {
      add(this.indexesByObject, (record as RecordKinds["index"]).objectId, record.id);
    }
  }

  private unlink(kind: RecordKind, entry: Kind, record: MetadataRecord): void {
    if (record.name !== undefined) remove(entry.byName, record.name.toLowerCase(), record.id);
    if (kind === "object") remove(this.childrenByParent, (record as ObjectRecord).parentId, record.id);
    else if (kind === "index") remove(this.indexesByObject, (record as RecordKinds["index"]).objectId, record.id);
  }
}

function pendingKey(kind: RecordKind, nameOrId: string | number): string {
  return typeof nameOrId === "number" ? `${kind}#${nameOrId}` : `${kind}:${nameOrId.toLowerCase()}`;
}

function add<T>(map: Map<T, Set<number>>, key: T, id: number): void {
  const ids = map.get(key);
  if (ids) ids.add(id);
  else map.set(key, new Set([id]));
}

function remove<T>(map: Map<T, Set<number>>, key: T, id: number): void {
  const ids = map.get(key);
  if (!ids) return;
  ids.delete(id);
  if (ids.size === 0) map.delete(key);
}
