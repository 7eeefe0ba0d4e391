import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bundleCommand } from "../../../tools/build/bundle.js";

const root = resolve(__dirname, "../../..");
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "bundle-test-"));
  const source = join(folder, "main.ts");
  writeFileSync(
    source,
    `import { z } from "zod";
    import { script } from ${JSON.stringify(join(root, "src/sql"))};
    const { DateTime } = require("luxon");
    const sql = require("mssql");
    console.log(JSON.stringify({
      script: script("member"),
      parsed: z.object({ port: z.number() }).parse({ port: 1433 }),
      year: DateTime.fromISO("2026-05-06").year,
      pool: typeof sql.ConnectionPool,
      same: sql === require("mssql"),
    }));`,
  );
  await bundleCommand(folder, source);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the command runs alone: scripts and packages are in the one file", () => {
  const alone = join(folder, "alone");
  mkdirSync(alone);
  copyFileSync(join(folder, "cli.js"), join(alone, "mssql-backup"));
  const { stdout, stderr } = spawnSync(process.execPath, [join(alone, "mssql-backup")], {
    cwd: alone,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({
    script: readFileSync(join(root, "src/sql/member.sql"), "utf8"),
    parsed: { port: 1433 },
    year: 2026,
    pool: "function",
    same: true,
  });
});

test("the licences of what is in it travel with it, packed packages and theirs included", () => {
  const notices = readFileSync(join(folder, "cli.licences.txt"), "utf8");
  for (const name of ["mssql", "tedious", "zod", "luxon"]) expect(notices).toMatch(new RegExp(`^${name} \\d`, "m"));
});
