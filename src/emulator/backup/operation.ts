/** What BACKUP and RESTORE need of the session that runs them, and how they share the process with others. */
import { SqlError } from "../engine/errors";
import type { Row } from "../engine/values";
import type { ResultColumn } from "../engine/wire";
import type { Database } from "../storage/database";
import type { Server } from "../storage/server";
import { cause } from "./errors";

export interface OperationSession {
  readonly id: number;
  readonly server: Server;
  readonly database: Database;
  readonly loginName: string;
  readonly loginSid: Uint8Array;
  readonly inTransaction: boolean;
  readonly cancelSignal: AbortSignal | undefined;
  /** A permission of a database; error 262. */
  requireDatabasePermission(database: Database, permission: string): void;
  /** Whether it may restore over the database (owner, dbcreator, sysadmin). */
  mayRestore(database: Database): boolean;
  mayCreateDatabase(): boolean;
  inform(number: number, message: string): void;
  resultSet(columns: ResultColumn[], rows: Row[]): void;
}

/** Error 3021. */
export function requireNoTransaction(session: OperationSession): void {
  if (session.inTransaction) throw cause(3021, "Cannot perform a backup or restore operation within a transaction.", 0);
}

/** How long one slice may keep the process. */
const SLICE_MS = 5;

/** Lets others run from time to time, and ends when the client cancels. */
export class Slices {
  private began = performance.now();

  constructor(private readonly session: OperationSession) {}

  async next(): Promise<void> {
    this.check();
    if (performance.now() - this.began < SLICE_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.began = performance.now();
    this.check();
  }

  private check(): void {
    const { cancelSignal } = this.session;
    if (cancelSignal?.aborted) throw cancelSignal.reason;
  }
}

/** `STATS = n`: 3211 whenever another n per cent are done. */
export class Progress {
  private told = 0;

  constructor(
    private readonly session: OperationSession,
    private readonly step: number | undefined,
  ) {}

  report(share: number): void {
    if (this.step === undefined) return;
    const percent = Math.min(100, Math.floor(share * 100));
    while (this.told + this.step <= percent) {
      this.told += this.step;
      this.session.inform(3211, `${this.told} percent processed.`);
    }
  }
}

/** `WITH STATS` without a number means 10. */
export function statsStep(given: boolean, value: number | undefined): number | undefined {
  if (!given) return undefined;
  if (value === undefined) return 10;
  if (value < 1 || value > 100)
    throw new SqlError(3250, `The value '${value}' is not within range for the STATS parameter.`);
  return value;
}

const PAGE_BYTES = 8192;
const MEGABYTE = 1_048_576;

export function pagesOf(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / PAGE_BYTES));
}

/** 3014, the last word of a backup or restore that went well. */
export function processed(operation: string, pages: number, milliseconds: number): string {
  const time = Math.max(1, Math.round(milliseconds));
  const rate = (pages * PAGE_BYTES) / MEGABYTE / (time / 1000);
  const seconds = `${Math.floor(time / 1000)}.${String(time % 1000).padStart(3, "0")}`;
  return `${operation} successfully processed ${pages} pages in ${seconds} seconds (${rate.toFixed(3)} MB/sec).`;
}
