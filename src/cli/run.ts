import type { Command } from "commander";
import type { RunEvent, RunResult } from "../job";
import { type ActionContext, runAction } from "./action";
import { addConnectionOptions, type ConnectionFlags, connectionsFrom } from "./connectionOptions";
import { exitCodeHelp, exitCodes } from "./exitCodes";
import { duration, findingLines, showFindings, type Terminal } from "./terminal";

interface RunFlags extends ConnectionFlags {
  readonly job?: string;
  readonly json?: boolean;
}

/** `mssql-backup run` */
export function addRun(program: Command): void {
  const command = addConnectionOptions(program.command("run"))
    .description("carry out the job once: full backups that are due, one mark over all databases, their log backups")
    .option("-j, --job <name>", "which job, where the management database has several")
    .option("--json", "print the result as JSON")
    .addHelpText("after", exitCodeHelp);
  command.action(runAction(command, runRun));
}

async function runRun(flags: RunFlags, { terminal, json, signal, env }: ActionContext): Promise<number> {
  const connections = connectionsFrom(flags, env);
  const { runJob } = require("../job") as typeof import("../job");
  const result = await runJob({
    connections,
    stores: { env },
    signal,
    report: (event) => terminal.progress(...runEventLines(event)),
    ...(flags.job !== undefined && { job: flags.job }),
  });
  if (json) terminal.print(JSON.stringify(result, undefined, 2));
  else showResult(result, terminal);
  return runExitCode(result);
}

/** The exit status of a run. */
export function runExitCode(result: Pick<RunResult, "outcome">): number {
  if (result.outcome === "succeeded") return exitCodes.ok;
  return result.outcome === "incomplete" ? exitCodes.findings : exitCodes.failed;
}

/** What a run tells, in lines. */
export function runEventLines(event: RunEvent): string[] {
  switch (event.kind) {
    case "members":
      return [`${event.ready} of ${event.all} databases are ready`];
    case "fullDue":
      return [event.decision];
    case "backupDone":
      return [`${event.backup} backup of ${event.database} on ${event.server} (${duration(event.ms)})`];
    case "markPlaced":
      return [`mark ${event.mark} placed in ${event.members} databases (${duration(event.ms)})`];
    case "markProven":
      return [`mark ${event.mark} proven in ${event.members} databases`];
    case "historyCleared":
      return [`history of ${event.sets} old backup sets cleared`];
    case "finding":
      return findingLines(event.finding);
  }
}

/** The result as a person reads it. */
export function showResult(result: RunResult, terminal: Terminal): void {
  const ms = Date.parse(result.finishedAt) - Date.parse(result.startedAt);
  const count = (has: (member: RunResult["members"][number]) => unknown) => result.members.filter(has).length;
  const all = result.members.length;
  terminal.print(`Run of ${result.job} on ${result.controlServer}: ${result.outcome} in ${duration(ms)}`);
  terminal.print(`  ${result.fullDecision}${result.fullSetId === undefined ? "" : `, set ${result.fullSetId}`}`);
  terminal.print(`  full backups: ${count((member) => member.full)} of ${all}`);
  terminal.print(
    result.mark === undefined
      ? "  no mark was placed"
      : `  mark ${result.mark}: proven in ${count((member) => member.markLsn)} of ${all} databases`,
  );
  const set = result.logSetId === undefined ? "" : `, set ${result.logSetId}`;
  terminal.print(`  log backups: ${count((member) => member.log)} of ${all}${set}`);
  showFindings(result.findings, terminal);
}
