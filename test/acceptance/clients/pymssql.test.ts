import { join } from "node:path";
import { readCatalogs } from "../../../src/demo/catalog";
import type { DemoServer } from "../../../src/demo/servers";
import { audit, capital, isConsistent, memberNames, paymentStatement, shopDatabases } from "../../../src/demo/shop";
import { runJob } from "../../../src/job";
import { listPoints } from "../../../src/restore";
import { observeStatements } from "../../../src/sqlserver";
import { pythonWith } from "../../support/python";
import { runClient } from "./runClient";
import { openShopWorld, passwords, type ShopWorld } from "./shopWorld";

interface Answer {
  readonly sets?: Record<string, unknown>[][];
  readonly number?: number;
  readonly message?: string;
}

let python: Awaited<ReturnType<typeof pythonWith>>;
let world: ShopWorld;
let mark: string;
beforeAll(async () => {
  python = await pythonWith(["pymssql==2.4.6"]);
  world = await openShopWorld();
  mark = (await runJob({ connections: world.connections })).mark ?? "";
}, 360_000);
afterAll(() => world?.close());

const withClient = (name: string, work: (path: string) => Promise<void>) =>
  test(name, async () => {
    if ("missing" in python) console.warn(`skipped: ${python.missing}`);
    else await work(python.path);
  });

/** What pymssql gets for statements. The server lives in this process, so Python runs beside it. */
async function ask(
  path: string,
  server: DemoServer,
  statements: readonly string[],
  login: object = { user: "sa", password: passwords.sa },
): Promise<Answer[]> {
  const task = { login: { server: server.host, port: String(server.port), database: "master", ...login }, statements };
  const { stdout } = await runClient(path, [join(__dirname, "replay.py")], JSON.stringify(task));
  return JSON.parse(stdout);
}

withClient("reads what the demo reads, and gets the same rows as the package's own client", async (path) => {
  const { servers, connections } = world;
  const texts: { server: DemoServer; database: string | undefined; text: string }[] = [];
  const stop = observeStatements(({ text, parameters }, target) => {
    const server = servers.all.find(({ admin }) => admin.displayName === target.server);
    if (server && !parameters) texts.push({ server, database: target.database, text });
  });
  await audit(servers);
  await readCatalogs(servers);
  await listPoints({ connections, limit: 5 });
  stop();
  expect(texts.length).toBeGreaterThan(40);
  for (const server of servers.all) {
    const own = texts.filter((each) => each.server === server);
    const answers = await ask(
      path,
      server,
      own.map(({ database, text }) => (database ? `USE [${database}];\n${text}` : `USE master;\n${text}`)),
    );
    for (const [index, { database, text }] of own.entries()) {
      const { recordsets } = await server.admin.execute({ text }, database === undefined ? {} : { database });
      expect({ text, answer: answers[index] }).toEqual({
        text,
        answer: { sets: JSON.parse(JSON.stringify(recordsets)) },
      });
    }
  }
});

withClient("reads marks, restore points and history", async (path) => {
  const { servers } = world;
  const management = memberNames.management;
  const onControl = await ask(path, servers.control, [
    `SELECT MarkName FROM ${management}.dbo.MarkLog;`,
    `SELECT MarkName, Complete FROM ${management}.mssql_backup.RestorePoint;`,
    `SELECT COUNT(*) AS members FROM ${management}.mssql_backup.RestorePointMember;`,
    `SELECT DISTINCT BackupType, SetComplete, COUNT(*) AS rows FROM ${management}.dbo.adm_BackupHistory GROUP BY BackupType, SetComplete ORDER BY BackupType;`,
    "SELECT DISTINCT mark_name FROM msdb.dbo.logmarkhistory;",
  ]);
  expect(onControl.map(({ sets }) => sets)).toEqual([
    [[{ MarkName: mark }]],
    [[{ MarkName: mark, Complete: true }]],
    [[{ members: 5 }]],
    [
      [
        { BackupType: "db", SetComplete: true, rows: 5 },
        { BackupType: "lg", SetComplete: true, rows: 5 },
      ],
    ],
    [[{ mark_name: mark }]],
  ]);
  const onRemote = await ask(path, servers.remote, [
    "SELECT database_name FROM msdb.dbo.logmarkhistory ORDER BY database_name;",
  ]);
  expect(onRemote).toEqual([{ sets: [[{ database_name: "Ledger" }, { database_name: "Stock" }]] }]);
});

withClient("places an order over both servers in one transaction, and takes one back", async (path) => {
  const { servers } = world;
  const [, accounts, , stock] = shopDatabases(servers);
  if (!accounts || !stock) throw new Error("the shop is not complete");
  const payment = { from: accounts, fromAccount: 1, to: stock, toAccount: 2, amount: 5 };
  const shop = { user: "shop", password: passwords.shop };
  const paid = paymentStatement({ ...payment, order: 1 }, servers.control).text;
  const refused = paymentStatement({ ...payment, toAccount: 999, order: 2 }, servers.control).text;
  const answers = await ask(path, servers.control, [paid, refused, "SELECT @@TRANCOUNT AS open_transactions;"], shop);
  expect(answers).toEqual([
    { sets: [] },
    { number: 50001, message: expect.stringContaining("There is no such account.") },
    { sets: [[{ open_transactions: 0 }]] },
  ]);
  const books = await audit(servers);
  expect(books).toEqual({ total: capital, orders: 1, entries: 1, unmatched: 0 });
  expect(isConsistent(books)).toBe(true);
});

withClient("is told why it may not log in", async (path) => {
  await expect(ask(path, world.servers.control, [], { user: "shop", password: "wrong" })).rejects.toThrow(
    /18456[\s\S]*Login failed for user 'shop'/,
  );
});

withClient("backs up, and reads the header of what it wrote", async (path) => {
  const answers = await ask(path, world.servers.remote, [
    "BACKUP DATABASE Stock TO DISK = N'by-client.bak' WITH INIT, CHECKSUM, COPY_ONLY;",
    "RESTORE HEADERONLY FROM DISK = N'by-client.bak';",
    "SELECT TOP (1) first_lsn, is_copy_only FROM msdb.dbo.backupset WHERE database_name = N'Stock' ORDER BY backup_set_id DESC;",
    "RESTORE VERIFYONLY FROM DISK = N'by-client.bak';",
    "RESTORE HEADERONLY FROM DISK = N'nowhere.bak';",
  ]);
  const [header] = answers[1]?.sets?.[0] ?? [];
  const [record] = answers[2]?.sets?.[0] ?? [];
  expect(header).toMatchObject({
    DatabaseName: "Stock",
    ServerName: "REMOTE",
    BackupType: 1,
    IsCopyOnly: true,
    HasBackupChecksums: true,
    FirstLSN: record?.first_lsn,
  });
  expect(record?.is_copy_only).toBe(true);
  expect(answers[3]).toEqual({ sets: [] });
  expect(answers[4]).toMatchObject({ number: 3201 });
});
