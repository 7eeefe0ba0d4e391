// Records the stack's state that this version writes, for later versions to take over: see test/upgrade/README.md.
//   node tools/record-state.js
"use strict";

const { spawnSync } = require("node:child_process");
const { join } = require("node:path");
const { root } = require("./setup/paths.js");

const script = [join(__dirname, "setup.js"), "--engine", "tools/test.js", "test/acceptance/engine/upgrade"];
const { status } = spawnSync(process.execPath, script, {
  cwd: root,
  env: { ...process.env, MSSQL_BACKUP_RECORD_STATE: "1" },
  stdio: "inherit",
});
process.exitCode = status ?? 1;
