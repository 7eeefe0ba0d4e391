import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";

/** The bundled command, as it is installed. */
export const command = resolve(__dirname, "../../../dist/cli.js");

/** How a process ended and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** Starts the command, and shells that call it, in one folder; what still runs can be killed. */
export class CommandLine {
  readonly #running = new Set<ChildProcess>();
  readonly #folder: string;

  constructor(folder: string) {
    if (!existsSync(command)) throw new Error("dist/cli.js is not there: npm test and npm run build make it");
    this.#folder = folder;
  }

  start(args: readonly string[], env: Readonly<Record<string, string>> = {}): Started {
    return this.#spawn(process.execPath, [command, ...args], { PATH: process.env.PATH, ...env });
  }

  /** Hands one line to a shell, as SQL Server Agent does with the command of a CmdExec step. */
  shell(line: string, env: Readonly<Record<string, string | undefined>>): Started {
    return this.#spawn("/bin/sh", ["-c", line], env);
  }

  kill(): void {
    for (const child of this.#running) child.kill("SIGKILL");
  }

  #spawn(file: string, args: readonly string[], env: Readonly<Record<string, string | undefined>>): Started {
    const child = spawn(file, args, { cwd: this.#folder, env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
    this.#running.add(child);
    child.once("close", () => this.#running.delete(child));
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (data) => {
      stdout += data;
    });
    child.stderr.on("data", (data) => {
      stderr += data;
    });
    return { child, ended: once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr })) };
  }
}
