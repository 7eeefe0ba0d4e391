import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modulesOf } from "../../src/objects/installation";
import * as customBackupDatabase from "../../src/providers/customBackupDatabase";
import { splitBatches } from "../../src/sqlserver";
import { officialLike, type SetupTexts, writeSetupScripts } from "../support/setupScripts";
import type { Properties } from "./dynamicProvider";
import { type JoiningWorld, startJoiningWorld } from "./joiningWorld";

let world: JoiningWorld;
const folder = mkdtempSync(join(tmpdir(), "member-setup-"));
beforeAll(async () => {
  world = await startJoiningWorld();
});
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

interface Procedure {
  readonly name: string;
  readonly object_id: number;
  readonly modify_date: Date;
  readonly definition: string;
}

async function procedures(database: string): Promise<Map<string, Procedure>> {
  const rows = await world.control.rows(
    `SELECT o.name, o.object_id, o.modify_date, m.definition FROM sys.procedures AS o
JOIN sys.sql_modules AS m ON m.object_id = o.object_id ORDER BY o.name;`,
    database,
  );
  return new Map((rows as Procedure[]).map((row) => [row.name, row]));
}

/** Everything of a database that a set-up may touch. */
const everything = (database: string) =>
  world.control.rows(
    `SELECT name, type FROM sys.objects WHERE is_ms_shipped = 0
UNION ALL SELECT name, type FROM sys.database_principals
UNION ALL SELECT name, 'schema' FROM sys.schemas ORDER BY name, type;`,
    database,
  );

/** What somebody else's set-up does in a database, batch by batch. */
async function runElsewhere(texts: SetupTexts, database: string): Promise<void> {
  for (const text of Object.values(texts)) {
    for (const batch of splitBatches(String(text))) await world.control.run(batch, database);
  }
}

const refreshed = async ({ id, outs }: { id: string; outs: Properties }) => {
  const { props = {}, inputs = {} } = await customBackupDatabase.read(id, outs);
  return { props, inputs };
};

describe("the versions of the procedures", () => {
  it("are known, and one that is older is upgraded in place, and nothing else", async () => {
    const database = await world.newDatabase(world.control);
    const inputs = await world.program(world.control, database);
    const made = await customBackupDatabase.create(inputs);
    const versions = [...modulesOf("member").values()].map(({ name, version }) => `${name} ${version}`).join(", ");
    // The oldest first: a preview cuts long texts.
    const older = `sp_SetMark 0, ${versions.replace("sp_SetMark 1, ", "")}`;
    expect(made.outs.installedVersions).toBe(versions);
    await world.control.run("CREATE USER clerk WITHOUT LOGIN; GRANT EXECUTE ON dbo.sp_SetMark TO clerk;", database);
    // As an earlier version of the package has left it.
    await world.control.run(
      "ALTER PROCEDURE dbo.sp_SetMark @name nvarchar(128) AS -- mssql-backup member procedure, version 0\nRETURN 0;",
      database,
    );
    const before = await procedures(database);

    const found = await refreshed(made);
    expect(found.props.installedVersions).toBe(older);
    // What preview --diff shows: the version that is there, and the one that up installs.
    expect(found.inputs.setupVersions).toBe(older);
    expect(inputs.setupVersions).toBe(versions);
    expect(await customBackupDatabase.diff(made.id, found.props, inputs)).toMatchObject({
      changes: true,
      replaces: [],
    });

    const updated = await customBackupDatabase.update(made.id, found.props, inputs);
    expect(updated.outs.installedVersions).toBe(versions);
    const after = await procedures(database);
    const altered = [...after.values()].filter(
      ({ name, modify_date }) => Number(before.get(name)?.modify_date) !== Number(modify_date),
    );
    expect(altered.map(({ name }) => name)).toEqual(["sp_SetMark"]);
    expect(after.get("sp_SetMark")?.object_id).toBe(before.get("sp_SetMark")?.object_id);
    expect(
      await world.control.rows(
        `SELECT USER_NAME(grantee_principal_id) AS name FROM sys.database_permissions
WHERE major_id = OBJECT_ID(N'dbo.sp_SetMark') ORDER BY 1;`,
        database,
      ),
    ).toEqual([{ name: "BTS_BACKUP_USERS" }, { name: "clerk" }]);
    expect(await customBackupDatabase.diff(made.id, updated.outs, inputs)).toMatchObject({ changes: false });
  });

  it("are compared without asking a server: a newer package shows what it would upgrade", async () => {
    const database = await world.newDatabase(world.control);
    const inputs = await world.program(world.control, database);
    const { id, outs } = await customBackupDatabase.create(inputs);
    const withVersion = (version: number) =>
      String(inputs.setupVersions).replace("sp_SetMark 1", `sp_SetMark ${version}`);
    const newer = { ...inputs, setupVersions: withVersion(2) };
    expect(await customBackupDatabase.diff(id, outs, newer)).toMatchObject({ changes: true, replaces: [] });
    const older = { ...inputs, setupVersions: withVersion(0) };
    expect(await customBackupDatabase.diff(id, outs, older)).toMatchObject({ changes: false });
  });

  it("that are newer than the package's stay", async () => {
    const database = await world.newDatabase(world.control);
    const inputs = await world.program(world.control, database);
    const made = await customBackupDatabase.create(inputs);
    await world.control.run(
      "ALTER PROCEDURE dbo.sp_SetMark @name nvarchar(128) AS -- mssql-backup member procedure, version 99\nRETURN 0;",
      database,
    );
    await world.control.run("DROP PROCEDURE dbo.sp_CleanUpMarkLog;", database);
    const found = await refreshed(made);
    expect(found.props.findings).toEqual({ setup: "builtIn (sp_CleanUpMarkLog is missing)" });
    await customBackupDatabase.update(made.id, found.props, inputs);
    const after = await procedures(database);
    expect(after.get("sp_SetMark")?.definition).toContain("version 99");
    expect(after.has("sp_CleanUpMarkLog")).toBe(true);
  });
});

describe("a database with BizTalk's own procedures", () => {
  it.each(["builtIn", "folder"])("is left as it is, down to the dates, when %s is asked for", async (setup) => {
    const database = await world.newDatabase(world.control);
    await runElsewhere(officialLike, database);
    const before = { all: await everything(database), procedures: await procedures(database) };
    const scripts = writeSetupScripts(join(folder, "own"));
    const made = await world.create(world.control, database, { setup: setup === "folder" ? scripts : setup });
    expect(made.outs).toMatchObject({ installedVersions: "", made: expect.stringContaining('"procedures":[]') });
    const found = await refreshed(made);
    expect(found.props.findings).toEqual({});
    await customBackupDatabase.update(
      made.id,
      found.props,
      await world.program(world.control, database, { setup: setup === "folder" ? scripts : setup }),
    );
    await customBackupDatabase.delete(made.id, made.outs);
    expect({ all: await everything(database), procedures: await procedures(database) }).toEqual(before);
  });

  it("is refused when half of them are missing", async () => {
    const database = await world.newDatabase(world.control);
    await runElsewhere(officialLike, database);
    await world.control.run("DROP PROCEDURE dbo.sp_SetMarkRemote;", database);
    await expect(world.create(world.control, database)).rejects.toThrow(/cannot be set up: .*lacks sp_SetMarkRemote/);
  });
});

describe("the scripts of a folder", () => {
  let count = 0;
  const newFolder = (texts: SetupTexts = officialLike) => {
    count += 1;
    return writeSetupScripts(join(folder, `scripts ${count}`), texts);
  };
  const changed = (change: (text: string) => string | Buffer, file = "Backup_Setup_All_Procs.sql") => ({
    ...officialLike,
    [file]: change(String(officialLike[file])),
  });

  it("run in the database, leave no text in the state, and go with the resource", async () => {
    const database = await world.newDatabase(world.control);
    const before = await everything(database);
    const made = await world.create(world.control, database, { setup: newFolder() });
    expect([...(await procedures(database)).keys()]).toContain("sp_OfTheirOwn");
    expect(JSON.stringify(made.outs)).not.toMatch(/PRINT|drop procedure|INSERT/i);
    expect(made.outs.installedVersions).toMatch(
      /^Backup_Setup_All_Tables\.sql sha256:[0-9a-f]{16}, Backup_Setup_All_Procs\.sql sha256:[0-9a-f]{16}$/,
    );
    expect((await refreshed(made)).props.findings).toEqual({});
    await customBackupDatabase.delete(made.id, made.outs);
    expect(await everything(database)).toEqual(before);
  });

  it.each<[string, (text: string) => string | Buffer]>([
    ["in UTF-16", (text) => Buffer.from(`\uFEFF${text}`, "utf16le")],
    ["in UTF-16 of the other byte order", (text) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16()],
    ["in UTF-8 with its mark", (text) => `\uFEFF${text}`],
    ["in the code page of Windows", (text) => Buffer.from(`-- ${"é"} \n${text}`, "latin1")],
    ["with Windows' line ends", (text) => text.replaceAll("\n", "\r\n")],
    ["with batches that run several times", (text) => text.replace("GO -- the procedures follow", "GO 3 -- again")],
    ["with GO and USE in comments", (text) => `/* USE master\nGO\n/* GO */ GO */\n-- USE master\n${text}`],
  ])("run %s", async (_, change) => {
    const database = await world.newDatabase(world.control);
    await world.create(world.control, database, { setup: newFolder(changed(change)) });
    expect([...(await procedures(database)).keys()]).toContain("sp_OfTheirOwn");
  });

  it.each<[string, SetupTexts, RegExp]>([
    ["that are missing", {}, /has no Backup_Setup_All_Tables\.sql and no Backup_Setup_All_Procs\.sql/],
    [
      "that change the database",
      changed((text) => `${text}\nUSE [master]\nGO\n`),
      /Backup_Setup_All_Procs\.sql, line \d+: USE leads to another database/,
    ],
    [
      "that need sqlcmd",
      changed((text) => `:setvar Database x\n${text}\n:r other.sql\nSELECT '$(Database)'\n!! dir\n`),
      /line 1: :setvar is a command of sqlcmd[\s\S]*: :r is a command[\s\S]*\$\(Database\) is a variable[\s\S]*!! is a command/,
    ],
    [
      "that fail",
      changed((text) => text.replace("RETURN 0", "RETURN 0\nGO\nSELECT 1\n  FROM dbo.Nowhere")),
      /Backup_Setup_All_Procs\.sql, batch 19, line 68: .*Nowhere.*208[\s\S]*Nothing of the scripts in .* has taken effect/,
    ],
    [
      "that raise an error and would go on",
      changed((text) => `${text}\nRAISERROR (N'not on this version', 16, 1)\nGO\n`),
      /Backup_Setup_All_Procs\.sql, batch \d+, line \d+: .*not on this version/,
    ],
    [
      "that are no T-SQL",
      changed((text) => `${text}\nCREATE PROCEDURE dbo.x AS SELEC 1 FROM\nGO\n`),
      /Backup_Setup_All_Procs\.sql, batch \d+, line \d+/,
    ],
  ])("%s are refused or undone as a whole", async (_, texts, message) => {
    const database = await world.newDatabase(world.control);
    const before = await everything(database);
    await expect(world.create(world.control, database, { setup: newFolder(texts) })).rejects.toThrow(message);
    expect(await everything(database)).toEqual(before);
  });

  it("are run again when the folder has others, and not for other line ends", async () => {
    const database = await world.newDatabase(world.control);
    const setup = newFolder();
    const made = await world.create(world.control, database, { setup });
    writeSetupScripts(
      setup,
      changed((text) => text.replaceAll("\n", "\r\n")),
    );
    const same = await world.program(world.control, database, { setup });
    expect(await customBackupDatabase.diff(made.id, made.outs, same)).toMatchObject({ changes: false });
    writeSetupScripts(
      setup,
      changed((text) => text.replace("RETURN 0", "RETURN 1")),
    );
    const inputs = await world.program(world.control, database, { setup });
    expect(await customBackupDatabase.diff(made.id, made.outs, inputs)).toMatchObject({ changes: true, replaces: [] });
    const { outs } = await customBackupDatabase.update(made.id, made.outs, inputs);
    expect((await procedures(database)).get("sp_OfTheirOwn")?.definition).toContain("RETURN 1");
    expect(await customBackupDatabase.diff(made.id, outs, inputs)).toMatchObject({ changes: false });
    // Where the folder is not there, as on another machine, there is nothing to compare.
    rmSync(setup, { recursive: true });
    const elsewhere = await world.program(world.control, database, { setup });
    expect(await customBackupDatabase.diff(made.id, outs, elsewhere)).toMatchObject({ changes: false });
    await customBackupDatabase.delete(made.id, outs);
    expect(await procedures(database)).toEqual(new Map());
  });

  it("take the place of the built-in set-up, and give it back", async () => {
    const database = await world.newDatabase(world.control);
    const before = await everything(database);
    const made = await world.create(world.control, database);
    const theirs = await world.program(world.control, database, { setup: newFolder() });
    const switched = await customBackupDatabase.update(made.id, made.outs, theirs);
    expect((await procedures(database)).get("sp_SetMark")?.definition).not.toContain("mssql-backup");
    const ours = await world.program(world.control, database);
    const back = await customBackupDatabase.update(made.id, switched.outs, ours);
    expect((await procedures(database)).get("sp_SetMark")?.definition).toContain("mssql-backup");
    expect((await refreshed({ id: made.id, outs: back.outs })).props.findings).toEqual({});
    await customBackupDatabase.delete(made.id, back.outs);
    expect(await everything(database)).toEqual(before);
  });
});
