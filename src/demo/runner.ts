import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./childProcess";
import type { Stage } from "./stage";

/** The command `mssql-backup`, as its user runs it. */
export interface Runner {
  /** Runs a subcommand with `--json`; tells the command line and returns what it printed. */
  run<T>(...args: string[]): Promise<RunnerEnd<T>>;
  /** The same as `sa`: the stack's login may back up and restore, but not give a lost database back to its owner. */
  runAsAdministrator<T>(...args: string[]): Promise<RunnerEnd<T>>;
}

export interface RunnerEnd<T> {
  readonly code: number;
  readonly result: T;
  readonly ms: number;
}

/** The parts of what `mssql-backup run` prints that the demo reads. */
export interface RunOutput {
  readonly outcome: string;
  readonly mark?: string;
  readonly members: readonly MemberOutput[];
  readonly findings: readonly FindingOutput[];
}

export interface MemberOutput {
  readonly server: string;
  readonly database: string;
  readonly full?: { readonly file: string };
  readonly log?: { readonly file: string };
  readonly markLsn?: string;
}

export interface FindingOutput {
  readonly server: string;
  readonly database?: string;
  readonly message: string;
  readonly number?: number;
}

/** The parts of what `mssql-backup points` prints. */
export interface PointsOutput {
  readonly points: readonly {
    readonly mark: string;
    readonly restorable: boolean;
    readonly members: readonly { readonly found: { readonly problem?: string } }[];
  }[];
}

/** The parts of what `mssql-backup restore` prints. */
export interface RestoreOutput {
  readonly mark: string;
  readonly outcome: string;
  readonly databases: readonly unknown[];
  readonly findings: readonly FindingOutput[];
}

/**
 * @param connectionFile what the stack's output of that name holds
 */
export async function openRunner({ site, story, signal }: Stage, connectionFile: string): Promise<Runner> {
  const files = { runner: "connection.json", administrator: "administrator.json" };
  await writeFile(join(site.folder, files.runner), connectionFile);
  await writeFile(join(site.folder, files.administrator), asAdministrator(connectionFile));
  const runWith = async <T>(file: string, args: readonly string[]): Promise<RunnerEnd<T>> => {
    const line = [...args, "--connection", file];
    story.tell(`$ mssql-backup ${line.join(" ")}`);
    const command = [site.command, ...line, "--json"];
    const { code, stdout, stderr, ms } = await runCommand(process.execPath, command, {
      cwd: site.folder,
      env: site.env,
      signal,
    });
    const result = parse(stdout);
    if (result === undefined || "error" in result) {
      throw new Error(`mssql-backup ${args.join(" ")} ended with exit status ${code}:\n${stdout}${stderr}`);
    }
    return { code, result: result as T, ms };
  };
  return {
    run: (...args) => runWith(files.runner, args),
    runAsAdministrator: (...args) => runWith(files.administrator, args),
  };
}

/** The same servers, under their administrator's login. */
function asAdministrator(connectionFile: string): string {
  const authentication = { type: "sql", user: "sa", password: { env: "SA_PASSWORD" } };
  return JSON.stringify(JSON.parse(connectionFile), (key, value) =>
    key === "authentication" ? authentication : value,
  );
}

function parse(text: string): object | undefined {
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

/** Findings in lines: where, what, SQL Server's number. */
export function findingLines(findings: readonly FindingOutput[]): string[] {
  return findings.map(({ server, database, message, number }) => {
    const where = database === undefined ? server : `${database} on ${server}`;
    return `finding: ${where}: ${message}${number === undefined ? "" : ` (error ${number})`}`;
  });
}
