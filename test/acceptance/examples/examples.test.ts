import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openServer, query, type SqlServer } from "../../../src/sqlserver";
import { catalogOf } from "../../provider/servers";
import { killLeftovers } from "../../support/command";
import { root } from "../../support/packed";
import { typeErrors } from "../../support/typeCheck";
import { exampleNames, InstalledExamples, projectNames } from "./installedExamples";
import { type StartedServer, Walkthrough } from "./walkthrough";

/** What a reader of an example's README sees at its end. */
interface Example {
  /** How many databases are backed up together, by a run that its commands start. */
  readonly members?: number;
  /** What its commands print besides. */
  readonly prints?: readonly RegExp[];
  /** What can be looked up on the first server meanwhile. */
  readonly shows?: { readonly query: string; readonly row: object };
  /** A program that its commands write, from which its own goes on. */
  readonly goesOnFrom?: string;
}

const examples: Readonly<Record<string, Example>> = {
  "one-server": { members: 3, prints: [/Orders_copy/] },
  "two-servers": { members: 5, prints: [/"REMOTE":\s*\[\s*"Stock",\s*"Ledger"\s*\]/] },
  "beside-biztalk": { members: 4 },
  "azure-devops": { members: 7 },
  "agent-scheduled": {
    members: 3,
    shows: {
      query: `SELECT j.name AS job, COUNT(*) AS steps, COUNT(p.proxy_id) AS [by proxy], MAX(o.name) AS operator
FROM msdb.dbo.sysjobs AS j
JOIN msdb.dbo.sysjobsteps AS s ON s.job_id = j.job_id
LEFT JOIN msdb.dbo.sysproxies AS p ON p.proxy_id = s.proxy_id AND p.name = N'Backup runner'
LEFT JOIN msdb.dbo.sysoperators AS o ON o.id = j.notify_email_operator_id
GROUP BY j.name;`,
      row: { job: "Backup SQL Server (BackupMgmt)", steps: 4, "by proxy": 3, operator: "DBA" },
    },
  },
  "adopted-installation": { members: 5, prints: [/Wrote 2 resources/], goesOnFrom: "found/index.ts" },
  "test-environment": { prints: [/Tests: +2 passed, 2 total[\s\S]*Tests: +2 passed, 2 total/] },
};

jest.setTimeout(180_000);

let installed: InstalledExamples;
beforeAll(() => {
  installed = new InstalledExamples();
});
afterEach(killLeftovers);
afterAll(() => installed?.remove());

test("every project is in the table, and every example in the list of examples/README.md", () => {
  expect(Object.keys(examples).sort()).toEqual([...projectNames].sort());
  const list = readFileSync(join(root, "examples", "README.md"), "utf8");
  expect(exampleNames.filter((name) => !list.includes(`](${name}/README.md)`))).toEqual([]);
});

test("the clone is the project of examples/two-servers", () => {
  const [clone, example] = [root, join(root, "examples/two-servers")].map((folder) =>
    readFileSync(join(folder, "Pulumi.yaml"), "utf8"),
  );
  expect(clone).toBe(example?.replace("config:\n", "main: examples/two-servers\nconfig:\n"));
});

test.each([
  ["node16", "node16"],
  ["esnext", "bundler"],
])("types are right with module %s and moduleResolution %s", (module, moduleResolution) => {
  const programs = exampleNames.flatMap((name) => installed.programsOf(name));
  expect(typeErrors(installed.folder, programs, { module, moduleResolution, types: ["node", "jest"] })).toBe("");
});

test.each(Object.entries(examples))("%s", async (name, { members, prints = [], shows, goesOnFrom }) => {
  const state = mkdtempSync(join(installed.folder, "state-"));
  const reader = new Walkthrough(installed.folderOf(name), state, installed.binaries);
  const { realSettings, emulatedSettings, steps } = reader.commands;
  expect(settingsIn(emulatedSettings)).toEqual(expect.arrayContaining(settingsIn(realSettings)));

  const servers = (await reader.startServers()).map(connect);
  const before = await Promise.all(servers.map(catalogOf));
  const shown: object[] = [];
  let written: string | undefined;
  for (const step of steps) {
    await reader.run(step);
    if (shows) shown.push(...((await servers[0]?.rows(shows.query)) ?? []));
    if (goesOnFrom) written ??= read(installed.folderOf(name), goesOnFrom);
  }
  if (shows) expect(shown).toContainEqual(shows.row);
  if (goesOnFrom)
    expect(declarations(read(installed.folderOf(name), "index.ts"))).toEqual(
      expect.arrayContaining(declarations(written)),
    );
  for (const expected of [...(members === undefined ? [] : backedUp(members)), ...prints]) {
    expect(reader.transcript).toMatch(expected);
  }
  expect(await Promise.all(servers.map(catalogOf))).toEqual(before);
  await Promise.all(servers.map(({ sql }) => sql.close()));
  await reader.stop();
});

/** A file's text; undefined where there is none yet. */
function read(folder: string, file: string): string | undefined {
  const path = join(folder, file);
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

/** The paragraphs of a program after its imports. */
function declarations(program: string | undefined): string[] {
  if (program === undefined) throw new Error("The program was not written.");
  return program.trimEnd().split("\n\n").slice(1);
}

/** What a run and the list of restore points say where all databases of a set got everything. */
function backedUp(members: number): RegExp[] {
  return [
    new RegExp(`full backups: ${members} of ${members}\\b`),
    new RegExp(`log backups: ${members} of ${members}\\b`),
    new RegExp(`restorable, all ${members} databases`),
  ];
}

/** Which keys of the stack's configuration and which variables a block sets. */
function settingsIn(block: string): string[] {
  const keys = [...block.matchAll(/^pulumi config set (?:--\S+ )*(\w+)/gm)].map(([, key]) => String(key));
  return [...keys, ...[...block.matchAll(/\b([A-Z_]+)=/g)].map(([, variable]) => String(variable))];
}

interface OpenedServer {
  readonly sql: SqlServer;
  rows(text: string, database?: string): Promise<object[]>;
}

function connect({ port, password }: StartedServer): OpenedServer {
  const authentication = { type: "sql", user: "sa", password } as const;
  const sql = openServer({ host: "127.0.0.1", port, authentication, trustServerCertificate: true });
  return { sql, rows: (text, database) => sql.rows(query(text), database === undefined ? {} : { database }) };
}
