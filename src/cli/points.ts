import { type Command, InvalidArgumentError } from "commander";
import type { RestorePoint } from "../restore";
import { type ActionContext, runAction } from "./action";
import { addConnectionOptions, type ConnectionFlags, connectionsFrom } from "./connectionOptions";
import { exitCodeHelp, exitCodes } from "./exitCodes";
import type { Terminal } from "./terminal";

interface PointsFlags extends ConnectionFlags {
  readonly limit: number;
  readonly files?: boolean;
  readonly json?: boolean;
}

/** `mssql-backup points` */
export function addPoints(program: Command): void {
  const command = addConnectionOptions(program.command("points"))
    .description("list the restore points, newest first, with what can be restored to each and from which files")
    .option("-n, --limit <count>", "at most so many points", positiveInteger, 20)
    .option("--files", "name the backup files of each point")
    .option("--json", "print the points as JSON")
    .addHelpText(
      "after",
      exitCodeHelp({ findings: "there are points, but none that all databases can be restored to" }),
    );
  command.action(runAction(command, runPoints));
}

function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("Expected a whole number of 1 or more.");
  return value;
}

async function runPoints(flags: PointsFlags, { terminal, json, signal, env }: ActionContext): Promise<number> {
  const connections = connectionsFrom(flags, env);
  const { listPoints } = require("../restore") as typeof import("../restore");
  const points = await listPoints({ connections, limit: flags.limit, stores: { env }, signal });
  if (json) terminal.print(JSON.stringify({ points }, undefined, 2));
  else showPoints(points, flags.files ?? false, terminal);
  return pointsExitCode(points);
}

/** 3 where there are marks, but nothing to restore to. */
export function pointsExitCode(points: readonly Pick<RestorePoint, "restorable">[]): number {
  return points.length > 0 && !points.some((point) => point.restorable) ? exitCodes.findings : exitCodes.ok;
}

function showPoints(points: readonly RestorePoint[], files: boolean, terminal: Terminal): void {
  const { describeMember } = require("../restore") as typeof import("../restore");
  if (points.length === 0) terminal.print("There is no restore point yet: run the job first.");
  for (const point of points) {
    const { members } = point;
    const able = members.filter(({ found }) => !("problem" in found)).length;
    const verdict = point.restorable
      ? `restorable, all ${able} databases`
      : `not restorable, ${able} of ${members.length} databases`;
    terminal.print(`${point.mark}  ${point.at}  ${verdict}`);
    for (const member of members) {
      if ("problem" in member.found || files) terminal.print(`    ${describeMember(member)}`);
      if (!files || "problem" in member.found) continue;
      for (const backup of [member.found.full, ...member.found.logs])
        terminal.print(`        ${backup.files.join(", ")}`);
    }
  }
}
