// Finds or makes a Pulumi engine:
//   node tools/pulumi-engine.js [--print] [--from environment|path|cache|download|build]…
// --print writes the folder with pulumi and its Node plugins to standard output, for scripts.
"use strict";

const { parseArgs } = require("node:util");
const { ensureEngine } = require("./engine/ensure.js");
const { say } = require("./process/say.js");

async function main() {
  const { values } = parseArgs({
    options: { print: { type: "boolean", default: false }, from: { type: "string", multiple: true } },
  });
  const folder = await ensureEngine(values.from);
  if (values.print) process.stdout.write(`${folder}\n`);
  else say(`The Pulumi engine is in ${folder}`);
}

main().catch((error) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
