// Everything that has to hold before a change goes in: the build, types, lint and format, the import rule, the tests.
//   node tools/test.js [--results file] [arguments of jest]
// --results writes what was counted as JSON, for .ci/run. With arguments of jest only the build and jest run.
"use strict";

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { countTests } = require("./test/count.js");
const { runInForeground } = require("./process/run.js");
const { root } = require("./setup/paths.js");

/** @param {string} name */
const tool = (name) => path.join(root, "node_modules", name);

const checks = [
  // First: the examples are checked against the types that the package publishes.
  { name: "build", command: [path.join(__dirname, "build.js")] },
  { name: "types", command: [require.resolve("typescript/bin/tsc"), "-p", "tsconfig.json"] },
  { name: "lint and format", command: [tool("@biomejs/biome/bin/biome"), "check", "--error-on-warnings"] },
  { name: "import rule", command: [tool("dependency-cruiser/bin/dependency-cruiser.mjs"), "src"] },
];

/** @param {string[]} args */
async function main(args) {
  const at = args.indexOf("--results");
  const results = at === -1 ? undefined : args.splice(at, 2)[1];
  const report = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "mssql-backup-test-")), "jest.json");
  try {
    const outcomes = [];
    for (const { name, command } of args.length > 0 ? checks.filter((check) => check.name === "build") : checks) {
      outcomes.push({ name, passed: (await step(name, command)) === 0 });
    }
    const jest = [require.resolve("jest/bin/jest"), "--json", "--outputFile", report, ...args];
    const code = await step("tests", jest);
    const tests = countTests(report);
    if (results !== undefined) fs.writeFileSync(results, JSON.stringify({ checks: outcomes, tests }));
    const failed = outcomes.filter(({ passed }) => !passed).map(({ name }) => name);
    if (code !== 0) failed.push("tests");
    process.stderr.write(failed.length === 0 ? "\nAll passed.\n" : `\nFailed: ${failed.join(", ")}.\n`);
    return failed.length === 0 ? 0 : 1;
  } finally {
    fs.rmSync(path.dirname(report), { recursive: true, force: true });
  }
}

/**
 * @param {string} name
 * @param {string[]} command
 */
function step(name, command) {
  process.stderr.write(`\n${name}\n`);
  return runInForeground(process.execPath, command, { cwd: root, stdout: "stderr" });
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
