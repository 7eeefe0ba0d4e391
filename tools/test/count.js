// What jest's report says, in numbers.
"use strict";

const fs = require("node:fs");

/**
 * A test file that could not be loaded counts as one failed test: its tests were never seen.
 * No report at all (jest itself broke) counts as one failed test too.
 *
 * @param {string} file jest's --outputFile
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
function countTests(file) {
  let report;
  try {
    report = JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

module.exports = { countTests };
