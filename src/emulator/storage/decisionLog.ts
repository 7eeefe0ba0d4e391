/**
 * The one place that decides whether a transaction over several files committed: its records in the
 * databases' logs count only if its id stands here. Also the coordinator's memory of distributed
 * transactions, whose outcome participants ask for.
 */
import {
  appendFileSync,
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { encodeFrame, FrameReader } from "./frames";

export type DecisionId = string;

export type Outcome = "committed" | "aborted";

interface Entry {
  id: DecisionId;
  outcome: Outcome | "forgotten";
}

export class DecisionLog {
  private readonly outcomes = new Map<DecisionId, Outcome>();
  private file: number | undefined;
  private size = 0;

  /** Without a path decisions are kept in memory. */
  constructor(private readonly path?: string) {
    if (path === undefined) return;
    appendFileSync(path, "");
    const reader = new FrameReader(readFileSync(path));
    for (let entry = reader.next() as Entry | undefined; entry; entry = reader.next() as Entry | undefined) {
      this.remember(entry);
    }
    this.size = reader.validBytes;
    this.file = openSync(path, "r+");
    ftruncateSync(this.file, this.size);
  }

  outcome(id: DecisionId): Outcome | undefined {
    return this.outcomes.get(id);
  }

  decide(id: DecisionId, outcome: Outcome): void {
    this.write({ id, outcome });
  }

  /** Nobody will ask for it any more. */
  forget(id: DecisionId): void {
    if (this.outcomes.has(id)) this.write({ id, outcome: "forgotten" });
  }

  /** Keeps only these decisions: the others are settled in every database. */
  compact(keep: (id: DecisionId) => boolean): void {
    for (const id of [...this.outcomes.keys()]) if (!keep(id)) this.outcomes.delete(id);
    if (this.path === undefined || this.file === undefined) return;
    const entries = [...this.outcomes].map(([id, outcome]) => encodeFrame({ id, outcome }));
    const bytes = Buffer.concat(entries);
    writeFileSync(`${this.path}.new`, bytes, { flush: true });
    renameSync(`${this.path}.new`, this.path);
    closeSync(this.file);
    this.file = openSync(this.path, "r+");
    this.size = bytes.length;
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private write(entry: Entry): void {
    if (this.file !== undefined) {
      const bytes = encodeFrame(entry);
      writeSync(this.file, bytes, 0, bytes.length, this.size);
      this.size += bytes.length;
    }
    this.remember(entry);
  }

  private remember({ id, outcome }: Entry): void {
    if (outcome === "forgotten") this.outcomes.delete(id);
    else this.outcomes.set(id, outcome);
  }
}
