import type { Command } from "commander";
import type { DoctorReport } from "../job";
import { type ActionContext, runAction } from "./action";
import { addConnectionOptions, type ConnectionFlags, connectionsFrom } from "./connectionOptions";
import { exitCodeHelp, exitCodes } from "./exitCodes";
import { showFindings, type Terminal } from "./terminal";

interface DoctorFlags extends ConnectionFlags {
  readonly job?: string;
  readonly json?: boolean;
}

/** `mssql-backup doctor` */
export function addDoctor(program: Command): void {
  const command = addConnectionOptions(program.command("doctor"))
    .description("look at everything that a run depends on, without changing anything")
    .option("-j, --job <name>", "which job, where the management database has several")
    .option("--json", "print the report as JSON")
    .addHelpText(
      "after",
      exitCodeHelp({ ok: "everything is ready for a run", findings: "something is not: see the findings" }),
    );
  command.action(runAction(command, runDoctor));
}

async function runDoctor(flags: DoctorFlags, { terminal, json, signal, env }: ActionContext): Promise<number> {
  const connections = connectionsFrom(flags, env);
  const { examine } = require("../job") as typeof import("../job");
  const job = flags.job === undefined ? {} : { job: flags.job };
  const report = await examine({ connections, stores: { env }, signal, ...job });
  if (json) terminal.print(JSON.stringify(report, undefined, 2));
  else showReport(report, terminal);
  return report.findings.length > 0 ? exitCodes.findings : exitCodes.ok;
}

function showReport(report: DoctorReport, terminal: Terminal): void {
  terminal.print(`Job ${report.job}, management database ${report.managementDatabase} on ${report.controlServer}`);
  for (const member of report.members) {
    const state = member.healthy
      ? `ready: ${member.recoveryModel} recovery, server ${member.realServer}, reached by ${wayText[member.reachedBy ?? ""]}`
      : "not ready: see the findings";
    terminal.print(`  ${member.database} on ${member.server}: ${state}`);
  }
  if (report.members.length === 0) terminal.print("  The backup set has no members.");
  const out = report.members.filter((member) => !member.healthy).length;
  if (report.findings.length === 0) terminal.print("Everything is ready for a run.");
  else if (out > 0) terminal.print(`A run now would leave out ${out} of ${report.members.length} databases.`);
  showFindings(report.findings, terminal);
  if (report.findings.length > 0) terminal.complain("Do what the hints say, then run mssql-backup doctor again.");
}

const wayText: Readonly<Record<string, string>> = {
  control: "the connection to the control server",
  direct: "a connection of its own",
  linkedServer: "a linked server",
};
