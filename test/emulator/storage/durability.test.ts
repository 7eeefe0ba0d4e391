import { cpSync } from "node:fs";
import { join } from "node:path";
import { Server } from "../../../src/emulator/storage/server";
import { systemTable } from "../../../src/emulator/storage/systemTable";
import { begin, database, insert, removeTemporaryFolders, rows, temporaryFolder } from "./world";

afterAll(removeTemporaryFolders);

/** What a killed process leaves: the folder as it is now. */
function killed(folder: string): string {
  const copy = temporaryFolder();
  cpSync(folder, copy, { recursive: true, filter: (path) => !path.endsWith("lock") });
  return copy;
}

function open(dataDirectory: string): Server {
  return Server.open({ serverName: "A", dataDirectory });
}

test("a killed server comes back with what was committed and nothing else", () => {
  const folder = temporaryFolder();
  const server = open(folder);
  const { table } = database(server);
  insert(server, table, [1, "a"], [2, "b"]);
  begin(server).insert(table, [3, "uncommitted"]);
  const again = open(killed(folder));
  const copy = systemTable(again.database("db") ?? again.master, "t");
  expect(rows(again, copy)).toEqual([
    [1, "a"],
    [2, "b"],
  ]);
  insert(again, copy, [3, "c"]);
  again.close();
  server.close();
});

test("a transaction over two databases is whole or not at all, wherever its writing was cut", () => {
  const folder = temporaryFolder();
  const server = open(folder);
  const one = database(server, "one");
  const two = database(server, "two");
  const states: string[] = [];
  const before = server.faults.beforeWrite.bind(server.faults);
  server.faults.beforeWrite = (path, bytes) => {
    before(path, bytes);
    states.push(killed(folder));
  };
  const transaction = begin(server);
  transaction.insert(one.table, [1, "a"]);
  transaction.insert(two.table, [1, "b"]);
  transaction.commit();
  states.push(killed(folder));
  const counts = states.map((state) => {
    const again = open(state);
    const seen = ["one", "two"].map(
      (name) => rows(again, systemTable(again.database(name) ?? again.master, "t")).length,
    );
    again.close();
    return seen;
  });
  expect(counts).toEqual([
    [0, 0],
    [0, 0],
    [1, 1],
  ]);
  server.close();
});

test("a transaction prepared for another coordinator is in doubt after a restart, and does as it is told", async () => {
  const folder = temporaryFolder();
  const server = open(folder);
  const { table } = database(server);
  insert(server, table, [1, "a"]);
  const transaction = begin(server);
  server.dtc.join(transaction, Buffer.from(JSON.stringify(["global", "B,1433"])));
  transaction.update(table, 1, [1, "b"]);
  const steps = server.dtc.prepareSteps(transaction);
  expect(steps.next().done).toBe(true);
  for (const outcome of ["committed", "aborted"] as const) {
    const again = open(killed(folder));
    const copy = systemTable(again.database("db") ?? again.master, "t");
    expect(() => rows(again, copy)).toThrow("lock wait");
    again.dtc.ask = async () => outcome;
    await again.dtc.resolveInDoubt();
    const expected = [[1, outcome === "committed" ? "b" : "a"]];
    expect(rows(again, copy)).toEqual(expected);
    const last = open(killed(again.dataDirectory as string));
    expect(rows(last, systemTable(last.database("db") ?? last.master, "t"))).toEqual(expected);
    last.close();
    again.close();
  }
  server.close();
});

test("a dropped database stays dropped, and a full disk rolls the transaction back with 9002", () => {
  const folder = temporaryFolder();
  const server = open(folder);
  const { table } = database(server);
  server.dropDatabase(database(server, "gone").database);
  server.faults.breakDisk({ kind: "full", matching: join(folder) });
  expect(() => insert(server, table, [1, "a"])).toThrow(expect.objectContaining({ number: 9002 }));
  server.faults.clear();
  insert(server, table, [2, "b"]);
  const again = open(killed(folder));
  expect(again.database("gone")).toBeUndefined();
  expect(rows(again, systemTable(again.database("db") ?? again.master, "t"))).toEqual([[2, "b"]]);
  again.close();
  server.close();
});
