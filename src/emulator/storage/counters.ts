/** Counters that move outside transactions: identity columns, sequences, rowversion. */
import type { CounterValue } from "./log";

export class Counters {
  private readonly values = new Map<string, bigint>();
  private readonly moved = new Set<string>();

  /** `changed` is called when a counter moves for the first time since `takeMoved`. */
  constructor(private readonly changed: () => void) {}

  get(name: string): bigint | undefined {
    return this.values.get(name);
  }

  set(name: string, value: bigint | undefined): void {
    this.load(name, value);
    if (this.moved.size === 0) this.changed();
    this.moved.add(name);
  }

  /** Without noting the move: recovery and restore. */
  load(name: string, value: bigint | undefined): void {
    if (value === undefined) this.values.delete(name);
    else this.values.set(name, value);
  }

  get hasMoved(): boolean {
    return this.moved.size > 0;
  }

  /** What moved since the last call, for the log. */
  takeMoved(): CounterValue[] {
    const moved = [...this.moved].map((name): CounterValue => [name, this.values.get(name)]);
    this.moved.clear();
    return moved;
  }

  /** What was taken could not be written: it will come with the next record. */
  keepMoved(moved: readonly CounterValue[]): void {
    for (const [name] of moved) this.set(name, this.values.get(name));
  }

  all(): CounterValue[] {
    return [...this.values];
  }
}
