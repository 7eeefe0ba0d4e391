import { readdir } from "node:fs/promises";
import { type CatalogSnapshot, compareCatalogs, countRows, readCatalogs } from "./catalog";
import { type DemoStack, openStack } from "./stack";
import type { Stage } from "./stage";

/** The backup topology is declared, looked at and made. */
export async function deploy(stage: Stage): Promise<DemoStack> {
  const { story } = stage;
  const stack = await openStack(stage);
  const planned = await story.step("pulumi preview of examples/two-servers", async () => {
    const { resources } = await stack.run("preview");
    return resources["to create"] ?? 0;
  });
  await story.step("pulumi up", async () => {
    const { resources } = await stack.run("up", "--yes", "--skip-preview");
    story.figure("created", resources.created ?? 0);
    story.check(`all ${planned} planned resources were created`, planned > 0 && resources.created === planned);
  });
  return stack;
}

/** What was declared is still so after all that happened, and goes without a trace. */
export async function takeDown(
  { site, story, servers }: Stage,
  stack: DemoStack,
  before: CatalogSnapshot,
): Promise<void> {
  await story.step("pulumi up once more", async () => {
    const { resources } = await stack.run("up", "--yes", "--skip-preview", "--expect-no-changes");
    story.check("nothing had to change", Object.keys(resources).join() === "unchanged");
  });
  await story.step("pulumi destroy", async () => {
    const files = (await readdir(site.backups)).length;
    await stack.run("destroy", "--yes", "--skip-preview");
    const after = await readCatalogs(servers);
    const differences = compareCatalogs(before, after);
    story.tell(...differences);
    story.figure("catalogRows", countRows(after));
    story.check(
      `logins, users, roles, linked servers, procedures, tables and jobs are as before: ${countRows(after)} catalog rows compared`,
      differences.length === 0,
    );
    const left = (await readdir(site.backups)).length;
    story.check(`all ${files} backup files are where they were`, files > 0 && left === files);
  });
}
