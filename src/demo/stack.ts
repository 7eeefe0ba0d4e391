import { copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./childProcess";
import type { DemoServers } from "./servers";
import type { DemoSite } from "./site";
import type { Stage } from "./stage";

/** The stack of examples/two-servers. */
export interface DemoStack {
  /** Runs the engine; tells the command line and the summary of what it did. Throws when it fails. */
  run(...args: string[]): Promise<{ readonly resources: ResourceCounts; readonly ms: number }>;
  output(name: string): Promise<string>;
}

/** How many resources the engine says were created, unchanged, deleted … */
export type ResourceCounts = Readonly<Record<string, number>>;

const name = "demo";
const projectFiles = ["index.ts", "package.json", "tsconfig.json", "Pulumi.yaml"];

/** Puts the example into the demo's folder, with a file backend beside it, and makes a stack of it. */
export async function openStack({ site, servers, story, signal }: Stage): Promise<DemoStack> {
  const project = join(site.folder, "two-servers");
  const state = join(site.folder, "state");
  await Promise.all([project, state].map((folder) => mkdir(folder)));
  const example = join(site.checkout, "examples", "two-servers");
  await Promise.all(projectFiles.map((file) => copyFile(join(example, file), join(project, file))));
  await symlink(join(site.checkout, "node_modules"), join(project, "node_modules"), "junction");
  // JSON is YAML too.
  await writeFile(join(project, `Pulumi.${name}.yaml`), JSON.stringify({ config: exampleSettings(site, servers) }));

  const env = { ...site.env, ...engineSettings(site, state) };
  const engine = async (args: readonly string[]) => {
    const finished = await runCommand(site.pulumi, [...args, "--non-interactive"], { cwd: project, env, signal });
    if (finished.code === 0) return finished;
    const { code, stdout, stderr } = finished;
    throw new Error(`pulumi ${args.join(" ")} ended with exit status ${code}:\n${stdout}${stderr}`);
  };
  await engine(["stack", "init", name]);
  return {
    async run(...args) {
      story.tell(`$ pulumi ${args.join(" ")}`);
      const { stdout, ms } = await engine(args);
      const resources = resourceCounts(stdout);
      story.tell(
        Object.entries(resources)
          .map(([what, count]) => `${count} ${what}`)
          .join(", "),
      );
      return { resources, ms };
    },
    output: async (output) => (await engine(["stack", "output", output, "--show-secrets"])).stdout,
  };
}

function engineSettings(site: DemoSite, state: string): NodeJS.ProcessEnv {
  return {
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_HOME: join(site.folder, "pulumi-home"),
    PULUMI_CONFIG_PASSPHRASE: "demo",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The example's types are checked where the project's own are.
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
  };
}

function exampleSettings({ backups }: DemoSite, { control, remote }: DemoServers): Record<string, unknown> {
  return {
    "two-servers:controlHost": control.host,
    "two-servers:controlPort": control.port,
    "two-servers:remoteHost": remote.host,
    "two-servers:remotePort": remote.port,
    "two-servers:trustServerCertificate": true,
    "two-servers:backupFolder": backups,
  };
}

/** Reads the list under `Resources:` at the end of what the engine prints, e.g. `+ 9 created`. */
export function resourceCounts(output: string): ResourceCounts {
  const list = output.slice(output.lastIndexOf("Resources:"));
  const entries = [...list.matchAll(/^\s+(?:\S+ )?(\d+) ([a-z][a-z -]*)$/gm)];
  return Object.fromEntries(entries.map(([, count, what]) => [String(what).trim(), Number(count)]));
}
