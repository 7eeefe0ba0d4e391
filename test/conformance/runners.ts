/** Runs the scripts of ../shared/conformance against two emulated servers, by a client that is not ours. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Emulator, startEmulators } from "../../src/emulator";

export const CORPUS = resolve(__dirname, "../../../shared/conformance");

export function corpusIsThere(): boolean {
  return existsSync(join(CORPUS, "README.md"));
}

const PASSWORD = "Conformance-1";

export interface Outcome {
  /** File → what went wrong; empty: it passed. */
  files: Map<string, string[]>;
}

function python(path: string, args: string[]): Promise<string> {
  return new Promise((done, failed) => {
    execFile(path, args, { timeout: 900_000, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      // Exit status 1 says that checks failed, which is for the caller to judge.
      if (error && (error as { code?: unknown }).code !== 1)
        failed(new Error(`${args[0]}: ${error.message}\n${stderr}`));
      else done(stdout);
    });
  });
}

async function withServers<T>(use: (a: Emulator, b: Emulator, backups: string) => Promise<T>): Promise<T> {
  const backups = mkdtempSync(join(tmpdir(), "conformance-"));
  const servers = await startEmulators([
    { serverName: "SQLA", saPassword: PASSWORD },
    { serverName: "SQLB", saPassword: PASSWORD },
  ]);
  try {
    const [a, b] = servers as [Emulator, Emulator];
    return await use(a, b, backups);
  } finally {
    await Promise.all(servers.map((server) => server.close()));
    rmSync(backups, { recursive: true, force: true });
  }
}

/** `marks/300-….sql:47: expected …` and `marks/300-….sql: 3 passed, 0 failed`. */
export async function runRules(pythonPath: string, only?: string): Promise<Outcome> {
  return withServers(async (a, b, backups) => {
    const server = (name: string, { port }: Emulator) => ["--server", `${name}=127.0.0.1:${port}:sa:${PASSWORD}`];
    const output = await python(pythonPath, [
      join(CORPUS, "rules/run_rules.py"),
      ...server("A", a),
      ...server("B", b),
      "--backup-dir",
      backups,
      ...(only ? ["--only", only] : []),
      join(CORPUS, "rules"),
    ]);
    const files = new Map<string, string[]>();
    for (const line of output.split("\n")) {
      const summary = /^(\S+\.sql): \d+ passed, \d+ failed$/.exec(line);
      if (summary?.[1]) files.set(summary[1], files.get(summary[1]) ?? []);
      const failure = /^(\S+\.sql):\d+: (?!note:)(.*)$/.exec(line);
      if (failure?.[1]) files.set(failure[1], [...(files.get(failure[1]) ?? []), failure[2] ?? ""]);
    }
    return { files };
  });
}

/** The runner's lines: `NNN-….sql batch 2 (line 5) rows: expected …`. */
export async function runCorpus(pythonPath: string, only?: string): Promise<Outcome> {
  return withServers(async ({ port }) => {
    const output = await python(pythonPath, [
      join(CORPUS, "tsql/run_corpus.py"),
      ...["--host", "127.0.0.1", "--port", String(port), "--user", "sa", "--password", PASSWORD],
      ...(only ? ["--only", only] : []),
      join(CORPUS, "tsql/files"),
    ]);
    const files = new Map<string, string[]>();
    for (const line of output.split("\n")) {
      const failure = /^(\S+\.sql) (.*)$/.exec(line);
      if (failure?.[1]) files.set(failure[1], [...(files.get(failure[1]) ?? []), failure[2] ?? ""]);
    }
    return { files };
  });
}
