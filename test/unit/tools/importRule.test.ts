import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = resolve(__dirname, "../../..");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "import-rule-test-"));
  for (const file of [".dependency-cruiser.js", "package.json", "tsconfig.json"])
    cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes the files, each with its imports, and returns what the rule says about them. */
function violationsOf(files: Record<string, string>): string[] {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${text}\nexport const x = 1; export type T = 1;\n`);
  }
  const cruiser = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const { stdout } = spawnSync(process.execPath, [cruiser, "--output-type", "json", "src"], {
    cwd: folder,
    encoding: "utf8",
  });
  const { summary } = JSON.parse(stdout) as {
    summary: { violations: { from: string; to: string; rule: { name: string } }[] };
  };
  return summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} → ${to}`);
}

test("arrows that point down the list are allowed", () => {
  const files = {
    "src/index.ts": `export * from "./resources/a"; export * from "./functions/a";`,
    "src/functions/a.ts": `import "../resources/a"; import type { T } from "../invokes/a";`,
    "src/invokes/a.ts": `import "../status/a"; import "../restore/a"; import "../providers/a";`,
    "src/status/a.ts": `import "../job/a"; import "../restore/a";`,
    "src/restore/a.ts": `import "../objects/b";`,
    "src/resources/a.ts": `import "@pulumi/pulumi"; import "zod";`,
    "src/providers/a.ts": `import "../objects/a";`,
    "src/objects/a.ts": `import "../sqlserver/a"; import "../sql/a"; import "./b";`,
    "src/objects/b.ts": "",
    "src/sqlserver/a.ts": `import "node:net";`,
    "src/sql/a.ts": "",
    "src/cli/a.ts": `import "../job/a"; import "../emulator/a"; import "../adopt/a";`,
    "src/adopt/a.ts": `import "../objects/a"; import "../providers/a"; import "../resources/providerText";`,
    "src/resources/providerText.ts": "",
    "src/job/a.ts": `import "../objects/a";`,
    "src/emulator/a.ts": `import "node:sqlite";`,
  };
  expect(violationsOf(files)).toEqual([]);
});

test.each([
  ["src/emulator/a.ts", "../objects/b"],
  ["src/cli/a.ts", "../objects/b"],
  ["src/resources/a.ts", "../objects/b"],
  ["src/sqlserver/a.ts", "../objects/b"],
])("%s may not import %s, not even a type", (from, to) => {
  const files = { [from]: `import type { T } from "${to}";`, "src/objects/b.ts": "" };
  expect(violationsOf(files)).toEqual([`not-in-allowed: ${from} → src/objects/b.ts`]);
});

test("resources take nothing from the providers, which they load by the package's name", () => {
  const files = { "src/resources/a.ts": `import type { T } from "../providers/a";`, "src/providers/a.ts": "" };
  expect(violationsOf(files)).toEqual(["not-in-allowed: src/resources/a.ts → src/providers/a.ts"]);
});

test("who adopts takes nothing from the resources but the text that stands for a provider", () => {
  const files = { "src/adopt/a.ts": `import type { T } from "../resources/a";`, "src/resources/a.ts": "" };
  expect(violationsOf(files)).toEqual(["not-in-allowed: src/adopt/a.ts → src/resources/a.ts"]);
});

test("files do not need each other in a circle, but types may", () => {
  const circle = { "src/job/a.ts": `import "./b";`, "src/job/b.ts": `import "./a";` };
  expect(violationsOf(circle)).toEqual(expect.arrayContaining(["no-circle: src/job/a.ts → src/job/b.ts"]));
  const types = { "src/job/a.ts": `import "./b";`, "src/job/b.ts": `import type { T } from "./a";` };
  expect(violationsOf(types)).toEqual([]);
});

test("a dependency of development alone cannot be imported", () => {
  expect(violationsOf({ "src/job/a.ts": `import "esbuild";` })).toEqual([
    expect.stringMatching(/^declared-dependencies: .* → .*esbuild/),
  ]);
});
