// Adds up what tools/test.js counted: node tools/test/summary.js <results file> <exit code of the run>
// Writes "passed failed skipped". A run that failed without a failed check or test counts one failure.
"use strict";

const fs = require("node:fs");

const [file = "", exitCode = "1"] = process.argv.slice(2);
const { checks, tests } = JSON.parse(fs.readFileSync(file, "utf8"));
const held = checks.filter((/** @type {{ passed: boolean }} */ check) => check.passed).length;
const failed = checks.length - held + tests.failed;
const unexplained = exitCode !== "0" && failed === 0 ? 1 : 0;
process.stdout.write(`${held + tests.passed} ${failed + unexplained} ${tests.skipped}\n`);
