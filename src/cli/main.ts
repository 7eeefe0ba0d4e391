import { CommanderError } from "commander";
import { exitCodes } from "./exitCodes";
import { buildProgram } from "./program";

const { version } = require("../../package.json") as { version: string };

/** Carries out the command line. Commander ends with 1 where the usage is wrong; here that is 2. */
async function main(): Promise<void> {
  const json = process.argv.includes("--json");
  try {
    await buildProgram(version, json).parseAsync(process.argv);
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    if (!json || error.exitCode === 0) return;
    const message = error.message.replace(/^error: /, "");
    process.stdout.write(`${JSON.stringify({ error: { kind: "UsageError", message } }, undefined, 2)}\n`);
  }
}

void main();
