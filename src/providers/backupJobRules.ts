import type { z } from "zod";
import { overlongFiles } from "../objects/backupFileLength";
import { bizTalkJobName } from "./agentJobSteps";
import { argumentProblem } from "./runnerCommand";

type Path = readonly PropertyKey[];
type Report = (path: Path, message: string) => void;

/** Rules between several properties of a BackupJob. What they look at may be wrong in itself. */
export function jobRules(value: unknown, context: z.RefinementCtx): void {
  if (value === null || typeof value !== "object") return;
  const job = value as Readonly<Record<string, unknown>>;
  const report: Report = (path, message) => context.addIssue({ code: "custom", path: [...path], message });
  if (job.frequency === "h" && job.backupHour !== undefined) {
    report(["backupHour"], 'must not be given with the frequency "h", for which every hour is the hour');
  }
  fileRules(job, report);
  if (job.agent !== undefined) agentRules(job, report);
}

/**
 * What is known of the names of backup files before there is a server: the management database is itself a member, and
 * its server's name has at least one character. Create knows the rest.
 */
function fileRules(job: Readonly<Record<string, unknown>>, report: Report): void {
  const { fullPath, logPath = fullPath, managementDatabase, logMarkName, stripes } = job;
  if (typeof fullPath !== "string" || typeof logPath !== "string" || typeof managementDatabase !== "string") return;
  const naming = {
    fullPath,
    logPath,
    logMarkName: typeof logMarkName === "string" ? logMarkName : "",
    stripes: typeof stripes === "number" ? stripes : 1,
  };
  for (const { kind, length } of overlongFiles(naming, [{ server: "S", database: managementDatabase }])) {
    const property = kind === "full" || job.logPath === undefined ? "fullPath" : "logPath";
    if (kind === "log" && property === "fullPath") continue;
    report(
      [property],
      `is too long: with the name of a backup file of ${managementDatabase} it would have ${length} characters or more; SQL Server takes 259`,
    );
  }
}

/** What goes into the Agent job, and so into command lines. */
function agentRules(job: Readonly<Record<string, unknown>>, report: Report): void {
  const { managementDatabase, agent } = job;
  for (const property of ["name", "managementDatabase"]) {
    const text = job[property];
    const problem = typeof text === "string" ? argumentProblem(text) : undefined;
    if (problem) report([property], `${problem}: it is an argument of the Agent job's steps`);
  }
  const { name } = agent as { name?: unknown };
  if (typeof name !== "string" || typeof managementDatabase !== "string") return;
  if (name.toLowerCase() === bizTalkJobName(managementDatabase).toLowerCase()) {
    report(["agent", "name"], "must not be the name of BizTalk's own job");
  }
}
