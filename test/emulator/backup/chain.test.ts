import { join } from "node:path";
import type { Server } from "../../../src/emulator/storage/server";
import { rowsOf, systemTable } from "../../../src/emulator/storage/systemTable";
import type { Table } from "../../../src/emulator/storage/table";
import { begin, database, insert, memoryServer, removeTemporaryFolders, rows, temporaryFolder } from "../storage/world";
import { World } from "./world";

let server: Server;
let table: Table;
let world: World;
let folder: string;

beforeEach(() => {
  server = memoryServer();
  table = database(server, "d").table;
  world = new World(server);
  folder = temporaryFolder();
});
afterEach(() => server.close());
afterAll(removeTemporaryFolders);

const file = (name: string) => join(folder, name);
const moved = (name: string) =>
  [
    ["d", join(folder, `${name}.mdf`)],
    ["d_log", join(folder, `${name}.ldf`)],
  ] as const;

function ids(name: string): unknown[] {
  const restored = server.database(name);
  return restored ? rows(server, systemTable(restored, "t")).map(([id]) => id) : [];
}

function marked(name: string, id: number): void {
  const transaction = begin(server);
  transaction.mark = { name, description: "described" };
  transaction.insert(table, [id, name]);
  transaction.commit();
}

function history(name: string): Record<string, unknown>[] {
  return server.inSystemTransaction((transaction) =>
    [...rowsOf(transaction, systemTable(server.msdb, name))].map(({ values }) => values),
  );
}

test("full, differential and log come back in their order; a gap is refused with 4305", async () => {
  insert(server, table, [1, "a"]);
  expect((await world.backup("d", file("f.bak"))).errors).toEqual([]);
  insert(server, table, [2, "b"]);
  expect((await world.log("d", file("l1.trn"))).errors).toEqual([]);
  insert(server, table, [3, "c"]);
  expect((await world.backup("d", file("i.bak"), { DIFFERENTIAL: true })).errors).toEqual([]);
  insert(server, table, [4, "d"]);
  expect((await world.log("d", file("l2.trn"))).errors).toEqual([]);

  expect((await world.restore("e", file("f.bak"), { NORECOVERY: true, MOVE: moved("e") })).errors).toEqual([]);
  expect((await world.restoreLog("e", file("l2.trn"), { RECOVERY: true })).errors).toEqual([4305, 3013]);
  expect(server.database("e")?.state).toBe("RESTORING");
  expect((await world.restoreLog("e", file("l1.trn"), { NORECOVERY: true })).errors).toEqual([]);
  expect((await world.restoreLog("e", file("l2.trn"))).errors).toEqual([]);
  expect(ids("e")).toEqual([1, 2, 3, 4]);

  await world.restore("g", file("f.bak"), { NORECOVERY: true, MOVE: moved("g") });
  expect((await world.restore("g", file("i.bak"), { NORECOVERY: true })).errors).toEqual([]);
  expect((await world.restoreLog("g", file("l2.trn"))).errors).toEqual([]);
  expect(ids("g")).toEqual([1, 2, 3, 4]);
  expect(ids("d")).toEqual([1, 2, 3, 4]);
});

test("STOPATMARK includes the mark, STOPBEFOREMARK does not, and a mark not reached leaves the database restoring", async () => {
  await world.backup("d", file("f.bak"));
  insert(server, table, [1, "a"]);
  marked("m", 2);
  insert(server, table, [3, "c"]);
  await world.log("d", file("l.trn"));
  const restoring = { NORECOVERY: true } as const;
  await world.restore("at", file("f.bak"), { ...restoring, MOVE: moved("at") });
  expect((await world.restoreLog("at", file("l.trn"), { STOPATMARK: "m" })).messages).not.toContain(4329);
  expect(ids("at")).toEqual([1, 2]);
  await world.restore("before", file("f.bak"), { ...restoring, MOVE: moved("before") });
  await world.restoreLog("before", file("l.trn"), { STOPBEFOREMARK: "m" });
  expect(ids("before")).toEqual([1]);
  await world.restore("none", file("f.bak"), { ...restoring, MOVE: moved("none") });
  const missed = await world.restoreLog("none", file("l.trn"), { STOPATMARK: "M" });
  expect(missed).toMatchObject({ errors: [], messages: expect.arrayContaining([4329]) });
  expect(server.database("none")?.state).toBe("RESTORING");
  expect((await world.restore("none", [], { RECOVERY: true })).errors).toEqual([]);
  expect(ids("none")).toEqual([1, 2, 3]);
  expect(history("logmarkhistory")).toEqual([
    expect.objectContaining({ database_name: "d", mark_name: "m", description: "described" }),
  ]);
});

test("what is written while a full backup runs is in it up to its end, and the rest comes with the log", async () => {
  insert(server, table, ...Array.from({ length: 20_000 }, (_, i) => [i, `row ${i}`]));
  let during = 0;
  let writes = true;
  const write = () => {
    if (!writes) return;
    during += 1;
    insert(server, table, [100_000 + during, "during"]);
    setImmediate(write);
  };
  setImmediate(write);
  expect((await world.backup("d", file("f.bak"))).errors).toEqual([]);
  writes = false;
  expect(during).toBeGreaterThan(0);
  insert(server, table, [200_000, "after"]);
  await world.log("d", file("l.trn"));
  await world.restore("e", file("f.bak"), { NORECOVERY: true, MOVE: moved("e") });
  await world.restoreLog("e", file("l.trn"));
  expect(ids("e").length).toBe(20_001 + during);
});

test("the rules of the chain: 4208, 4214, 3035, 927, 3117, 3159", async () => {
  expect((await world.log("d", file("l.trn"))).errors).toEqual([4214, 3013]);
  expect((await world.backup("d", file("i.bak"), { DIFFERENTIAL: true })).errors).toEqual([3035, 3013]);
  await world.backup("d", file("f.bak"));
  expect((await world.restoreLog("d", file("f.bak"))).errors).toEqual([3135, 3013]);
  await world.log("d", file("l.trn"));
  expect((await world.restoreLog("d", file("l.trn"))).errors).toEqual([3117, 3013]);
  expect((await world.restore("d", file("f.bak"))).errors).toEqual([3159, 3013]);
  expect((await world.log("d", file("t.trn"), { NORECOVERY: true })).errors).toEqual([]);
  expect((await world.backup("d", file("g.bak"))).errors).toEqual([927, 3013]);
  expect((await world.restore("d", file("f.bak"))).errors).toEqual([]);
  server.alterDatabaseOptions(server.database("d") ?? server.master, { recoveryModel: "SIMPLE" });
  expect((await world.log("d", file("l.trn"))).errors).toEqual([4208, 3013]);
});

test("a log of a recovery path that was left is refused with 4330", async () => {
  await world.backup("d", file("f.bak"));
  insert(server, table, [1, "a"]);
  await world.log("d", file("l1.trn"));
  insert(server, table, [2, "b"]);
  await world.log("d", file("old.trn"), { NORECOVERY: true });
  await world.restore("d", file("f.bak"), { NORECOVERY: true });
  await world.restoreLog("d", file("l1.trn"));
  const again = server.database("d");
  if (again) insert(server, systemTable(again, "t"), [3, "c"]);
  expect((await world.log("d", file("new.trn"))).errors).toEqual([]);
  await world.restore("e", file("f.bak"), { NORECOVERY: true, MOVE: moved("e") });
  await world.restoreLog("e", file("l1.trn"), { NORECOVERY: true });
  await world.restoreLog("e", file("old.trn"), { NORECOVERY: true });
  expect((await world.restoreLog("e", file("new.trn"))).errors).toContain(4330);
  await world.restore("g", file("f.bak"), { NORECOVERY: true, MOVE: moved("g") });
  await world.restoreLog("g", file("l1.trn"), { NORECOVERY: true });
  expect((await world.restoreLog("g", file("new.trn"))).errors).toEqual([]);
  expect(ids("g")).toEqual([1, 3]);
});
