import type { Command } from "commander";
import type { RestoreEvent, RestoreResult } from "../restore";
import { type ActionContext, runAction } from "./action";
import { addConnectionOptions, connectionsFrom } from "./connectionOptions";
import { exitCodeHelp, exitCodes } from "./exitCodes";
import { type RestoreFlags, restoreOptionsFrom } from "./restoreOptions";
import { duration, findingLines, showFindings, type Terminal } from "./terminal";

/** `mssql-backup restore` */
export function addRestore(program: Command): void {
  const collect = (value: string, before: string[] = []) => [...before, value];
  const command = addConnectionOptions(program.command("restore"))
    .description("restore every database of the set to one mark that all of them have")
    .requiredOption(
      "--to <goal...>",
      '"latest", the name of a mark, or "before TIME" (ISO 8601; UTC unless it has an offset)',
    )
    .option("--plan", "print the plan, T-SQL included, and restore nothing")
    .option("--replace", "restore over databases that exist; what they hold after the mark is lost")
    .option("--server-map <from=to>", "restore what was on one server on another (repeatable)", collect)
    .option(
      "--rename <[server/]from=to>",
      "restore a database under a new name; * stands for every name (repeatable)",
      collect,
    )
    .option("--move <[server=]folder>", "put the database files into a folder of the server (repeatable)", collect)
    .option("--json", "print the result as JSON")
    .addHelpText("after", `${examples}${statusHelp}`);
  command.action(runAction(command, runRestore));
}

const examples = `
Examples:
  mssql-backup restore -c connection.json --to latest --plan
  mssql-backup restore -c connection.json --to latest --replace
  mssql-backup restore -c connection.json --to "before 2026-05-06T14:15:00Z" --rename "*=*_copy"
`;

const statusHelp = exitCodeHelp({
  ok: "every database is restored and holds the mark, or the plan can be carried out",
  failed: "failed: no database was recovered; the restore can be run again",
  usage: "wrong usage, or a flag is missing that allows what would be done",
  findings: "restored, or planned, but something needs attention: see the findings",
  lockHeld: "a run holds the lock; nothing was done",
  interrupted: "interrupted; the restore can be run again",
});

const leftHint =
  "databases that it had begun with are left OFFLINE or RESTORING; run the same command again, which starts over with their full backups";

async function runRestore(flags: RestoreFlags, context: ActionContext): Promise<number> {
  const { terminal, json, signal, env } = context;
  const options = restoreOptionsFrom(flags);
  const connections = connectionsFrom(flags, env);
  const { restore } = require("../restore") as typeof import("../restore");
  context.ifInterrupted("nothing was restored yet");
  const report = (event: RestoreEvent) => {
    if (event.kind === "filesChecked" && !options.planOnly) context.ifInterrupted(leftHint);
    terminal.progress(...restoreEventLines(event));
  };
  const result = await restore({ ...options, connections, stores: { env }, signal, report });
  if (json) terminal.print(JSON.stringify(result, undefined, 2));
  else showResult(result, terminal);
  return restoreExitCode(result);
}

/** The exit status of a restore or of its plan. */
export function restoreExitCode(result: Pick<RestoreResult, "outcome" | "findings">): number {
  if (result.outcome === "failed") return exitCodes.failed;
  return result.outcome === "unproven" || result.findings.length > 0 ? exitCodes.findings : exitCodes.ok;
}

/** What a restore tells, in lines. */
export function restoreEventLines(event: RestoreEvent): string[] {
  switch (event.kind) {
    case "pointChosen":
      return [`mark ${event.mark} of ${event.at}: ${event.databases} databases`];
    case "filesChecked":
      return [`${event.files} backup files can be read`];
    case "reachedMark":
      return [`${event.database} on ${event.server} is at the mark (${event.logs} logs, ${duration(event.ms)})`];
    case "recovered":
      return [`${event.database} on ${event.server} is recovered`];
    case "proven":
      return [`${event.database} on ${event.server} holds the mark`];
    case "finding":
      return findingLines(event.finding);
  }
}

const headlines: Record<RestoreResult["outcome"], string> = {
  planned: "Plan: nothing was restored",
  restored: "Restored, and proven: every database holds the mark",
  unproven: "Restored, but not proven for every database: see the findings",
  failed: "Failed: no database was recovered; they are left restoring, and the restore can be run again",
};

function headline({ outcome, databases }: RestoreResult): string {
  return outcome === "unproven" && databases.every((database) => database.outcome === "proven")
    ? "Restored, and proven: every database holds the mark; but what comes after it failed: see the findings"
    : headlines[outcome];
}

function showResult(result: RestoreResult, terminal: Terminal): void {
  terminal.print(`Mark ${result.mark} of ${result.at}`);
  for (const { server, database, target, outcome, logs } of result.databases) {
    const place = target ? ` as ${target.database} on ${target.server}` : "";
    terminal.print(`  ${database} on ${server}${place}: one full and ${logs.length} log backups, ${outcome}`);
  }
  if (result.outcome === "planned") {
    for (const statement of result.statements) {
      terminal.print(`-- ${statement.phase} on ${statement.server}`);
      terminal.print(statement.text);
    }
  }
  terminal.print(headline(result));
  showFindings(result.findings, terminal);
}
