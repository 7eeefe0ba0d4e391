/** Keeps two processes from opening one data directory. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Open in this very process. */
const held = new Set<string>();

export class DataDirectoryLock {
  private readonly path: string;

  constructor(directory: string) {
    this.path = join(resolve(directory), "lock");
    if (held.has(this.path)) throw new Error(`The data directory ${directory} is in use by this process.`);
    held.add(this.path);
    try {
      this.take(directory);
    } catch (error) {
      held.delete(this.path);
      throw error;
    }
  }

  private take(directory: string): void {
    for (;;) {
      try {
        writeFileSync(this.path, String(process.pid), { flag: "wx" });
        return;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
        const owner = Number(readFileSync(this.path, "utf8"));
        if (owner !== process.pid && isRunning(owner)) {
          throw new Error(`The data directory ${directory} is in use by process ${owner}.`);
        }
        rmSync(this.path, { force: true });
      }
    }
  }

  release(): void {
    held.delete(this.path);
    rmSync(this.path, { force: true });
  }
}

function isRunning(process_: number): boolean {
  if (!Number.isInteger(process_) || process_ <= 0) return false;
  try {
    process.kill(process_, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
