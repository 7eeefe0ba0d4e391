// The command mssql-backup: how soon it answers, and how large it is.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { performance } = require("node:perf_hooks");
const { median } = require("./median.js");
const { run } = require("../process/run.js");
const { root } = require("../setup/paths.js");

const command = path.join(root, "dist", "cli.js");

async function helpMilliseconds() {
  const start = performance.now();
  const { code } = await run(process.execPath, [command, "--help"]);
  if (code !== 0) throw new Error(`mssql-backup --help ended with exit code ${code}`);
  return performance.now() - start;
}

/** @type {import("../bench.js").Measure[]} */
const commandMeasures = [
  { name: "mssql-backup --help", unit: "ms", goal: { atMost: 150 }, take: () => median(9, helpMilliseconds) },
  { name: "size of the command", unit: "MB", goal: { atMost: 6 }, take: async () => fs.statSync(command).size / 1e6 },
];

module.exports = { commandMeasures };
