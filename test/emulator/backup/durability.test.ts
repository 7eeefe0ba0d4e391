import { cpSync } from "node:fs";
import { join } from "node:path";
import { Server } from "../../../src/emulator/storage/server";
import { systemTable } from "../../../src/emulator/storage/systemTable";
import { database, insert, removeTemporaryFolders, rows, temporaryFolder } from "../storage/world";
import { World } from "./world";

afterAll(removeTemporaryFolders);

function open(dataDirectory: string): Server {
  return Server.open({ serverName: "A", dataDirectory });
}

function killed(folder: string): string {
  const copy = temporaryFolder();
  cpSync(folder, copy, { recursive: true, filter: (path) => !path.endsWith("lock") });
  return copy;
}

function idsOf(server: Server, name: string): unknown[] {
  return rows(server, systemTable(server.database(name) ?? server.master, "t")).map(([id]) => id);
}

test("a restore sequence goes on where it was when the server was killed", async () => {
  const folder = temporaryFolder();
  const backups = temporaryFolder();
  const file = (name: string) => join(backups, name);
  const server = open(folder);
  const { table } = database(server, "d");
  const world = new World(server);
  insert(server, table, [1, "a"]);
  await world.backup("d", file("f.bak"));
  insert(server, table, [2, "b"]);
  await world.log("d", file("l1.trn"));
  insert(server, table, [3, "c"]);
  await world.log("d", file("l2.trn"), { NORECOVERY: true });
  await world.restore("d", file("f.bak"), { NORECOVERY: true });
  await world.restoreLog("d", file("l1.trn"), { NORECOVERY: true });

  const again = open(killed(folder));
  expect(again.database("d")?.state).toBe("RESTORING");
  const onward = new World(again);
  expect((await onward.restoreLog("d", file("l2.trn"))).errors).toEqual([]);
  expect(idsOf(again, "d")).toEqual([1, 2, 3]);

  const last = open(killed(again.dataDirectory as string));
  expect(idsOf(last, "d")).toEqual([1, 2, 3]);
  expect(last.database("d")?.state).toBe("ONLINE");
  expect((await new World(last).log("d", file("l3.trn"))).errors).toEqual([]);
  for (const each of [server, again, last]) each.close();
});

test("the log that no backup has taken yet survives checkpoints and restarts", async () => {
  const folder = temporaryFolder();
  const file = join(temporaryFolder(), "l.trn");
  const full = join(temporaryFolder(), "f.bak");
  const server = open(folder);
  const { database: made, table } = database(server, "d");
  await new World(server).backup("d", full);
  insert(server, table, [1, "a"]);
  made.checkpoint();
  insert(server, table, [2, "b"]);
  server.close();
  const again = open(folder);
  const world = new World(again);
  expect((await world.log("d", file)).errors).toEqual([]);
  await world.restore("e", full, {
    NORECOVERY: true,
    MOVE: [
      ["d", "/var/opt/mssql/data/e.mdf"],
      ["d_log", "/var/opt/mssql/data/e.ldf"],
    ],
  });
  expect((await world.restoreLog("e", file)).errors).toEqual([]);
  expect(idsOf(again, "e")).toEqual([1, 2]);
  again.close();
});
