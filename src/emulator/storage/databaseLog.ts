/** The records of a database's log that are still needed, and its LSNs. */
import { type LogPosition, type LogRecord, type Lsn, LsnClock } from "./log";

export class DatabaseLog {
  private records: LogRecord[] = [];
  /** LSNs that running backups keep the log from being cut beyond. */
  private readonly holds = new Set<{ lsn: Lsn }>();
  clock: LsnClock;

  constructor(position: LogPosition) {
    this.clock = new LsnClock(position);
  }

  /** Goes on from a position read from a file. */
  continueAt(position: LogPosition): void {
    this.clock = new LsnClock(position);
  }

  append(record: LogRecord): void {
    this.records.push(record);
  }

  /** Records that committed at or after `from` and before `to`. */
  between(from: Lsn, to: Lsn): LogRecord[] {
    return this.records.filter(({ commitLsn }) => commitLsn >= from && commitLsn < to);
  }

  get retained(): readonly LogRecord[] {
    return this.records;
  }

  /** Keeps the log from here on until the function given back is called. */
  hold(lsn: Lsn): () => void {
    const hold = { lsn };
    this.holds.add(hold);
    return () => this.holds.delete(hold);
  }

  /** Forgets records that committed before `lsn`, as far as no backup holds them. Says up to where. */
  truncate(lsn: Lsn): Lsn {
    let limit = lsn;
    for (const hold of this.holds) if (hold.lsn < limit) limit = hold.lsn;
    let count = 0;
    while (count < this.records.length && (this.records[count] as LogRecord).commitLsn < limit) count++;
    if (count > 0) this.records = this.records.slice(count);
    return limit;
  }

  /** Replaces everything (restore, recovery). */
  reset(records: LogRecord[]): void {
    this.records = records;
  }
}
