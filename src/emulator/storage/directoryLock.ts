/** Keeps two processes from opening one data directory. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export class DataDirectoryLock {
  private readonly path: string;

  constructor(directory: string) {
    this.path = join(directory, "lock");
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
