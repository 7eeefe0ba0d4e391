import { DuplicateKey } from "../../../src/emulator/storage/duplicateKey";
import { runStatement } from "../../../src/emulator/storage/locks";
import type { RowIndex } from "../../../src/emulator/storage/rowIndex";
import type { Server } from "../../../src/emulator/storage/server";
import { systemTable } from "../../../src/emulator/storage/systemTable";
import type { Table } from "../../../src/emulator/storage/table";
import type { Transaction } from "../../../src/emulator/storage/transaction";
import { begin, database, insert, memoryServer, rows, view } from "./world";

let server: Server;
let table: Table;
let key: RowIndex;

beforeEach(() => {
  server = memoryServer();
  ({ table } = database(server));
  insert(server, table, [1, "a"], [2, "b"]);
  key = table.indexes[0] as RowIndex;
});
afterEach(() => server.close());

const patient = { lockTimeout: -1 };

function find(transaction: Transaction, id: number, ...hints: Parameters<typeof view>[1][]) {
  return [...table.seek(key, [id], view(transaction, ...hints))].map(({ row }) => row);
}

/** Settles to "waiting" if nothing has happened by now. */
async function now<T>(promise: Promise<T>): Promise<T | "waiting"> {
  const waited = new Promise<"waiting">((resolve) => setTimeout(() => resolve("waiting"), 10));
  return Promise.race([promise, waited]);
}

test("waiters get their lock in the order they asked, and readers do not overtake a writer", async () => {
  const first = begin(server, 51);
  first.update(table, 1, [1, "first"]);
  const order: string[] = [];
  const second = begin(server, 52);
  const third = begin(server, 53);
  const writing = runStatement(patient, second, () => second.update(table, 1, [1, "second"])).then(() =>
    order.push("writer"),
  );
  const reading = runStatement(patient, third, () => find(third, 1)).then((found) => order.push(String(found[0]?.[1])));
  first.commit();
  await writing;
  expect(await now(reading)).toBe("waiting");
  second.commit();
  await reading;
  expect(order).toEqual(["writer", "second"]);
});

test("UPDLOCK and HOLDLOCK keep a missing key missing until the end of the transaction", async () => {
  const hints = { updlock: true, holdlock: true };
  const one = begin(server, 51);
  const two = begin(server, 52);
  expect(find(one, 7, hints)).toEqual([]);
  const looking = runStatement(patient, two, () => find(two, 7, hints));
  expect(await now(looking)).toBe("waiting");
  const stranger = begin(server, 53);
  const inserting = runStatement(patient, stranger, () => stranger.insert(table, [7, "stranger"]));
  expect(await now(inserting)).toBe("waiting");
  one.insert(table, [7, "one"]);
  one.commit();
  expect(await looking).toEqual([[7, "one"]]);
  two.commit();
  await expect(inserting).rejects.toThrow(DuplicateKey);
  stranger.rollback();
});

test("an inserted key that is not committed makes the second insert wait for the outcome", async () => {
  const one = begin(server, 51);
  one.insert(table, [3, "one"]);
  const two = begin(server, 52);
  const waiting = runStatement(patient, two, () => two.insert(table, [3, "two"]));
  expect(await now(waiting)).toBe("waiting");
  one.rollback();
  await waiting;
  two.commit();
  expect(rows(server, table)).toEqual([
    [1, "a"],
    [2, "b"],
    [3, "two"],
  ]);
});

test("TABLOCKX shuts others out, TABLOCK lets readers in", async () => {
  const one = begin(server, 51);
  expect([...table.scan(view(one, { tablock: true, holdlock: true }))]).toHaveLength(2);
  const reader = begin(server, 52);
  expect([...table.scan(view(reader))]).toHaveLength(2);
  const writer = begin(server, 53);
  const writing = runStatement(patient, writer, () => writer.insert(table, [3, "c"]));
  expect(await now(writing)).toBe("waiting");
  one.rollback();
  await writing;
  writer.rollback();
  const exclusive = begin(server, 54);
  expect([...table.scan(view(exclusive, { tablockx: true }))]).toHaveLength(2);
  await expect(runStatement({ lockTimeout: 0 }, reader, () => [...table.scan(view(reader))])).rejects.toMatchObject({
    number: 1222,
  });
});

test("READ_COMMITTED_SNAPSHOT reads the committed row without waiting, and writers still wait", async () => {
  server.alterDatabaseOptions(table.database, { readCommittedSnapshot: true });
  const writer = begin(server, 51);
  writer.update(table, 1, [1, "changed"]);
  writer.delete(table, 2);
  const reader = begin(server, 52);
  expect([...table.scan(view(reader))].map(({ row }) => row)).toEqual([
    [1, "a"],
    [2, "b"],
  ]);
  expect(await now(runStatement(patient, reader, () => reader.update(table, 1, [1, "x"])))).toBe("waiting");
  writer.commit();
});

test("a dropped table is waited for, and comes back with its rows when the drop is rolled back", async () => {
  const dropper = begin(server, 51);
  for (const { record } of table.indexes) dropper.putRecord(table.database, "index", record.id, undefined);
  dropper.putRecord(table.database, "object", table.id, undefined);
  const reader = begin(server, 52);
  const looking = runStatement(patient, reader, () => table.database.findObject("dbo", "t", reader)?.id);
  expect(await now(looking)).toBe("waiting");
  dropper.rollback();
  expect(await looking).toBe(table.id);
  expect(rows(server, systemTable(table.database, "t"))).toEqual([
    [1, "a"],
    [2, "b"],
  ]);
  expect(table.indexes).toHaveLength(1);
});

test("application locks are counted, time out, and have deadlock victims", async () => {
  const { applicationLocks } = server;
  const options = { timeout: -1 };
  const sessions = [51, 52].map((id) => ({ participant: { id, deadlockPriority: id === 51 ? -1 : 0, work: () => 0 } }));
  const [one, two] = sessions as [(typeof sessions)[0], (typeof sessions)[0]];
  const take = async (owner: typeof one, name: string, timeout = -1): Promise<number> => {
    const steps = applicationLocks.acquire(owner, name, "X", { ...options, timeout });
    let next = steps.next();
    while (!next.done) {
      try {
        next = steps.next(await next.value);
      } catch (error) {
        next = steps.throw(error);
      }
    }
    return next.value;
  };
  expect(await take(one, "a")).toBe(0);
  expect(await take(one, "a")).toBe(0);
  expect(applicationLocks.mode(one, "a")).toBe("Exclusive");
  expect(applicationLocks.isGrantable(two, "a", "S")).toBe(false);
  expect(applicationLocks.release(one, "a")).toBe(true);
  expect(applicationLocks.mode(one, "a")).toBe("Exclusive");
  expect(applicationLocks.release(one, "a")).toBe(true);
  expect(applicationLocks.release(one, "a")).toBe(false);
  expect(await take(one, "a")).toBe(0);
  expect(await take(two, "A")).toBe(0);
  const waiting = take(two, "a");
  expect(await take(one, "A")).toBe(-3);
  server.locks.releaseAll(one);
  expect(await waiting).toBe(1);
  expect(await take(one, "a", 5)).toBe(-1);
});
