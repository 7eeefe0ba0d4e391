import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const root = resolve(__dirname, "../../..");
let folder: string;
let checkout: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ci-run-test-"));
  checkout = join(folder, "checkout");
  for (const file of [".ci/run", "tools/test/summary.js"]) cpSync(join(root, file), join(checkout, file));
  spawnSync("git", ["init", "--quiet", checkout]);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function script(file: string, text: string) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
}

/** Runs .ci/run with an npm that does as told; "$4" of `npm test -- --results file` is the file. */
function ciRun({ demo, test }: { demo: string; test: string }) {
  script(join(folder, "bin", "npm"), `case "$1" in run) ${demo};; test) ${test};; esac`);
  const env = { ...process.env, PATH: `${join(folder, "bin")}:${process.env.PATH}` };
  const { status, stdout } = spawnSync(join(checkout, ".ci/run"), { env, encoding: "utf8" });
  return { status, last: stdout.trimEnd().split("\n").at(-1) };
}

const counted = (checks: boolean[], tests: { passed: number; failed: number; skipped: number }) =>
  `echo '${JSON.stringify({ checks: checks.map((passed) => ({ name: "one", passed })), tests })}' > "$4"`;

test("the demo, each check and each test count once", () => {
  const test = counted([true, true, true, true], { passed: 100, failed: 0, skipped: 0 });
  expect(ciRun({ demo: "exit 0", test })).toEqual({ status: 0, last: "105 passed, 0 failed" });
});

test("what failed and what was skipped is counted, and the exit code tells", () => {
  const test = `${counted([true, false], { passed: 10, failed: 2, skipped: 3 })}; exit 1`;
  expect(ciRun({ demo: "exit 1", test })).toEqual({ status: 1, last: "11 passed, 4 failed, 3 skipped" });
});

test("a run that ends before it can count is one failure", () => {
  expect(ciRun({ demo: "exit 0", test: "exit 1" })).toEqual({ status: 1, last: "1 passed, 1 failed" });
});

test("the T-SQL checker beside the repository, where there is one, is one more check over all scripts", () => {
  script(join(folder, "shared/tsql-check/tsql-check"), `[ "$*" = "src/sql/a b.sql src/sql/c.sql" ]`);
  for (const name of ["a b.sql", "c.sql"]) {
    mkdirSync(join(checkout, "src/sql"), { recursive: true });
    writeFileSync(join(checkout, "src/sql", name), "SELECT 1;");
  }
  const test = counted([true], { passed: 1, failed: 0, skipped: 0 });
  expect(ciRun({ demo: "exit 0", test })).toEqual({ status: 0, last: "4 passed, 0 failed" });
});
