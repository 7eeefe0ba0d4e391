import { LockWait } from "../../../src/emulator/engine/errors";
import { DuplicateKey } from "../../../src/emulator/storage/duplicateKey";
import { runStatement } from "../../../src/emulator/storage/locks";
import type { Server } from "../../../src/emulator/storage/server";
import { begin, database, insert, memoryServer, rows, view } from "./world";

let server: Server;
beforeEach(() => {
  server = memoryServer();
});
afterEach(() => server.close());

const session = { lockTimeout: -1 };

test("a rollback takes back rows, deletes and key changes", () => {
  const { table } = database(server);
  insert(server, table, [1, "a"], [2, "b"]);
  const transaction = begin(server);
  transaction.insert(table, [3, "c"]);
  transaction.update(table, 1, [9, "z"]);
  transaction.delete(table, 2);
  transaction.rollback();
  expect(rows(server, table)).toEqual([
    [1, "a"],
    [2, "b"],
  ]);
  const index = table.indexes[0];
  expect(index).toBeDefined();
  if (!index) return;
  const reader = begin(server);
  expect([...table.seek(index, [1], view(reader))].map(({ row }) => row)).toEqual([[1, "a"]]);
  expect([...table.seek(index, [9], view(reader))]).toEqual([]);
});

test("a savepoint keeps what came before it", () => {
  const { table } = database(server);
  const transaction = begin(server);
  transaction.insert(table, [1, "a"]);
  const savepoint = transaction.savepoint();
  transaction.insert(table, [2, "b"]);
  transaction.update(table, 1, [1, "changed"]);
  transaction.rollbackTo(savepoint);
  transaction.commit();
  expect(rows(server, table)).toEqual([[1, "a"]]);
});

test("a unique key is refused once committed or own, and keys may be swapped by one statement", () => {
  const { table } = database(server);
  insert(server, table, [1, "a"], [2, "b"]);
  const transaction = begin(server);
  expect(() => transaction.insert(table, [1, "x"])).toThrow(DuplicateKey);
  transaction.updateRows(table, [
    [1, [2, "a"]],
    [2, [1, "b"]],
  ]);
  transaction.commit();
  expect(rows(server, table)).toEqual([
    [2, "a"],
    [1, "b"],
  ]);
});

test("a reader waits for the writer of a row and then sees the outcome", async () => {
  const { table } = database(server);
  insert(server, table, [1, "a"]);
  const writer = begin(server, 51);
  writer.update(table, 1, [1, "b"]);
  const reader = begin(server, 52);
  expect(() => [...table.scan(view(reader))]).toThrow(LockWait);
  const read = runStatement(session, reader, () => [...table.scan(view(reader))].map(({ row }) => row));
  writer.commit();
  expect(await read).toEqual([[1, "b"]]);
  reader.commit();
  expect([...server.locks.all()]).toEqual([]);
});

test("NOLOCK reads through, READPAST skips, SNAPSHOT reads the old version for the whole transaction", () => {
  const { database: db, table } = database(server);
  server.alterDatabaseOptions(db, { allowSnapshot: true });
  insert(server, table, [1, "a"]);
  const snapshot = begin(server, 53);
  expect([...table.scan(view(snapshot, {}, "SNAPSHOT"))].map(({ row }) => row)).toEqual([[1, "a"]]);
  const writer = begin(server, 51);
  writer.update(table, 1, [1, "b"]);
  const reader = begin(server, 52);
  expect([...table.scan(view(reader, { nolock: true }))].map(({ row }) => row)).toEqual([[1, "b"]]);
  expect([...table.scan(view(reader, { readpast: true }))]).toEqual([]);
  writer.commit();
  expect([...table.scan(view(snapshot, {}, "SNAPSHOT"))].map(({ row }) => row)).toEqual([[1, "a"]]);
  expect(() => snapshot.update(table, 1, [1, "c"])).toThrow(/update conflict/);
});

test("a deadlock ends the one with the lower priority", async () => {
  const one = database(server, "one").table;
  const two = database(server, "two").table;
  insert(server, one, [1, "a"]);
  insert(server, two, [1, "a"]);
  const low = begin(server, 51, -5);
  const high = begin(server, 52, 0);
  low.update(one, 1, [1, "low"]);
  high.update(two, 1, [1, "high"]);
  const lowWaits = runStatement(session, low, () => low.update(two, 1, [1, "low"])).catch((error: unknown) => {
    low.rollback();
    return error;
  });
  await runStatement(session, high, () => high.update(one, 1, [1, "high"]));
  high.commit();
  expect(await lowWaits).toMatchObject({ number: 1205 });
  expect(rows(server, one)).toEqual([[1, "high"]]);
});

test("LOCK_TIMEOUT ends the wait with 1222", async () => {
  const { table } = database(server);
  insert(server, table, [1, "a"]);
  const writer = begin(server, 51);
  writer.update(table, 1, [1, "b"]);
  const reader = begin(server, 52);
  const read = runStatement({ lockTimeout: 20 }, reader, () => [...table.scan(view(reader))]);
  await expect(read).rejects.toMatchObject({ number: 1222 });
});
