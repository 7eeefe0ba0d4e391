import { DistributedTransaction, type RemoteBranch } from "../../../src/emulator/storage/dtc";
import type { Server } from "../../../src/emulator/storage/server";
import { rowsOf, systemTable } from "../../../src/emulator/storage/systemTable";
import { begin, database, memoryServer, rows } from "./world";

let server: Server;
beforeEach(() => {
  server = memoryServer();
});
afterEach(() => server.close());

async function run<T>(steps: Generator<Promise<unknown>, T, unknown>): Promise<T> {
  let next = steps.next();
  while (!next.done) {
    try {
      next = steps.next(await next.value);
    } catch (error) {
      next = steps.throw(error);
    }
  }
  return next.value;
}

function marksOf(): unknown[] {
  return server.inSystemTransaction((transaction) =>
    [...rowsOf(transaction, systemTable(server.msdb, "logmarkhistory"))].map(({ values }) => values.database_name),
  );
}

test("only databases that were written get the mark, and none under SIMPLE", async () => {
  const one = database(server, "one");
  const two = database(server, "two");
  const simple = database(server, "simple");
  server.alterDatabaseOptions(simple.database, { recoveryModel: "SIMPLE" });
  const transaction = begin(server);
  transaction.mark = { name: "m", description: null };
  transaction.insert(one.table, [1, "a"]);
  transaction.insert(simple.table, [1, "a"]);
  transaction.insert(two.table, [1, "undone"]);
  transaction.rollbackTo({ undoLength: 2 });
  await run(transaction.commitSteps());
  expect(marksOf()).toEqual(["one"]);
});

test("a mark waits for prepared transactions, and fails with 3928 if they do not end", async () => {
  const { table } = database(server);
  const prepared = begin(server, 51);
  server.dtc.join(prepared, Buffer.from(JSON.stringify(["x", "B,1"])));
  prepared.insert(table, [1, "prepared"]);
  await run(server.dtc.prepareSteps(prepared));
  const marked = begin(server, 52);
  marked.mark = { name: "m", description: null };
  marked.insert(table, [2, "marked"]);
  server.transactions.drainTimeout = 30;
  await expect(run(marked.commitSteps())).rejects.toMatchObject({ number: 3928 });
  expect(marked.state).toBe("rolledBack");

  const again = begin(server, 53);
  again.mark = { name: "m", description: null };
  again.insert(table, [3, "again"]);
  server.transactions.drainTimeout = 5_000;
  const committing = run(again.commitSteps());
  const other = begin(server, 54);
  other.insert(table, [4, "other"]);
  const stalled = run(other.commitSteps());
  expect([again.state, other.state]).toEqual(["active", "active"]);
  server.dtc.commitPrepared(prepared);
  await committing;
  await stalled;
  expect(rows(server, table).map(([id]) => id)).toEqual([1, 3, 4]);
});

test("a distributed transaction commits everywhere or nowhere", async () => {
  const { table } = database(server);
  const told: string[] = [];
  const branch = (fails: boolean): RemoteBranch => ({
    server: "B",
    prepare: async () => {
      told.push("prepare");
      if (fails) throw new Error("not prepared");
    },
    commit: async () => void told.push("commit"),
    abort: async () => void told.push("abort"),
  });
  for (const fails of [false, true]) {
    const transaction = begin(server);
    transaction.insert(table, [fails ? 2 : 1, "a"]);
    const distributed = server.dtc.promote(transaction);
    expect(distributed).toBeInstanceOf(DistributedTransaction);
    distributed.branches.push(branch(fails));
    const committing = run(server.dtc.commitSteps(distributed));
    if (fails) await expect(committing).rejects.toThrow("not prepared");
    else await committing;
    expect(server.dtc.outcome(distributed.id)).toBe("aborted");
  }
  expect(told).toEqual(["prepare", "commit", "prepare", "abort"]);
  expect(rows(server, table).map(([id]) => id)).toEqual([1]);
});
