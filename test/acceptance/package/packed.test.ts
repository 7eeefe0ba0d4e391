import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPacked, manifest, root } from "../../support/packed";
import { typeErrors } from "../../support/typeCheck";

const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== "./package.json");

let project: string;
let files: string[];

/** A project of a user's own, with the package as npm would install it from its tarball. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "packed-test-"));
  files = installPacked(project, ["@pulumi", "@types"]);
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const specifierOf = (subpath: string) => `${manifest.name}${subpath.slice(1)}`;

test("the package holds what programs and servers need, and nothing else", () => {
  expect(files).toEqual(
    expect.arrayContaining(["LICENSE", "README.md", "CHANGELOG.md", "dist/cli.js", "dist/cli.licences.txt"]),
  );
  expect(
    files.filter((file) => !/^(dist\/.+\.(js|d\.ts|sql|txt)|[A-Z]+\.md|LICENSE|package\.json)$/.test(file)),
  ).toEqual([]);
});

test("it is not taken for a package with a plugin of its own, which Pulumi would try to download", () => {
  expect(manifest.pulumi?.resource).toBeUndefined();
});

test.each(subpaths)("%s can be required", (subpath) => {
  const program = `require(${JSON.stringify(specifierOf(subpath))})`;
  const { status, stderr } = spawnSync(process.execPath, ["-e", program], { cwd: project, encoding: "utf8" });
  expect(stderr).toBe("");
  expect(status).toBe(0);
});

test.each([
  ["node16", "node16"],
  ["esnext", "bundler"],
  ["commonjs", "node10"],
])("the types of every subpath are found with module %s and moduleResolution %s", (module, moduleResolution) => {
  const imports = subpaths.map((subpath, index) => `import * as m${index} from "${specifierOf(subpath)}";`);
  const uses = subpaths.map((_subpath, index) => `m${index}`);
  writeFileSync(join(project, "program.ts"), `${imports.join("\n")}\nexport const all = [${uses.join(", ")}];\n`);
  expect(typeErrors(project, ["program.ts"], { module, moduleResolution })).toBe("");
});

test("a program is checked against the types of its own package alone", () => {
  const program = `import { getBackupStatus, type GetBackupStatusArgs, type GetBackupStatusResult } from "${manifest.name}";
export const ask: (args: GetBackupStatusArgs) => Promise<GetBackupStatusResult> = getBackupStatus;`;
  writeFileSync(join(project, "program.ts"), program);
  const options = ["--module", "node16", "--strict", "--noEmit", "--skipLibCheck", "--types", "node", "--listFiles"];
  const tsc = [join(root, "node_modules/typescript/bin/tsc"), ...options, "program.ts"];
  const { stdout, status } = spawnSync(process.execPath, tsc, { cwd: project, encoding: "utf8" });
  expect(status).toBe(0);
  expect(stdout.split("\n").filter((file) => /node_modules.(zod|luxon|mssql|@types.luxon)./.test(file))).toEqual([]);
});

test("a function finds what it loads at the call", () => {
  const connection = { host: "127.0.0.1", port: 1, authentication: { type: "sql", user: "sa", password: "none" } };
  const args = JSON.stringify({ connection, managementDatabase: "Mgmt" });
  const calls = ["getBackupStatus", "getRestorePoints", "getUserDatabases"].map((name) =>
    name === "getUserDatabases" ? `m.${name}({ connection: (${args}).connection })` : `m.${name}(${args})`,
  );
  const program = `const m = require("${manifest.name}");
Promise.allSettled([${calls.join(", ")}]).then((all) => console.log(all.map(({ reason }) => reason.name).join()));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", program], { cwd: project, encoding: "utf8" });
  expect({ stdout, stderr }).toEqual({ stdout: "SqlServerError,SqlServerError,SqlServerError\n", stderr: "" });
});

test("the command is one file that runs by itself, on a machine without the package", () => {
  const alone = mkdtempSync(join(tmpdir(), "command-test-"));
  try {
    const command = join(alone, "mssql-backup");
    copyFileSync(join(root, "dist", "cli.js"), command);
    const { stdout, stderr, status } = spawnSync(process.execPath, [command, "--help"], {
      cwd: alone,
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(stdout).toContain("mssql-backup");
    expect(status).toBe(0);
    expect(existsSync(join(alone, "node_modules"))).toBe(false);
  } finally {
    rmSync(alone, { recursive: true, force: true });
  }
});
