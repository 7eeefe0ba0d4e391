import { Command } from "commander";
import { addDemo } from "./demo";
import { addDoctor } from "./doctor";
import { addEmulator } from "./emulator";
import { addPoints } from "./points";
import { addRestore } from "./restore";
import { addRun } from "./run";

/** The command line with all its subcommands. Each loads what it needs only when it is carried out. */
export function buildProgram(version: string): Command {
  const program = new Command("mssql-backup")
    .description("Backs up SQL Server databases together, so that all of them can be restored to one shared mark.")
    .version(version)
    .showHelpAfterError("(mssql-backup --help shows all commands)")
    .exitOverride();
  for (const add of [addRun, addPoints, addRestore, addDoctor, addEmulator, addDemo]) add(program);
  return program;
}
