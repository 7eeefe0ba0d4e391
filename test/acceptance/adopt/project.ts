import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { TestServer } from "../../provider/servers";
import { command, type Ended } from "../../support/command";
import { engineEnvironment } from "../../support/engine";

const root = resolve(__dirname, "../../..");

/** A folder into which an installation is imported, and which is a Pulumi project then. */
export class ImportedProject {
  readonly #folder = mkdtempSync(join(tmpdir(), "adopt-test-"));
  readonly folder = join(this.#folder, "backup-set");
  readonly #env: NodeJS.ProcessEnv;

  constructor(secrets: Readonly<Record<string, string>>) {
    this.#env = { ...process.env, ...secrets, ...engineEnvironment(this.#folder) };
  }

  /** Runs `mssql-backup import` against a control server. */
  import({ connection }: TestServer, ...args: string[]): Promise<Ended> {
    const server = ["--server", `${connection.host},${connection.port}`, "--user", "sa", "--trust-server-certificate"];
    return this.#run(process.execPath, [command, "import", ...server, "--out", this.folder, ...args], this.#folder);
  }

  /** Has another `pulumi` on PATH, which knows its version and nothing else; none without a version. */
  installPulumi(version: string | undefined): void {
    const folder = join(this.#folder, "bin");
    mkdirSync(folder);
    if (version !== undefined) writeFileSync(join(folder, "pulumi"), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
    this.#env.PATH = folder;
  }

  text(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  get written(): boolean {
    return existsSync(this.folder);
  }

  /** What `tsc` complains about in the program. */
  async typeErrors(): Promise<string> {
    this.#install();
    return (await this.#run(process.execPath, [require.resolve("typescript/bin/tsc"), "-p", "."])).stdout;
  }

  pulumi(...args: string[]): Promise<Ended> {
    this.#install();
    return this.#run("pulumi", [...args, "--non-interactive", "--color", "never"]);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** What `npm install` would do. */
  #install(): void {
    const modules = join(this.folder, "node_modules");
    if (!existsSync(modules)) symlinkSync(join(root, "node_modules"), modules, "junction");
  }

  #run(file: string, args: readonly string[], cwd = this.folder): Promise<Ended> {
    return new Promise((done) => {
      execFile(file, args, { cwd, env: this.#env, encoding: "utf8" }, (error, stdout, stderr) => {
        done({ code: error === null ? 0 : Number(error.code), stdout, stderr });
      });
    });
  }
}
