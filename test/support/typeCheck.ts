/** The TypeScript compiler, as a user of the package runs it. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

const defaults = { target: "es2022", strict: true, noEmit: true, types: ["node"], skipLibCheck: true };

/** What the compiler complains about in some files of a project; empty when it is content. */
export function typeErrors(project: string, files: readonly string[], compilerOptions: object): string {
  const settings = join(project, "tsconfig.check.json");
  writeFileSync(settings, JSON.stringify({ compilerOptions: { ...defaults, ...compilerOptions }, files }));
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [require.resolve("typescript/bin/tsc"), "-p", settings],
    {
      encoding: "utf8",
    },
  );
  return status === 0 ? "" : `${stdout}${stderr}`;
}
