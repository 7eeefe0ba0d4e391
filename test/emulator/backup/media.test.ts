import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Server } from "../../../src/emulator/storage/server";
import { rowsOf, systemTable } from "../../../src/emulator/storage/systemTable";
import { database, insert, memoryServer, removeTemporaryFolders, rows, temporaryFolder } from "../storage/world";
import { World } from "./world";

let server: Server;
let world: World;
let folder: string;

beforeEach(() => {
  server = memoryServer();
  const { table } = database(server, "d");
  insert(server, table, [1, "a"]);
  world = new World(server);
  folder = temporaryFolder();
});
afterEach(() => server.close());
afterAll(removeTemporaryFolders);

const file = (name: string) => join(folder, name);

/** What the conformance corpus calls damage. */
function flip(path: string): void {
  const bytes = readFileSync(path);
  for (let part = 30; part <= 70; part += 5) {
    const at = Math.floor((bytes.length * part) / 100);
    for (let i = at; i < Math.min(at + 64, bytes.length); i++) bytes[i] = (bytes[i] ?? 0) ^ 0xff;
  }
  writeFileSync(path, bytes);
}

test("sets are appended, INIT begins anew, and an unexpired set is protected", async () => {
  await world.backup("d", file("f.bak"), { NAME: "one", DESCRIPTION: "first" });
  await world.backup("d", file("f.bak"), { RETAINDAYS: 2 });
  const { rows: sets } = await world.inspect("headeronly", file("f.bak"));
  expect(sets).toEqual([
    expect.objectContaining({ Position: 1, BackupName: "one", BackupDescription: "first", BackupType: 1 }),
    expect.objectContaining({ Position: 2, BackupName: null }),
  ]);
  expect((await world.backup("d", file("f.bak"), { INIT: true })).errors).toEqual([4030, 3013]);
  expect((await world.backup("d", file("f.bak"), { INIT: true, SKIP: true })).errors).toEqual([]);
  expect((await world.inspect("headeronly", file("f.bak"))).rows).toHaveLength(1);
});

test("stripes belong together", async () => {
  const stripes = [file("s1.bak"), file("s2.bak")];
  await world.backup("d", stripes, { FORMAT: true });
  expect((await world.inspect("labelonly", file("s2.bak"))).rows).toEqual([
    expect.objectContaining({ FamilyCount: 2, FamilySequenceNumber: 2 }),
  ]);
  expect((await world.inspect("verifyonly", file("s2.bak"))).errors).toEqual([3132, 3013]);
  expect((await world.inspect("verifyonly", stripes)).messages).toEqual([3262]);
  expect((await world.restore("d", stripes, { REPLACE: true })).errors).toEqual([]);
  const restored = server.database("d") ?? server.master;
  expect(rows(server, systemTable(restored, "t"))).toEqual([[1, "a"]]);
  await world.backup("d", file("s1.bak"), { FORMAT: true });
  expect((await world.inspect("verifyonly", stripes)).errors).toEqual([3231, 3013]);
});

test("damage is found: a flipped file, half a file, no backup at all", async () => {
  await world.backup("d", file("f.bak"), { CHECKSUM: true });
  await world.backup("d", file("h.bak"));
  flip(file("f.bak"));
  truncateSync(file("h.bak"), statSync(file("h.bak")).size / 2);
  writeFileSync(file("j.bak"), "This is no backup. ".repeat(4096));
  expect((await world.inspect("headeronly", file("f.bak"))).rows).toHaveLength(1);
  expect((await world.inspect("verifyonly", file("f.bak"), { CHECKSUM: true })).errors).toEqual([3189, 3013]);
  expect((await world.restore("e", file("f.bak"), { REPLACE: true })).errors).toContain(3013);
  expect((await world.inspect("verifyonly", file("h.bak"))).errors).toEqual([3203, 3013]);
  expect((await world.inspect("headeronly", file("j.bak"))).errors).toEqual([3241, 3013]);
  expect((await world.backup("d", file("j.bak"))).errors).toEqual([3241, 3013]);
  expect((await world.backup("d", file("j.bak"), { FORMAT: true })).errors).toEqual([]);
  expect((await world.inspect("headeronly", file("none.bak"))).errors).toEqual([3201, 3013]);
});

test("a cancelled backup leaves an incomplete set that cannot be restored, and no history", async () => {
  const cancellation = new AbortController();
  world.cancelSignal = cancellation.signal;
  cancellation.abort(new Error("cancelled"));
  await expect(world.backup("d", file("f.bak"))).rejects.toThrow("cancelled");
  world.cancelSignal = undefined;
  expect((await world.restore("e", file("f.bak"))).errors).toEqual([3256, 3013]);
  await world.backup("d", file("f.bak"));
  expect((await world.inspect("headeronly", file("f.bak"))).rows.map(({ BackupName }) => BackupName)).toEqual([
    "*** INCOMPLETE ***",
    null,
  ]);
  const sets = server.inSystemTransaction((transaction) => [
    ...rowsOf(transaction, systemTable(server.msdb, "backupset")),
  ]);
  expect(sets.map(({ values }) => values.position)).toEqual([2]);
});

test("a full disk fails with 3202 and leaves the chain as it was", async () => {
  await world.backup("d", "NUL");
  server.faults.breakDisk({ kind: "full", matching: folder });
  expect((await world.log("d", file("l.trn"))).errors).toEqual([3202, 3013]);
  server.faults.clear();
  expect((await world.log("d", file("l.trn"))).errors).toEqual([]);
  expect(existsSync(file("l.trn"))).toBe(true);
});
