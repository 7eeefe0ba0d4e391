/**
 * Faults on demand, for tests of what a program does when its server fails. One object a server; the listener, the
 * storage and the sessions ask it at the points where something may go wrong, and it answers no unless told otherwise.
 */

/** Which statement a fault meets. */
export interface StatementFault {
  /** Part of the statement's text (case does not matter), or a pattern for it; by default any statement. */
  matching?: string | RegExp;
  /** The n-th statement that matches from now on; 1 by default. */
  occurrence?: number;
}

export interface DroppedConnection extends StatementFault {
  /** Before the statement has any effect, or after it, with its outcome left unsaid; `before` by default. */
  when?: "before" | "after";
}

/** What writing to the disk meets. */
export interface DiskFault {
  /** `full`: no space is left (operating system error 112). `failing`: the device does not answer (error 1117). */
  kind: "full" | "failing";
  /** Only files whose path contains this text or matches this pattern; by default every file. */
  matching?: string | RegExp;
  /** Bytes that still fit before the fault begins; 0 by default. */
  afterBytes?: number;
}

/** Thrown to storage in place of a write. */
export class DiskFaultError extends Error {
  readonly code: "ENOSPC" | "EIO";
  /** Number and text that SQL Server's messages give for it. */
  readonly operatingSystemError: { number: number; text: string };

  constructor(
    kind: DiskFault["kind"],
    readonly path: string,
  ) {
    super(kind === "full" ? `No space is left for '${path}'.` : `The device of '${path}' failed.`);
    this.name = "DiskFaultError";
    this.code = kind === "full" ? "ENOSPC" : "EIO";
    this.operatingSystemError =
      kind === "full"
        ? { number: 112, text: "There is not enough space on the disk." }
        : { number: 1117, text: "The request could not be performed because of an I/O device error." };
  }
}

interface Countdown {
  matching: string | RegExp | undefined;
  left: number;
}

export class Faults {
  /** Milliseconds that every request waits before it is carried out. */
  latency = 0;
  /** New connections are reset at once. */
  refuseConnections = false;
  /** The distributed transaction coordinator does not answer: error 8501 to whatever needs it. */
  coordinatorAbsent = false;

  private drops: (Countdown & { when: "before" | "after" })[] = [];
  private deadlocks: Countdown[] = [];
  private disk: (DiskFault & { bytesLeft: number }) | undefined;

  /** Ends the connection over which the statement comes. */
  dropConnection(fault: DroppedConnection = {}): this {
    this.drops.push({ ...countdown(fault), when: fault.when ?? "before" });
    return this;
  }

  /** Makes the transaction of the statement a deadlock victim (error 1205). */
  deadlock(fault: StatementFault = {}): this {
    this.deadlocks.push(countdown(fault));
    return this;
  }

  /** Makes writes to files fail, until {@link clear}. */
  breakDisk(fault: DiskFault): this {
    this.disk = { ...fault, bytesLeft: fault.afterBytes ?? 0 };
    return this;
  }

  /** Back to a server that works. */
  clear(): void {
    this.latency = 0;
    this.refuseConnections = false;
    this.coordinatorAbsent = false;
    this.drops = [];
    this.deadlocks = [];
    this.disk = undefined;
  }

  /** Asked by the listener for each request: must its connection be dropped, and when? */
  takeDroppedConnection(text: string): "before" | "after" | undefined {
    const fault = due(this.drops, text);
    this.drops = this.drops.filter((drop) => drop !== fault);
    return fault?.when;
  }

  /** Asked by the session for each statement: is its transaction to be a deadlock victim? */
  takeDeadlock(text: string): boolean {
    const fault = due(this.deadlocks, text);
    this.deadlocks = this.deadlocks.filter((deadlock) => deadlock !== fault);
    return fault !== undefined;
  }

  /** Asked by whatever writes to a file, before it does; throws {@link DiskFaultError}. */
  beforeWrite(path: string, bytes: number): void {
    if (this.disk === undefined || !matches(this.disk.matching, path)) {
      return;
    }
    if (bytes > this.disk.bytesLeft) {
      this.disk.bytesLeft = 0;
      throw new DiskFaultError(this.disk.kind, path);
    }
    this.disk.bytesLeft -= bytes;
  }
}

function countdown(fault: StatementFault): Countdown {
  const occurrence = fault.occurrence ?? 1;
  if (!Number.isInteger(occurrence) || occurrence < 1) {
    throw new RangeError(`Expected the occurrence of a fault to be a whole number from 1, got \`${occurrence}\`.`);
  }
  return { matching: fault.matching, left: occurrence };
}

/** Counts the statement for every fault it matches; returns the first whose turn it is. */
function due<Fault extends Countdown>(faults: Fault[], text: string): Fault | undefined {
  let found: Fault | undefined;
  for (const fault of faults) {
    if (matches(fault.matching, text)) {
      fault.left -= 1;
      if (fault.left <= 0) {
        found ??= fault;
      }
    }
  }
  return found;
}

function matches(pattern: string | RegExp | undefined, text: string): boolean {
  if (pattern === undefined) {
    return true;
  }
  return typeof pattern === "string" ? text.toLowerCase().includes(pattern.toLowerCase()) : text.search(pattern) !== -1;
}

/**
 * Faults from a text such as `latency=50,drop=3,no-coordinator,disk=full`, for servers started from a command line.
 *
 * | word                              | fault                                                |
 * | --------------------------------- | ---------------------------------------------------- |
 * | `latency=<ms>`                    | {@link Faults.latency}                               |
 * | `drop=<n>` or `drop=<n>:after`    | {@link Faults.dropConnection} at the n-th request    |
 * | `deadlock=<n>`                    | {@link Faults.deadlock} at the n-th statement        |
 * | `refuse`                          | {@link Faults.refuseConnections}                     |
 * | `no-coordinator`                  | {@link Faults.coordinatorAbsent}                     |
 * | `disk=full` or `disk=failing`     | {@link Faults.breakDisk}                             |
 */
export function parseFaults(text: string): Faults {
  const faults = new Faults();
  for (const word of text
    .split(",")
    .map((part) => part.trim())
    .filter(Boolean)) {
    const [name = "", argument = ""] = word.split("=");
    const [count = "", when = ""] = argument.split(":");
    if (name === "latency" && /^\d+$/.test(argument)) {
      faults.latency = Number(argument);
    } else if (name === "drop" && /^[1-9]\d*(:(before|after))?$/.test(argument)) {
      faults.dropConnection({ occurrence: Number(count), when: when === "after" ? "after" : "before" });
    } else if (name === "deadlock" && /^[1-9]\d*$/.test(argument)) {
      faults.deadlock({ occurrence: Number(argument) });
    } else if (word === "refuse") {
      faults.refuseConnections = true;
    } else if (word === "no-coordinator") {
      faults.coordinatorAbsent = true;
    } else if (name === "disk" && (argument === "full" || argument === "failing")) {
      faults.breakDisk({ kind: argument });
    } else {
      throw new TypeError(`Unknown fault \`${word}\`.`);
    }
  }
  return faults;
}
