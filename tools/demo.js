// Builds the command and shows its main job on the emulator: node tools/demo.js [arguments of mssql-backup demo]
"use strict";

const path = require("node:path");
const { runInForeground } = require("./process/run.js");
const { root } = require("./setup/paths.js");

async function main() {
  const built = await runInForeground(process.execPath, [path.join(__dirname, "build.js")], { cwd: root });
  if (built !== 0) return built;
  const args = [path.join(root, "dist", "cli.js"), "demo", ...process.argv.slice(2)];
  return runInForeground(process.execPath, args, { cwd: root });
}

main().then((code) => {
  process.exitCode = code;
});
