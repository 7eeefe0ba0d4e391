import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { type Running, startCommand } from "../../support/command";
import { engineEnvironment } from "../../support/engine";
import { fencedBlocks } from "../../support/readme";

/** An emulated server that a README has started. */
export interface StartedServer {
  readonly name: string;
  readonly port: number;
  readonly password: string;
}

/** Commands that one README tells its reader to type. */
interface ReadmeCommands {
  /** What describes the servers of somebody who has some. */
  readonly realSettings: string;
  /** The line that starts emulated ones instead, and what comes before it. */
  readonly emulator: string;
  /** What describes those. */
  readonly emulatedSettings: string;
  /** All but the first two, in their order. */
  readonly steps: readonly string[];
}

/** The first block installs; the others follow, with those for real servers right before the emulated ones start. */
function commandsOf(markdown: string): ReadmeCommands {
  const [, ...blocks] = fencedBlocks(markdown, "sh");
  const at = blocks.findIndex((block) => block.includes("mssql-backup emulator"));
  const [realSettings = "", emulator = "", emulatedSettings = ""] = blocks.slice(at - 1);
  return { realSettings, emulator, emulatedSettings, steps: [...blocks.slice(0, at - 1), ...blocks.slice(at + 1)] };
}

/** Follows the README of an example, in a copy of its folder, as somebody without a SQL Server does. */
export class Walkthrough {
  readonly commands: ReadmeCommands;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #variables: string;
  readonly #ports = new Map<string, number>();
  #emulator: Running | undefined;
  #transcript = "";

  /** @param binaries folders with the commands that packages bring */
  constructor(folder: string, state: string, binaries: readonly string[]) {
    this.#folder = folder;
    this.#variables = join(state, "variables.sh");
    this.commands = commandsOf(readFileSync(join(folder, "README.md"), "utf8"));
    const engine = engineEnvironment(state);
    this.#env = {
      ...process.env,
      ...engine,
      PATH: [...binaries, engine.PATH].join(delimiter),
      PULUMI_SKIP_CONFIRMATIONS: "true",
      // What `up` and `destroy` do is looked at afterwards: it need not be shown before.
      PULUMI_OPTION_SKIP_PREVIEW: "true",
      // Types are checked apart, and all at once.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    };
  }

  /** Everything that was printed so far. */
  get transcript(): string {
    return this.#transcript;
  }

  /** Starts the emulated servers, each at any port that is free. */
  async startServers(): Promise<StartedServer[]> {
    const lines = this.commands.emulator.trimEnd().split("\n");
    const line = lines.pop() ?? "";
    const [, password = "", text = ""] =
      /^MSSQL_BACKUP_PASSWORD=(\S+) npx mssql-backup (emulator .*)$/.exec(line) ?? [];
    await this.run(lines.join("\n"));
    const args = text.replace(/:\d+/g, "").split(" ");
    this.#emulator = startCommand(args, { cwd: this.#folder, env: { ...this.#env, MSSQL_BACKUP_PASSWORD: password } });
    await this.#emulator.shows(/^Ready/m);
    const listening = new Map(
      [...this.#emulator.output().matchAll(/^(\S+) listens on \S+,(\d+)$/gm)].map(([, name, port]) => [name, port]),
    );
    const servers = [...text.matchAll(/(\w+):(\d+)/g)].map(([, name = "", written = ""]) => {
      const port = Number(listening.get(name));
      this.#ports.set(written, port);
      return { name, port, password };
    });
    const program = join(this.#folder, "index.ts");
    if (existsSync(program)) writeFileSync(program, this.asHere(readFileSync(program, "utf8")));
    return servers;
  }

  /** Types a block of commands into a shell, whose variables are those of the blocks before. Throws if one fails. */
  async run(block: string): Promise<void> {
    const commands = this.asHere(block).replaceAll("npx mssql-backup", "mssql-backup");
    const before = existsSync(this.#variables) ? `. ${this.#variables}` : "true";
    const script = `set -euo pipefail; ${before}\n${commands}\nexport -p > ${this.#variables}`;
    const shell = spawn("bash", ["-c", script], {
      cwd: this.#folder,
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [shell.stdout, shell.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    const [code] = await once(shell, "close");
    this.#transcript += output;
    if (code !== 0) throw new Error(`Exit status ${code} of\n${commands}\n${output}`);
  }

  /** A text with the ports that the emulated servers really have. */
  asHere(text: string): string {
    return [...this.#ports].reduce((changed, [written, port]) => changed.replaceAll(written, String(port)), text);
  }

  async stop(): Promise<void> {
    this.#emulator?.child.kill("SIGINT");
    await this.#emulator?.ended;
  }
}
