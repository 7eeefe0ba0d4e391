import * as customBackupDatabase from "../../src/providers/customBackupDatabase";
import { type JoiningWorld, startJoiningWorld } from "./joiningWorld";
import type { TestServer } from "./servers";

let world: JoiningWorld;
let remote: TestServer;
beforeAll(async () => {
  world = await startJoiningWorld();
  remote = world.remote;
});
afterAll(() => world.stop());

const listener = { dnsName: "ag1-listener", port: 1433 };
const primary = { group: "AG1", role: "PRIMARY", primary: "REMOTE", listener } as const;
const secondary = { group: "AG1", role: "SECONDARY", primary: "SQL2", listener } as const;
const explanation =
  /belongs to the availability group AG1, and REMOTE holds a secondary replica of it: only the primary replica can be marked.*connect through the group's listener ag1-listener,1433 \(multiSubnetFailover: true.*or to the primary replica SQL2/;

describe("a database in an availability group", () => {
  it("joins on the primary replica, under the name of the link to the listener", async () => {
    const database = await world.newDatabase(remote);
    remote.availability.place(database, primary);
    const { id, outs } = await world.create(remote, database, { serverName: "AG1" });
    expect(outs).toMatchObject({ joinedServerName: "AG1", realServerName: "REMOTE" });
    expect((await customBackupDatabase.read(id, outs)).props?.findings).toEqual({});
    await customBackupDatabase.delete(id, outs);
  });

  it("does not join under the name of a server that it may leave", async () => {
    const database = await world.newDatabase(remote);
    remote.availability.place(database, primary);
    await expect(world.create(remote, database)).rejects.toThrow(
      /REMOTE, would be wrong after the next failover\. Declare a LinkedServer whose data source is the group's listener \(ag1-listener,1433\)/,
    );
  });

  it.each([false, true])(
    "does not join on a secondary replica, and says where the primary is; readable: %s",
    async (readable) => {
      const database = await world.newDatabase(remote);
      remote.availability.place(database, { ...secondary, readable });
      await expect(world.create(remote, database, { serverName: "AG1" })).rejects.toThrow(explanation);
    },
  );

  it("keeps the recovery model that its group demands", async () => {
    const database = await world.newDatabase(remote);
    remote.availability.place(database, primary);
    const others = { serverName: "AG1", recoveryModel: "BULK_LOGGED", setRecoveryModel: true };
    await expect(world.create(remote, database, others)).rejects.toThrow(/AG1, which allows no other \(1468\)/);
  });

  it("shows a failover in a refresh, explains it in update and delete, and goes on after the next", async () => {
    const database = await world.newDatabase(remote);
    remote.availability.place(database, primary);
    const inputs = await world.program(remote, database, { serverName: "AG1" });
    const { id, outs } = await customBackupDatabase.create(inputs);
    remote.availability.place(database, secondary);
    const found = await customBackupDatabase.read(id, outs);
    expect(found.props?.findings).toEqual({
      setup: "builtIn (REMOTE holds a secondary replica of the availability group AG1, the primary is SQL2)",
    });
    await expect(customBackupDatabase.update(id, outs, inputs)).rejects.toThrow(explanation);
    await expect(customBackupDatabase.delete(id, outs)).rejects.toThrow(
      /has left the backup set, but keeps its procedures/,
    );
    remote.availability.place(database, primary);
    await customBackupDatabase.delete(id, outs);
    expect(await remote.rows("SELECT name FROM sys.procedures;", database)).toEqual([]);
  });

  it("is explained by number to a login that may not see the group's state", async () => {
    const database = await world.newDatabase(remote);
    remote.availability.place(database, secondary);
    await remote.run("CREATE LOGIN blind WITH PASSWORD = N'Secret-2', CHECK_POLICY = OFF;");
    const connection = { ...remote.connection, authentication: { type: "sql", user: "blind", password: "Secret-2" } };
    const inputs = await world.program(remote, database, { serverName: "AG1" });
    await expect(customBackupDatabase.create({ ...inputs, connection })).rejects.toThrow(
      /does not let the login in: it has no user there/,
    );
  });
});

describe("a secondary replica of the emulator", () => {
  it.each<[string, (database: string) => string, number, Partial<typeof secondary & { readable: boolean }>]>([
    ["is not read unless it may be", (name) => `SELECT * FROM ${name}.sys.objects;`, 976, {}],
    ["is not changed", (name) => `CREATE TABLE ${name}.dbo.t (i int);`, 3906, { readable: true }],
    ["stays in full recovery", (name) => `ALTER DATABASE ${name} SET RECOVERY SIMPLE;`, 1468, {}],
    ["takes no full backup that counts", (name) => `BACKUP DATABASE ${name} TO DISK = N'NUL';`, 3059, {}],
    ["takes no differential backup", (name) => `BACKUP DATABASE ${name} TO DISK = N'NUL' WITH DIFFERENTIAL;`, 3059, {}],
    ["takes no copy-only log backup", (name) => `BACKUP LOG ${name} TO DISK = N'NUL' WITH COPY_ONLY;`, 3059, {}],
  ])("%s", async (_, statement, number, others) => {
    const database = await world.newDatabase(remote);
    await remote.run(`BACKUP DATABASE ${database} TO DISK = N'NUL';`);
    remote.availability.place(database, { ...secondary, ...others });
    await expect(remote.run(statement(database))).rejects.toMatchObject({ number });
  });

  it("takes copy-only full backups", async () => {
    const database = await world.newDatabase(remote);
    remote.availability.place(database, secondary);
    await remote.run(`BACKUP DATABASE ${database} TO DISK = N'NUL' WITH COPY_ONLY;`);
  });
});

test("sp_addrole is not allowed in a transaction, and a TRY catches what is wrong with dynamic text in it", async () => {
  await expect(remote.run("BEGIN TRANSACTION; EXEC sp_addrole N'clerks'; COMMIT;")).rejects.toMatchObject({
    number: 15002,
  });
  const rows = await remote.rows(
    "BEGIN TRY EXEC sys.sp_executesql N'SELEC 1 FROM'; END TRY BEGIN CATCH SELECT ERROR_NUMBER() AS number; END CATCH;",
  );
  expect(rows).toEqual([{ number: 156 }]);
});
