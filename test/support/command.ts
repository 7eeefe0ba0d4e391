/** The built command `mssql-backup`, run as its user runs it: as a process, from outside. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";

export const command = resolve(__dirname, "../../dist/cli.js");

export interface Ended {
  /** The exit status; null after a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** What it has written to standard output so far. */
  readonly output: () => string;
  /** Waits until standard output has something that matches. */
  shows(pattern: RegExp): Promise<RegExpExecArray>;
}

const running = new Set<ChildProcess>();

/** Starts the command. A test that fails half-way leaves no process: see `killLeftovers`. */
export function startCommand(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): Running {
  const child = spawn(process.execPath, [command, ...args], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  child.once("close", () => running.delete(child));
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return {
    child,
    ended,
    output: () => stdout,
    async shows(pattern) {
      let over = false;
      void ended.then(() => {
        over = true;
      });
      for (;;) {
        const found = pattern.exec(stdout);
        if (found) return found;
        if (over) throw new Error(`It ended without showing ${pattern}:\n${stdout}${stderr}`);
        await new Promise((wake) => setTimeout(wake, 10));
      }
    },
  };
}

/** Ends what is still running; for `afterEach`. */
export async function killLeftovers(): Promise<void> {
  const left = [...running];
  for (const child of left) child.kill("SIGKILL");
  await Promise.all(left.map((child) => once(child, "close")));
}
