import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { countTests } from "../../../tools/test/count.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "count-test-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function written(name: string, content: unknown): string {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify(content));
  return file;
}

test("a test file that could not be loaded counts as a failed test", () => {
  const report = {
    numPassedTests: 7,
    numFailedTests: 1,
    numRuntimeErrorTestSuites: 2,
    numPendingTests: 3,
    numTodoTests: 1,
  };
  expect(countTests(written("jest.json", report))).toEqual({ passed: 7, failed: 3, skipped: 4 });
});

test("a missing report counts as a failed test", () => {
  expect(countTests(join(folder, "absent.json"))).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test.each([
  ["0", { passed: 5, failed: 0, skipped: 2 }, "6 0 2"],
  ["1", { passed: 4, failed: 1, skipped: 2 }, "5 1 2"],
  ["1", { passed: 5, failed: 0, skipped: 2 }, "6 1 2"],
])("with exit code %s, one check and tests %j are summed up as %s", (exitCode, tests, expected) => {
  const results = written("results.json", { checks: [{ name: "types", passed: true }], tests });
  const summary = resolve(__dirname, "../../../tools/test/summary.js");
  expect(execFileSync(process.execPath, [summary, results, exitCode], { encoding: "utf8" }).trim()).toBe(expected);
});
