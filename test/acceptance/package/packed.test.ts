import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "../../..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const subpaths = Object.keys(manifest.exports).filter((subpath) => subpath !== "./package.json");

let project: string;
let files: string[];

/** A project of a user's own, with the package as npm would install it from its tarball. */
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "packed-test-"));
  const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", project], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [tarball] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  files = tarball.files.map(({ path }) => path);
  const modules = join(project, "node_modules");
  mkdirSync(modules);
  execFileSync("tar", ["-xzf", join(project, tarball.filename), "-C", modules]);
  execFileSync("mv", [join(modules, "package"), join(modules, manifest.name)]);
  for (const name of [...Object.keys(manifest.dependencies), "@pulumi", "@types"]) {
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
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
  const compilerOptions = {
    module,
    moduleResolution,
    target: "es2022",
    strict: true,
    noEmit: true,
    types: ["node"],
    skipLibCheck: true,
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
  const { stdout, status } = spawnSync(
    process.execPath,
    [join(root, "node_modules/typescript/bin/tsc"), "-p", project],
    {
      encoding: "utf8",
    },
  );
  expect(stdout).toBe("");
  expect(status).toBe(0);
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
