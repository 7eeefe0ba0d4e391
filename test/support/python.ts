/** A Python with packages that tests need: a virtual environment in the user's cache, made once. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The interpreter's path, or why there is none. */
export async function pythonWith(packages: readonly string[]): Promise<{ path: string } | { missing: string }> {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const key = createHash("sha256").update(packages.join("\n")).digest("hex").slice(0, 12);
  const folder = join(cache, "pulumi-mssql-backup", `python-${key}`);
  const path = join(folder, "bin", "python");
  if (existsSync(path)) return { path };
  const made = `${folder}.${process.pid}`;
  try {
    mkdirSync(dirname(folder), { recursive: true });
    await run("python3", ["-m", "venv", made]);
    await run(
      join(made, "bin", "python"),
      ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...packages],
      { timeout: 300_000 },
    );
    // A venv's python is a link and works after a move; only its pip does not.
    renameSync(made, folder);
    return { path };
  } catch (error) {
    rmSync(made, { recursive: true, force: true });
    if (existsSync(path)) return { path };
    return {
      missing: `Python with ${packages.join(", ")} cannot be had: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`,
    };
  }
}
