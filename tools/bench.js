// Measures speed and size, and shows them beside what they must reach: node tools/bench.js [name of a measure…]
"use strict";

const path = require("node:path");
const { runInForeground } = require("./process/run.js");
const { root } = require("./setup/paths.js");
const { commandMeasures } = require("./bench/command.js");
const { emulatorMeasures } = require("./bench/emulator.js");
const { jobMeasures } = require("./bench/job.js");
const { providerMeasures } = require("./bench/provider.js");

/**
 * @typedef {object} Measure
 * @property {string} name
 * @property {string} unit
 * @property {{ atMost: number } | { atLeast: number }} goal
 * @property {() => Promise<number>} take
 */

/** @type {Measure[]} */
const measures = [...commandMeasures, ...emulatorMeasures, ...jobMeasures, ...providerMeasures];

/** @param {string[]} names */
async function main(names) {
  const built = await runInForeground(process.execPath, [path.join(__dirname, "build.js")], { cwd: root });
  if (built !== 0) return built;
  let missed = 0;
  for (const { name, unit, goal, take } of measures) {
    if (names.length > 0 && !names.includes(name)) continue;
    const value = await take().catch((error) => {
      process.stderr.write(`${name}: ${error instanceof Error ? error.message : error}\n`);
      return Number.NaN;
    });
    const [held, words] =
      "atMost" in goal
        ? [value <= goal.atMost, `at most ${goal.atMost}`]
        : [value >= goal.atLeast, `at least ${goal.atLeast}`];
    if (!held) missed++;
    process.stdout.write(`${held ? "ok    " : "MISSED"} ${name}: ${value.toFixed(1)} ${unit} (${words})\n`);
  }
  return missed === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
