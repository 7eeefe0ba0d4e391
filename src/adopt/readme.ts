import type { StoredAgentJob } from "../objects/agentJob";
import { describeSchedule } from "../objects/agentJobDifferences";
import { bizTalkSettings } from "./agent";
import type { Declaration } from "./declare";
import type { ImportEntry } from "./importFile";
import type { Installation, Remark } from "./installation";
import { Code, sourceOf } from "./source";

/** The oldest Pulumi whose `pulumi import --file` takes a state as it is given. */
export const neededPulumi = "3.254.0";

export const importCommand = "pulumi import --file import.json --generate-code=false --protect=false";

interface Found {
  readonly installation: Installation;
  readonly declaration: Declaration;
  readonly entries: readonly ImportEntry[];
  readonly variables: readonly string[];
}

/** What was found, what could not be declared, and what to do next. */
export function readmeOf({ installation, declaration, entries, variables }: Found): string {
  const [control] = declaration.servers;
  const foreign = installation.agentJobs.filter(({ name }) => !isDeclared(name, entries));
  const ownMembers = installation.servers.flatMap(({ name, ownMembers: databases }) =>
    databases.map((database) => `${database} of ${name}`),
  );
  return `${[
    `# The backup set of ${installation.managementDatabase}`,
    `Written from what was found on the control server ${control?.serverName ?? ""}${installation.bizTalk ? ", a BizTalk group's" : ""}. Nothing was changed there.`,
    "## Next",
    `Pulumi ${neededPulumi} or later is needed: an older one cannot import what dynamic providers manage. With these environment variables set${variables.length > 0 ? " (no file here holds a secret)" : ""}:`,
    bullets(variables.map((name) => `\`${name}\``)),
    `\`\`\`sh\nnpm install && pulumi stack init dev\n${importCommand}\n\`\`\``,
    "`pulumi preview` then shows no change. Everything is adopted: `pulumi destroy` forgets it and leaves it on the servers as it is.",
    "## What was found",
    table(
      ["Resource", "Name", "Id"],
      entries.map(({ type, name, id }) => [type.replace(/^.*:/, ""), name, id]),
    ),
    ...(ownMembers.length > 0
      ? [
          "## Members that are no resources",
          "They are in the set because the management database is of their group, not because somebody joined them:",
          bullets(ownMembers),
        ]
      : []),
    ...(foreign.length > 0 ? ["## Agent jobs that are not in the program", ...foreign.map(describeAgentJob)] : []),
    ...(declaration.remarks.length > 0
      ? ["## What is not in the program, or needs a look", bullets(declaration.remarks.map(describeRemark))]
      : []),
    ...(installation.jobs.length === 0 ? ["## Backups by this package", takeOver(installation, foreign)] : []),
  ].join("\n\n")}\n`;
}

function isDeclared(agentJob: string, entries: readonly ImportEntry[]): boolean {
  return entries.some(({ inputs }) => (inputs.agent as { name?: string } | undefined)?.name === agentJob);
}

const describeRemark = ({ what, why }: Remark): string => `**${what}.** ${why}`;

function describeAgentJob(job: StoredAgentJob): string {
  const described = describeSchedule(job.schedule);
  const schedule = typeof described === "number" ? `every ${described} minutes` : "on a schedule of its own";
  const steps = job.steps.map(({ name, subsystem, command }) => [name, subsystem, command]);
  return `\`${job.name}\`, ${job.enabled ? "enabled" : "disabled"}, owned by ${job.owner}, ${schedule}:\n\n${table(["Step", "Subsystem", "Command"], steps)}`;
}

/** No job of ours: how one would be declared beside what is there. */
function takeOver(installation: Installation, agentJobs: readonly StoredAgentJob[]): string {
  const settings = agentJobs.map(bizTalkSettings).find((found) => found !== undefined);
  const args = {
    connection: new Code("control"),
    managementDatabase: installation.managementDatabase,
    fullPath: "\\\\files\\backup",
    ...settings,
    disableBizTalkJob: true,
  };
  return `The management database holds no settings of this package: what backs up is somebody else's job, which cannot be a resource. To let \`mssql-backup\` take over, add this to the program; it disables BizTalk's own job, and \`pulumi destroy\` enables it again:\n\n\`\`\`ts\nnew BackupJob("job", ${sourceOf(args)});\n\`\`\``;
}

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join("\n");

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
