import { Command } from "commander";
import { addDemo } from "./demo";
import { addDoctor } from "./doctor";
import { addEmulator } from "./emulator";
import { addImport } from "./import";
import { addPoints } from "./points";
import { addRestore } from "./restore";
import { addRun } from "./run";

/**
 * The command line with all its subcommands. Each loads what it needs only when it is carried out.
 *
 * @param quiet mistakes in the usage are only thrown, not told: a program that asked for JSON reads along
 */
export function buildProgram(version: string, quiet = false): Command {
  const program = new Command("mssql-backup")
    .description("Backs up SQL Server databases together, so that all of them can be restored to one shared mark.")
    .version(version)
    .showHelpAfterError("(mssql-backup --help shows all commands)")
    .addHelpText("after", "\nmssql-backup <command> --help tells more about each.")
    .configureOutput(quiet ? { writeErr: () => undefined } : {})
    .exitOverride();
  for (const add of [addRun, addPoints, addRestore, addDoctor, addImport, addEmulator, addDemo]) add(program);
  for (const command of program.commands) {
    command.showHelpAfterError(`(mssql-backup ${command.name()} --help shows how it is used)`);
  }
  return program;
}
