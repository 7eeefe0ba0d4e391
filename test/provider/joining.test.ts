import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as customBackupDatabase from "../../src/providers/customBackupDatabase";
import { observeStatements } from "../../src/sqlserver";
import type { Properties } from "./dynamicProvider";
import { type JoiningWorld, startJoiningWorld } from "./joiningWorld";
import type { TestServer } from "./servers";

let world: JoiningWorld;
let control: TestServer;
let remote: TestServer;
/** Where backups go. */
const folder = mkdtempSync(join(tmpdir(), "joining-"));

beforeAll(async () => {
  world = await startJoiningWorld();
  ({ control, remote } = world);
});
afterAll(async () => {
  await world.stop();
  rmSync(folder, { recursive: true });
});

const newDatabase: JoiningWorld["newDatabase"] = (...args) => world.newDatabase(...args);
const program: JoiningWorld["program"] = (...args) => world.program(...args);
const create: JoiningWorld["create"] = (...args) => world.create(...args);

/** How many statements are sent to servers while something is done. */
async function countStatements(work: () => Promise<unknown>): Promise<number> {
  let sent = 0;
  const stop = observeStatements(() => {
    sent += 1;
  });
  await work();
  stop();
  return sent;
}

/** Backs a database up and begins to restore it. */
const restored = (name: string, how: string) => `BACKUP DATABASE ${name} TO DISK = N'${folder}/${name}.bak' WITH INIT;
RESTORE DATABASE ${name} FROM DISK = N'${folder}/${name}.bak' WITH REPLACE, ${how};`;

const rowsOf = (database: string) =>
  control.rows(
    `SELECT DefaultDatabaseName AS [default], ServerName AS server, BTSServerName AS bts
FROM dbo.adm_OtherBackupDatabases WHERE DatabaseName = N'${database}' ORDER BY 1, 2;`,
    "Mgmt",
  );
const addRow = (defaultName: string, database: string, server: string) =>
  control.run(
    `INSERT INTO dbo.adm_OtherBackupDatabases VALUES (N'${defaultName}', N'${database}', N'${server}', N'${server}');`,
    "Mgmt",
  );
const forced = async () =>
  ((await control.rows("SELECT ForceFull AS forced FROM dbo.adm_BackupSettings;", "Mgmt")) as { forced: boolean }[])[0]
    ?.forced;
const unforce = () => control.run("UPDATE dbo.adm_BackupSettings SET ForceFull = 0;", "Mgmt");
const modelOf = async (server: TestServer, database: string) => {
  const [row] = await server.rows(
    `SELECT recovery_model_desc AS model FROM sys.databases WHERE name = N'${database}';`,
  );
  return (row as { model: string } | undefined)?.model;
};
const procedures = (server: TestServer, database: string) =>
  server.rows("SELECT name, object_id, modify_date FROM sys.procedures ORDER BY name;", database);

describe("the round trips", () => {
  it("of a database on the control server are three to create and one to read", async () => {
    const database = await newDatabase(control, "SIMPLE");
    const inputs = await program(control, database, { setRecoveryModel: true });
    let made = { id: "", outs: {} as Properties };
    expect(
      await countStatements(async () => {
        made = await customBackupDatabase.create(inputs);
      }),
    ).toBe(3);
    expect(await countStatements(() => customBackupDatabase.read(made.id, made.outs))).toBe(1);
  });

  it("of a database on another server are four to create, and to read one on each server, at once", async () => {
    const database = await newDatabase(remote, "SIMPLE");
    const inputs = await program(remote, database, { setRecoveryModel: true });
    let made = { id: "", outs: {} as Properties };
    expect(
      await countStatements(async () => {
        made = await customBackupDatabase.create(inputs);
      }),
    ).toBe(4);
    const targets: string[] = [];
    const stop = observeStatements((_, { server }) => void targets.push(server));
    const reading = customBackupDatabase.read(made.id, made.outs);
    await new Promise(setImmediate);
    // Neither waits for the other's answer.
    expect(targets.sort()).toEqual([control.sql.displayName, remote.sql.displayName].sort());
    await reading;
    stop();
    expect(targets).toHaveLength(2);
  });
});

describe("joining", () => {
  it("forces a full backup, so that the next run takes the base of the log backups", async () => {
    await unforce();
    await create(control, await newDatabase(control));
    expect(await forced()).toBe(true);
  });

  it("forces it by BizTalk's own procedure, wherever that keeps the flag", async () => {
    await unforce();
    await control.run("CREATE TABLE dbo.adm_ForceFullBackup (ForceFull bit NOT NULL);", "Mgmt");
    await control.run(
      "ALTER PROCEDURE dbo.sp_ForceFullBackup AS INSERT INTO dbo.adm_ForceFullBackup VALUES (1);",
      "Mgmt",
    );
    try {
      await create(control, await newDatabase(control));
      expect(await control.rows("SELECT ForceFull AS forced FROM dbo.adm_ForceFullBackup;", "Mgmt")).toEqual([
        { forced: true },
      ]);
    } finally {
      await control.run("DROP TABLE dbo.adm_ForceFullBackup;", "Mgmt");
      await control.run(
        "ALTER PROCEDURE dbo.sp_ForceFullBackup AS UPDATE dbo.adm_BackupSettings SET ForceFull = 1;",
        "Mgmt",
      );
    }
  });

  it("forces it for an adopted database too, if that has no base", async () => {
    const database = await newDatabase(control);
    await addRow(database, database, "CONTROL");
    await unforce();
    await create(control, database, { adopt: true });
    expect(await forced()).toBe(true);
  });

  it("takes as the default name the database's own, unless told", async () => {
    const database = await newDatabase(remote);
    await create(remote, database, { serverName: "BRANCH" });
    expect(await rowsOf(database)).toEqual([{ default: database, server: "BRANCH", bts: "BRANCH" }]);
    const other = await newDatabase(remote);
    await create(remote, other, { defaultDatabaseName: "SSO" });
    expect(await rowsOf(other)).toEqual([{ default: "SSO", server: "REMOTE", bts: "REMOTE" }]);
  });

  it("of one database by two stacks at once is done by one of them, and told to the other", async () => {
    const database = await newDatabase(control);
    const inputs = await program(control, database);
    const outcomes = await Promise.allSettled([
      customBackupDatabase.create(inputs),
      customBackupDatabase.create(inputs),
    ]);
    const made = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [String(outcome.reason)] : []));
    expect(made).toHaveLength(1);
    expect(refused).toEqual([expect.stringMatching(/joined.*adopt: true/)]);
    // What the other one undid is nothing that the first one needs.
    const { props = {} } = await customBackupDatabase.read(made[0]?.id ?? "", made[0]?.outs ?? {});
    expect(props.findings).toEqual({});
    expect(await rowsOf(database)).toHaveLength(1);
  });
});

describe("a database that is joined already", () => {
  const joinTwice = async (
    others: Properties,
    rows: [string, string][],
    before?: (database: string) => Promise<void>,
  ) => {
    const database = await newDatabase(remote);
    await before?.(database);
    for (const [defaultName, server] of rows)
      await addRow(defaultName === "" ? database : defaultName, database, server);
    return { database, outcome: create(remote, database, others) };
  };

  it.each<[string, Properties, [string, string][], RegExp]>([
    ["under its own name", {}, [["", "REMOTE"]], /joined to the backup set already, as Shop\d+ .*adopt: true/],
    ["in other letters", {}, [["", "remote"]], /joined to the backup set already/],
    [
      "under another default name",
      { defaultDatabaseName: "Mine" },
      [["Theirs", "REMOTE"]],
      /joined to the backup set already, as Theirs .*adopt: true/,
    ],
    [
      "twice",
      {},
      [
        ["One", "REMOTE"],
        ["Two", "REMOTE"],
      ],
      /as One and as Two/,
    ],
    [
      "under its server's own name, while a linked server is asked for",
      { serverName: "BRANCH" },
      [["Other", "REMOTE"]],
      /under the server name REMOTE, which leads to the same server as BRANCH.*serverName: "REMOTE" and adopt: true/,
    ],
    [
      "under another default name than the one to adopt",
      { adopt: true, defaultDatabaseName: "Mine" },
      [["Theirs2", "REMOTE"]],
      /is joined as Theirs2, not as Mine.*defaultDatabaseName: "Theirs2"/,
    ],
  ])("%s is told, and nothing is changed", async (_, others, rows, message) => {
    const { database, outcome } = await joinTwice(others, rows);
    await expect(outcome).rejects.toThrow(message);
    expect(await rowsOf(database)).toHaveLength(rows.length);
    expect(await procedures(remote, database)).toEqual([]);
  });

  it("under another linked server to the same place is told", async () => {
    const source = `127.0.0.1,${remote.connection.port}`;
    for (const name of ["EAST", "WEST"]) {
      await control.run(
        `EXEC sp_addlinkedserver @server = N'${name}', @srvproduct = N'', @provider = N'MSOLEDBSQL', @datasrc = N'${name === "EAST" ? "tcp:" : ""}${source}';`,
      );
    }
    const { outcome } = await joinTwice({ serverName: "WEST" }, [["AsEast", "EAST"]]);
    await expect(outcome).rejects.toThrow(/under the server name EAST, which leads to the same server as WEST/);
    // The same name on another server is another database.
    await control.run(
      "EXEC sp_addlinkedserver @server = N'NORTH', @srvproduct = N'', @provider = N'MSOLEDBSQL', @datasrc = N'elsewhere';",
    );
    const other = await joinTwice({ serverName: "WEST" }, [["AsNorth", "NORTH"]]);
    await expect(other.outcome).resolves.toMatchObject({ outs: { joinedServerName: "WEST" } });
  });

  it("is adopted as it is, and stays as it is on delete", async () => {
    const { database, outcome } = await joinTwice({ adopt: true }, [["Theirs3", "REMOTE"]]);
    const { id, outs } = await outcome;
    expect(JSON.parse(String(outs.made))).toMatchObject({ adopted: true, row: { defaultDatabaseName: "Theirs3" } });
    await customBackupDatabase.delete(id, outs);
    expect(await rowsOf(database)).toEqual([{ default: "Theirs3", server: "REMOTE", bts: "REMOTE" }]);
    // It is still a member: without its procedures, every run would fail.
    expect(await procedures(remote, database)).toHaveLength(8);
  });

  it("keeps what it takes as long as another row names it", async () => {
    const database = await newDatabase(remote, "SIMPLE");
    const { id, outs } = await create(remote, database, { setRecoveryModel: true });
    await addRow("Another", database, "REMOTE");
    await customBackupDatabase.delete(id, outs);
    expect(await rowsOf(database)).toEqual([{ default: "Another", server: "REMOTE", bts: "REMOTE" }]);
    expect(await procedures(remote, database)).toHaveLength(8);
    expect(await modelOf(remote, database)).toBe("FULL");
  });

  it("is told when its default name is another database's", async () => {
    await addRow("Taken", "Elsewhere", "REMOTE");
    const { outcome } = await joinTwice({ defaultDatabaseName: "taken" }, []);
    await expect(outcome).rejects.toThrow(/default database name taken is taken on REMOTE by the database Elsewhere/);
  });

  it("is told when it is a member anyway", async () => {
    await expect(create(control, "Mgmt")).rejects.toThrow(/Mgmt of CONTROL is a member of the backup set anyway/);
  });
});

describe("the recovery model", () => {
  it.each<[string, Properties, string]>([
    ["is put back on delete where it was set", { setRecoveryModel: true }, "SIMPLE"],
    ["stays where that is not wanted", { setRecoveryModel: true, restoreRecoveryModel: false }, "FULL"],
  ])("%s", async (_, others, after) => {
    const database = await newDatabase(control, "SIMPLE");
    const { id, outs } = await create(control, database, others);
    expect(await modelOf(control, database)).toBe("FULL");
    expect(outs.previousRecoveryModel).toBe("SIMPLE");
    await customBackupDatabase.delete(id, outs);
    expect(await modelOf(control, database)).toBe(after);
  });

  it("that somebody changed since stays as it is on delete", async () => {
    const database = await newDatabase(control, "SIMPLE");
    const { id, outs } = await create(control, database, { setRecoveryModel: true });
    await control.run(`ALTER DATABASE ${database} SET RECOVERY BULK_LOGGED;`);
    await customBackupDatabase.delete(id, outs);
    expect(await modelOf(control, database)).toBe("BULK_LOGGED");
  });

  it("that somebody set to SIMPLE can be refreshed, destroyed, and mended with a full backup to follow", async () => {
    const database = await newDatabase(control);
    const inputs = await program(control, database, { setRecoveryModel: true });
    const { id, outs } = await customBackupDatabase.create(inputs);
    await control.run(`ALTER DATABASE ${database} SET RECOVERY SIMPLE;`);
    const once = await customBackupDatabase.read(id, outs);
    const twice = await customBackupDatabase.read(id, once.props ?? {});
    expect(twice.inputs).toMatchObject({ recoveryModel: "SIMPLE" });
    await unforce();
    const mended = await customBackupDatabase.update(id, twice.props ?? {}, inputs);
    expect(await modelOf(control, database)).toBe("FULL");
    expect(await forced()).toBe(true);
    await control.run(`ALTER DATABASE ${database} SET RECOVERY SIMPLE;`);
    const drifted = await customBackupDatabase.read(id, mended.outs);
    await customBackupDatabase.delete(id, drifted.props ?? {});
    expect(await rowsOf(database)).toEqual([]);
  });
});

describe("a database that cannot be joined", () => {
  it.each<[string, (name: string) => string, RegExp]>([
    ["offline", (name) => `ALTER DATABASE ${name} SET OFFLINE;`, /is OFFLINE; it must be ONLINE: .*SET ONLINE/],
    ["read-only", (name) => `ALTER DATABASE ${name} SET READ_ONLY;`, /is read-only: it can hold no marks/],
    ["being restored", (name) => restored(name, "NORECOVERY"), /is RESTORING; it must be ONLINE: .*WITH RECOVERY/],
    ["on standby", (name) => restored(name, `STANDBY = N'${folder}/${name}.undo'`), /is a standby database/],
    ["gone", (name) => `DROP DATABASE ${name};`, /does not exist, or the login may not see it/],
  ])("because it is %s says so, before anything is changed", async (_, make, message) => {
    const database = await newDatabase(remote);
    await remote.run(make(database));
    await expect(create(remote, database)).rejects.toThrow(message);
    expect(await rowsOf(database)).toEqual([]);
  });

  it.each(["master", "MSDB", "model", "tempdb"])(
    "because it is the system database %s says so in the preview",
    async (database) => {
      const { failures } = await customBackupDatabase.check({}, { ...(await program(control, "Orders")), database });
      expect(failures).toEqual([
        { property: "", reason: expect.stringMatching(/^database: must not be a system database/) },
      ]);
    },
  );

  it.each<[string, (name: string) => string]>([
    ["is gone", (name) => `DROP DATABASE ${name};`],
    ["is offline", (name) => `ALTER DATABASE ${name} SET OFFLINE;`],
    ["is read-only", (name) => `ALTER DATABASE ${name} SET READ_ONLY;`],
  ])("any more because it %s leaves the set on delete", async (_, make) => {
    const database = await newDatabase(remote);
    const { id, outs } = await create(remote, database);
    await remote.run(make(database));
    await customBackupDatabase.delete(id, outs);
    expect(await rowsOf(database)).toEqual([]);
  });
});

describe("the row", () => {
  const drifted = async (change: (database: string) => string) => {
    const database = await newDatabase(remote);
    const inputs = await program(remote, database, { defaultDatabaseName: `As${database}`, serverName: "BRANCH" });
    const { id, outs } = await customBackupDatabase.create(inputs);
    const before = await rowsOf(database);
    await control.run(change(database), "Mgmt");
    const found = await customBackupDatabase.read(id, outs);
    const result = await customBackupDatabase.diff(id, found.props ?? {}, inputs);
    const updated = await customBackupDatabase.update(id, found.props ?? {}, inputs);
    expect(await rowsOf(database)).toEqual(before);
    expect(await customBackupDatabase.diff(id, updated.outs, inputs)).toMatchObject({ changes: false });
    return { findings: found.props?.findings, result };
  };

  it.each<[string, (database: string) => string, Properties]>([
    [
      "with another default name",
      (name) => `UPDATE dbo.adm_OtherBackupDatabases SET DefaultDatabaseName = N'X' WHERE DatabaseName = N'${name}';`,
      { defaultDatabaseName: "X" },
    ],
    [
      "with another server",
      (name) => `UPDATE dbo.adm_OtherBackupDatabases SET ServerName = N'SOUTH' WHERE DatabaseName = N'${name}';`,
      { serverName: "SOUTH" },
    ],
    [
      "that is gone",
      (name) => `DELETE FROM dbo.adm_OtherBackupDatabases WHERE DatabaseName = N'${name}';`,
      { joined: false },
    ],
  ])("%s is shown, and made right in place", async (_, change, findings) => {
    expect(await drifted(change)).toEqual({
      findings,
      result: { changes: true, replaces: [], deleteBeforeReplace: false },
    });
  });

  it("gets another default name without leaving the set, adopted or not", async () => {
    for (const adopt of [false, true]) {
      const database = await newDatabase(remote);
      if (adopt) await addRow(database, database, "REMOTE");
      const { id, outs } = await create(remote, database, { adopt });
      const inputs = await program(remote, database, { adopt, defaultDatabaseName: `New${database}` });
      const updated = await customBackupDatabase.update(id, outs, inputs);
      expect(await rowsOf(database)).toEqual([{ default: `New${database}`, server: "REMOTE", bts: "REMOTE" }]);
      await customBackupDatabase.delete(id, updated.outs);
      expect(await rowsOf(database)).toHaveLength(adopt ? 1 : 0);
    }
  });
});
