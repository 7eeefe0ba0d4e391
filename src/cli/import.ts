import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import type { Command } from "commander";
import type { AdoptedProject } from "../adopt";
import { type ActionContext, runAction } from "./action";
import { addConnectionOptions, type ConnectionFlags, connectionsFrom } from "./connectionOptions";
import { UsageError } from "./errors";
import { exitCodeHelp, exitCodes } from "./exitCodes";
import { installedPulumi, isOlder } from "./importPulumi";
import type { Terminal } from "./terminal";

interface ImportFlags extends ConnectionFlags {
  readonly out: string;
  readonly job?: string;
  readonly json?: boolean;
}

/** `mssql-backup import` */
export function addImport(program: Command): void {
  const command = addConnectionOptions(program.command("import"))
    .description("write a running installation as a Pulumi project, without changing anything")
    .requiredOption("-o, --out <folder>", "where to write the project; a new or an empty folder")
    .option("-j, --job <name>", "only this job, where the management database has several")
    .option("--json", "print what was found as JSON")
    .addHelpText(
      "after",
      exitCodeHelp({ findings: "written, but something found could not be declared: see the remarks" }),
    );
  const version = program.version() ?? "0.0.0";
  command.action(runAction<ImportFlags>(command, (flags, context) => runImport(flags, context, version)));
}

async function runImport(flags: ImportFlags, { terminal, json, env }: ActionContext, version: string): Promise<number> {
  const connections = connectionsFrom(flags, env);
  const folder = resolve(flags.out);
  assertEmpty(folder);
  const { importCommand, neededPulumi, projectOf, readInstallation } = require("../adopt") as typeof import("../adopt");
  const installation = await readInstallation({ connections, stores: { env }, job: flags.job });
  const project = await projectOf(installation, { name: projectName(folder), version });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(project.files)) writeFileSync(join(folder, name), text, { flag: "wx" });
  if (json) {
    const { resources, variables, remarks } = project;
    terminal.print(JSON.stringify({ folder, resources, variables, remarks }, undefined, 2));
  } else {
    showProject(project, folder, importCommand, terminal);
  }
  const pulumi = await installedPulumi();
  if (pulumi === undefined || isOlder(pulumi, neededPulumi)) {
    const here = pulumi === undefined ? "none was found here" : `this is ${pulumi}`;
    terminal.complain(`The import needs Pulumi ${neededPulumi} or later; ${here}.`);
  }
  return project.remarks.length > 0 ? exitCodes.findings : exitCodes.ok;
}

/** Somebody's files are never written over. */
function assertEmpty(folder: string): void {
  let files: string[];
  try {
    files = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw new UsageError(`The folder ${folder} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  if (files.length > 0) throw new UsageError(`The folder ${folder} is not empty. Give a new one as --out.`);
}

/** The folder's name, as far as Pulumi and npm take it. */
function projectName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name || "mssql-backup-set";
}

function showProject(project: AdoptedProject, folder: string, importCommand: string, terminal: Terminal): void {
  terminal.print(`Wrote ${project.resources.length} resources to ${folder}`);
  terminal.print(...project.resources.map(({ kind, name, id }) => `  ${kind} ${name} (${id})`));
  if (project.variables.length > 0) terminal.print(`Secrets are taken from: ${project.variables.join(", ")}`);
  terminal.print("Next, in that folder:", "  npm install && pulumi stack init dev", `  ${importCommand}`);
  for (const { what, why } of project.remarks) terminal.complain(`${what}: ${why}`);
}
