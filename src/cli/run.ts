import { type Command, Option } from "commander";
import type { RunEvent, RunPart, RunResult } from "../job";
import { type ActionContext, runAction } from "./action";
import { addConnectionOptions, type ConnectionFlags, connectionsFrom } from "./connectionOptions";
import { exitCodeHelp, exitCodes } from "./exitCodes";
import { duration, findingLines, showFindings, type Terminal } from "./terminal";

interface RunFlags extends ConnectionFlags {
  readonly job?: string;
  readonly only?: RunPart;
  readonly json?: boolean;
}

const parts: readonly RunPart[] = ["full", "log", "clean"];

/** `mssql-backup run` */
export function addRun(program: Command): void {
  const command = addConnectionOptions(program.command("run"))
    .description(
      "carry out the job once: full backups that are due, one mark over all databases, their log backups, and clearing of old history",
    )
    .option("-j, --job <name>", "which job, where the management database has several")
    .addOption(new Option("--only <part>", "carry out one part alone").choices(parts))
    .option("--json", "print the result as JSON")
    .addHelpText("after", `${partsHelp}${statusHelp}`);
  command.action(runAction(command, runRun));
}

const partsHelp = `
Parts, as the steps of an Agent job carry them out one after the other:
  full   full backups that are due
  log    one mark over all databases, its proof, their log backups; a full only where there is none to follow
  clean  history older than the job keeps, and its marks in every MarkLog; never a backup file
`;

const statusHelp = exitCodeHelp({
  ok: "every database got what was due",
  failed: "failed: no database got a backup",
  findings: "done for some: the findings say what is missing, why, and what to do",
  lockHeld: "another run holds the lock; nothing was done",
  interrupted: "interrupted; the next run works",
});

async function runRun(flags: RunFlags, context: ActionContext): Promise<number> {
  const { terminal, json, signal, env } = context;
  const connections = connectionsFrom(flags, env);
  const { runJob } = require("../job") as typeof import("../job");
  context.ifInterrupted("backups that were finished are in the history; run again to have the set complete");
  const result = await runJob({
    connections,
    stores: { env },
    signal,
    report: (event) => terminal.progress(...runEventLines(event)),
    ...(flags.job !== undefined && { job: flags.job }),
    ...(flags.only !== undefined && { only: flags.only }),
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
  const part = result.only === undefined ? "" : ` (only ${result.only})`;
  terminal.print(`Run of ${result.job}${part} on ${result.controlServer}: ${result.outcome} in ${duration(ms)}`);
  terminal.print(...resultLines(result).map((line) => `  ${line}`));
  showFindings(result.findings, terminal);
}

/** What each part brought; a part that was not asked for has no line. */
function resultLines(result: RunResult): string[] {
  const all = result.members.length;
  const count = (has: (member: RunResult["members"][number]) => unknown) => result.members.filter(has).length;
  const setText = (id: number | undefined) => (id === undefined ? "" : `, set ${id}`);
  const lines: string[] = [];
  if (result.fullDecision !== undefined) {
    lines.push(`${result.fullDecision}${setText(result.fullSetId)}`);
    lines.push(`full backups: ${count((member) => member.full)} of ${all}`);
  }
  if (result.only === undefined || result.only === "log") {
    const proven = `proven in ${count((member) => member.markLsn)} of ${all} databases`;
    lines.push(result.mark === undefined ? "no mark was placed" : `mark ${result.mark}: ${proven}`);
    lines.push(`log backups: ${count((member) => member.log)} of ${all}${setText(result.logSetId)}`);
  }
  if (result.only === "clean" || result.setsCleared > 0) {
    lines.push(`old backup sets cleared from the history: ${result.setsCleared}`);
  }
  return lines;
}
