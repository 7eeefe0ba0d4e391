// Prepares a fresh checkout, then runs a script of it on the pinned Node:
//   node tools/setup.js [--engine] [script [arguments…]]
// Runs on the machine's own Node (20 or later), before anything is installed.
"use strict";

const path = require("node:path");
const { say } = require("./process/say.js");
const { runInForeground } = require("./process/run.js");
const { installDependencies } = require("./setup/dependencies.js");
const { findNode } = require("./setup/node.js");
const { linkSelf } = require("./setup/selfLink.js");
const { ensureEngine } = require("./engine/ensure.js");
const { root } = require("./setup/paths.js");

/** @param {string[]} args */
async function main(args) {
  const withEngine = args[0] === "--engine";
  const [script, ...rest] = withEngine ? args.slice(1) : args;

  await installDependencies();
  linkSelf();
  const node = await findNode();
  const folders = [path.dirname(node), path.join(root, "node_modules", ".bin")];
  const env = { ...process.env };
  if (withEngine || script === undefined) {
    const engine = await ensureEngine();
    env.PULUMI_MSSQL_BACKUP_ENGINE = engine;
    // Pulumi finds its language host and its dynamic-provider plugin on PATH, and those find node there.
    folders.push(engine);
  }
  if (script === undefined) {
    say("Everything is set up");
    return 0;
  }
  const name = Object.keys(env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  env[name] = [...folders, env[name] ?? ""].join(path.delimiter);
  return runInForeground(node, [path.resolve(root, script), ...rest], { cwd: root, env });
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
