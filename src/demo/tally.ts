import { isLocal, type Payment } from "./shop";

/** What the customers did. */
export interface TrafficCounts {
  /** Committed payments within one server. */
  readonly local: number;
  /** Committed payments over both servers. */
  readonly distributed: number;
  /** Orders among the distributed ones. */
  readonly orders: number;
  /** Payments that were tried again: chosen as deadlock victims, or waiting too long for a lock or a mark. */
  readonly retried: number;
  /** Payments that failed for good, by SQL Server's number; by undefined where the connection was lost. */
  readonly failed: ReadonlyMap<number | undefined, number>;
  /** The longest a committed payment took. */
  readonly longestMs: number;
}

/** Counts payments since somebody last looked. */
export class Tally {
  /** Committed since the beginning. */
  committed = 0;
  #counts = emptyCounts();

  countCommitted(payment: Payment, ms: number): void {
    this.committed += 1;
    this.#counts[isLocal(payment) ? "local" : "distributed"] += 1;
    if (payment.order !== undefined) this.#counts.orders += 1;
    this.#counts.longestMs = Math.max(this.#counts.longestMs, Math.round(ms));
  }

  countRetried(): void {
    this.#counts.retried += 1;
  }

  countFailed(number: number | undefined): void {
    const { failed } = this.#counts;
    failed.set(number, (failed.get(number) ?? 0) + 1);
  }

  /** The counts since the last call. */
  take(): TrafficCounts {
    const counts = this.#counts;
    this.#counts = emptyCounts();
    return counts;
  }
}

const emptyCounts = () => ({
  local: 0,
  distributed: 0,
  orders: 0,
  retried: 0,
  failed: new Map<number | undefined, number>(),
  longestMs: 0,
});

/** How many payments were committed. */
export function payments({ local, distributed }: TrafficCounts): number {
  return local + distributed;
}

/** How many payments failed for good. */
export function failures({ failed }: TrafficCounts): number {
  return [...failed.values()].reduce((sum, count) => sum + count, 0);
}

/** The counts in words. */
export function trafficText(counts: TrafficCounts, when: string): string {
  const { distributed, orders, retried, failed, longestMs } = counts;
  const reasons = [...failed].map(([number, count]) =>
    number === undefined ? `${count} lost their connection` : `${count} with error ${number}`,
  );
  return [
    `${payments(counts)} payments ${when}: ${distributed} over both servers (${orders} of them orders)`,
    `${retried} had to be tried again`,
    ...(failed.size > 0 ? [`${failures(counts)} failed (${reasons.join(", ")})`] : []),
    `the slowest took ${longestMs} ms`,
  ].join(", ");
}
