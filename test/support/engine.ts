/** The Pulumi engine, with its state in files. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";

/** The folder with pulumi and its Node plugins. */
function engineFolder(): string {
  const { PULUMI_MSSQL_BACKUP_ENGINE: folder } = process.env;
  if (folder) return folder;
  const script = resolve(__dirname, "../../tools/pulumi-engine.js");
  return execFileSync(process.execPath, [script, "--print"], { encoding: "utf8" }).trim();
}

/** What the engine needs in its environment: it keeps its state and its home in a folder, where both are made. */
export function engineEnvironment(folder: string) {
  const state = join(folder, "state");
  const home = join(folder, "home");
  for (const each of [state, home]) mkdirSync(each, { recursive: true });
  return {
    // Pulumi finds its plugins on PATH, and those find node there.
    PATH: [dirname(process.execPath), engineFolder(), process.env.PATH].join(delimiter),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_HOME: home,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}
