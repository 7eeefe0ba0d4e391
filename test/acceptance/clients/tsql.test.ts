import { spawnSync } from "node:child_process";
import type { DemoServer } from "../../../src/demo/servers";
import { audit, capital, isConsistent, memberNames, paymentStatement, shopDatabases } from "../../../src/demo/shop";
import { runJob } from "../../../src/job";
import { runClient } from "./runClient";
import { openShopWorld, passwords, type ShopWorld } from "./shopWorld";

/** FreeTDS's command line client, Debian's package freetds-bin. */
const installed = spawnSync("tsql", ["-C"]).status === 0;
if (!installed) console.warn("skipped: FreeTDS's tsql is not installed (Debian: apt-get install freetds-bin)");

let world: ShopWorld;
let mark: string;
beforeAll(async () => {
  if (!installed) return;
  world = await openShopWorld();
  mark = (await runJob({ connections: world.connections })).mark ?? "";
});
afterAll(() => world?.close());

const withClient = installed ? test : test.skip;

/** What tsql prints for a batch: rows with tabs between the columns, and the server's messages. */
async function ask({ host, port }: DemoServer, batch: string, user = "sa", password = passwords.sa): Promise<string[]> {
  const login = ["-H", host, "-p", String(port), "-U", user, "-P", password];
  const { stdout, stderr } = await runClient("tsql", [...login, "-o", "fhq"], `${batch}\ngo\n`);
  return `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
}

withClient("reads accounts, marks, restore points and history", async () => {
  const { control, remote } = world.servers;
  const management = memberNames.management;
  const here = (text: string) => ask(control, text);
  expect(await here("SELECT CAST(SUM(Balance) AS float) FROM Accounts.dbo.Account")).toEqual(["20000"]);
  expect(await here("SELECT SUM(Balance) FROM Accounts.dbo.Account")).toEqual(["20000.0000"]);
  expect(await here(`SELECT MarkName FROM ${management}.dbo.MarkLog`)).toEqual([mark]);
  expect(await here(`SELECT MarkName, Complete FROM ${management}.mssql_backup.RestorePoint`)).toEqual([`${mark}\t1`]);
  expect(
    await here(
      `SELECT BackupType, COUNT(*) FROM ${management}.dbo.adm_BackupHistory GROUP BY BackupType ORDER BY BackupType`,
    ),
  ).toEqual(["db\t5", "lg\t5"]);
  expect(
    await ask(remote, "SELECT database_name, mark_name FROM msdb.dbo.logmarkhistory ORDER BY database_name"),
  ).toEqual([`Ledger\t${mark}`, `Stock\t${mark}`]);
});

withClient("places an order over both servers in one transaction, and takes one back", async () => {
  const { servers } = world;
  const [, accounts, , stock] = shopDatabases(servers);
  if (!accounts || !stock) throw new Error("the shop is not complete");
  const payment = { from: accounts, fromAccount: 1, to: stock, toAccount: 2, amount: 5 };
  const asShop = (text: string) => ask(servers.control, text, "shop", passwords.shop);
  expect(await asShop(paymentStatement({ ...payment, order: 1 }, servers.control).text)).toEqual([]);
  const refused = await asShop(paymentStatement({ ...payment, toAccount: 999, order: 2 }, servers.control).text);
  expect(refused.join("\n")).toMatch(/Msg 50001 \(severity 16, state 1\) from REMOTE[\s\S]*There is no such account\./);
  const books = await audit(servers);
  expect(books).toEqual({ total: capital, orders: 1, entries: 1, unmatched: 0 });
  expect(isConsistent(books)).toBe(true);
});

withClient("backs up, and reads the header of what it wrote", async () => {
  const { remote } = world.servers;
  const said = await ask(remote, "BACKUP DATABASE Stock TO DISK = N'by-client.bak' WITH INIT, COPY_ONLY");
  expect(said.join("\n")).toMatch(/BACKUP DATABASE successfully processed \d+ pages/);
  const [header] = await ask(remote, "RESTORE HEADERONLY FROM DISK = N'by-client.bak'");
  expect(header?.split("\t")).toEqual(expect.arrayContaining(["Stock", "REMOTE"]));
});
