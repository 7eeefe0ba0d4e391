import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./childProcess";
import type { DemoSite } from "./site";
import type { Story } from "./story";

/** The command `mssql-backup`, as its user runs it. */
export interface Runner {
  /** Runs a subcommand with `--json`; tells the command line and returns what it printed. */
  run<T>(...args: string[]): Promise<{ readonly code: number; readonly result: T; readonly ms: number }>;
}

/**
 * @param connectionFile what the stack's output of that name holds
 */
export async function openRunner(
  site: DemoSite,
  story: Story,
  signal: AbortSignal,
  connectionFile: string,
): Promise<Runner> {
  const file = "connection.json";
  await writeFile(join(site.folder, file), connectionFile);
  return {
    async run<T>(...args: string[]) {
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
    },
  };
}

function parse(text: string): object | undefined {
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
