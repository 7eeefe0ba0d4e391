import { createLoginText } from "../objects/serverLogin";
import { nvarchar, quoteName, quotePath, type Row, type Statement } from "../sqlserver";
import type { DemoServer, DemoServers } from "./servers";

/**
 * The demo's small business. Its accounts are spread over five databases on two servers; an order is placed in one of
 * them and entered into the ledger of another. Whatever happens, no money comes or goes, and every order has its entry.
 */

/** The databases of the backup set, as examples/two-servers has them. The management database is the shop's own, as BizTalk's is BizTalk's. */
export const memberNames = {
  management: "ShopMgmt",
  control: ["Accounts", "Orders"],
  remote: ["Stock", "Ledger"],
} as const;

/** The remote server's name at the control server. */
export const remoteLink = "REMOTE";

export const shopLogin = "shop";

/** A database of the business. */
export interface ShopDatabase {
  readonly server: DemoServer;
  readonly database: string;
}

export const accountsPerDatabase = 20;
const openingBalance = 1000;

/** All five, those of the control server first. */
export function shopDatabases({ control, remote }: DemoServers): ShopDatabase[] {
  return [
    ...[memberNames.management, ...memberNames.control].map((database) => ({ server: control, database })),
    ...memberNames.remote.map((database) => ({ server: remote, database })),
  ];
}

/** Opens the business: databases, tables, procedures, the application's login, and money in every account. */
export async function openShop(servers: DemoServers, env: NodeJS.ProcessEnv): Promise<void> {
  for (const { admin } of servers.all) {
    await admin.execute({ ...createShopLogin, parameters: { password: nvarchar(env.SHOP_PASSWORD) } });
  }
  for (const { server, database } of shopDatabases(servers)) {
    await server.admin.execute({ text: `CREATE DATABASE ${quoteName(database)};` });
    await server.admin.execute({
      text: `ALTER DATABASE ${quoteName(database)} SET RECOVERY ${database === simpleDatabase ? "SIMPLE" : "FULL"};`,
    });
    for (const text of schemaOf(database)) await server.admin.execute({ text }, { database });
  }
}

/** Nobody has thought of backups here yet: the stack sets the recovery model right, and back again. */
const simpleDatabase = "Stock";

const createShopLogin: Statement = {
  text: createLoginText({
    loginName: shopLogin,
    type: "sql",
    defaultDatabase: "master",
    defaultLanguage: "",
    checkPolicy: true,
    checkExpiration: false,
    enabled: true,
    serverRoles: [],
    serverPermissions: [],
  }),
  summary: `create the login ${shopLogin}`,
};

/** Orders and their entries stand in different databases, on different servers. */
const orderDatabase = "Orders";
const ledgerDatabase = "Ledger";

function schemaOf(database: string): string[] {
  return [
    `CREATE TABLE dbo.Account (
    AccountId int NOT NULL CONSTRAINT PK_Account PRIMARY KEY,
    Balance money NOT NULL
);
DECLARE @account int = 1;
WHILE @account <= ${accountsPerDatabase}
BEGIN
    INSERT INTO dbo.Account (AccountId, Balance) VALUES (@account, ${openingBalance});
    SET @account += 1;
END;`,
    `CREATE PROCEDURE dbo.MoveMoney @account int, @amount money
AS
SET NOCOUNT ON;
SET LOCK_TIMEOUT ${lockTimeoutMs};
UPDATE dbo.Account SET Balance += @amount WHERE AccountId = @account;
IF @@ROWCOUNT <> 1 THROW 50001, N'There is no such account.', 1;`,
    ...(database === orderDatabase ? orderSchema : []),
    ...(database === ledgerDatabase ? ledgerSchema : []),
    `CREATE USER ${quoteName(shopLogin)} FOR LOGIN ${quoteName(shopLogin)};
GRANT EXECUTE TO ${quoteName(shopLogin)};`,
  ];
}

/** Two customers may want the same account; the one who waits too long tries again. */
const lockTimeoutMs = 2000;

const orderSchema = [
  `CREATE TABLE dbo.PurchaseOrder (
    OrderId bigint NOT NULL CONSTRAINT PK_PurchaseOrder PRIMARY KEY,
    Amount money NOT NULL
);`,
  `CREATE PROCEDURE dbo.PlaceOrder @order bigint, @amount money
AS
SET NOCOUNT ON;
INSERT INTO dbo.PurchaseOrder (OrderId, Amount) VALUES (@order, @amount);`,
];

const ledgerSchema = [
  `CREATE TABLE dbo.Entry (
    OrderId bigint NOT NULL CONSTRAINT PK_Entry PRIMARY KEY,
    Amount money NOT NULL
);`,
  `CREATE PROCEDURE dbo.PostEntry @order bigint, @amount money
AS
SET NOCOUNT ON;
INSERT INTO dbo.Entry (OrderId, Amount) VALUES (@order, @amount);`,
];

/** Money from one account to another. */
export interface Payment {
  readonly from: ShopDatabase;
  readonly fromAccount: number;
  readonly to: ShopDatabase;
  readonly toAccount: number;
  readonly amount: number;
  /** The order that is paid, if it is more than a transfer. */
  readonly order?: number;
}

/** Whether all of a payment happens on one server. */
export function isLocal({ from, to, order }: Payment): boolean {
  return from.server === to.server && order === undefined;
}

/**
 * A payment as one transaction, distributed if it concerns both servers. Databases are written in one fixed order,
 * whichever way the money goes, so that two payments seldom wait for each other.
 *
 * @param at the server where it is sent; the other one is reached through the linked server
 */
export function paymentStatement(payment: Payment, at: DemoServer): Statement {
  const { amount, order } = payment;
  const path = ({ server, database }: ShopDatabase, procedure: string) =>
    quotePath(...(server === at ? [] : [remoteLink]), database, "dbo", procedure);
  const moves = [
    { place: payment.from, account: payment.fromAccount, change: -amount },
    { place: payment.to, account: payment.toAccount, change: amount },
  ].sort((a, b) => rank(a.place, at) - rank(b.place, at));
  const lines = moves.map(({ place, account, change }) => `EXEC ${path(place, "MoveMoney")} ${account}, ${change};`);
  if (order !== undefined) {
    lines.unshift(`EXEC ${quotePath(orderDatabase, "dbo", "PlaceOrder")} ${order}, ${amount};`);
    lines.push(`EXEC ${quotePath(remoteLink, ledgerDatabase, "dbo", "PostEntry")} ${order}, ${amount};`);
  }
  const begin = isLocal(payment) ? "BEGIN TRANSACTION;" : "BEGIN DISTRIBUTED TRANSACTION;";
  return {
    text: ["SET XACT_ABORT ON;", begin, ...lines, "COMMIT TRANSACTION;"].join("\n"),
    summary: order === undefined ? "move money" : "place an order",
  };
}

const writingOrder: readonly string[] = [memberNames.management, ...memberNames.control, ...memberNames.remote];

function rank({ server, database }: ShopDatabase, at: DemoServer): number {
  return writingOrder.indexOf(database) + (server === at ? 0 : writingOrder.length);
}

/** The whole business at rest: what it owns, and whether orders and ledger agree. */
export interface Audit {
  /** Money in all accounts of all databases. */
  readonly total: number;
  readonly orders: number;
  readonly entries: number;
  /** Orders without an entry, and entries without an order. */
  readonly unmatched: number;
}

/** What the business owns, always. */
export const capital = (writingOrder.length * accountsPerDatabase * openingBalance) as number;

/** Whether the rows of all databases fit together. */
export function isConsistent({ total, unmatched }: Audit): boolean {
  return total === capital && unmatched === 0;
}

/**
 * Audits the business while nobody trades.
 *
 * @param nameOf under which name each database is looked for
 */
export async function audit(
  servers: DemoServers,
  nameOf: (database: string) => string = (name) => name,
): Promise<Audit> {
  const read = async ({ server, database }: ShopDatabase, text: string) =>
    server.admin.rows<Row>({ text, repeatable: true }, { database: nameOf(database) });
  const databases = shopDatabases(servers);
  const balances = await Promise.all(
    databases.map((place) => read(place, "SELECT CAST(SUM(Balance) AS float) AS total FROM dbo.Account;")),
  );
  const ids = async (database: string, table: string) => {
    const place = databases.find((each) => each.database === database) as ShopDatabase;
    const rows = await read(
      place,
      `SELECT OrderId AS id, CAST(Amount AS float) AS amount FROM ${quotePath("dbo", table)};`,
    );
    return new Map(rows.map(({ id, amount }) => [String(id), Number(amount)]));
  };
  const orders = await ids(orderDatabase, "PurchaseOrder");
  const entries = await ids(ledgerDatabase, "Entry");
  const lacking = (from: typeof orders, other: typeof orders) =>
    [...from].filter(([id, amount]) => other.get(id) !== amount).length;
  return {
    total: balances.reduce((sum, [row]) => sum + Number(row?.total), 0),
    orders: orders.size,
    entries: entries.size,
    unmatched: lacking(orders, entries) + lacking(entries, orders),
  };
}

/** The result of an audit in words. */
export function booksText({ total, orders, entries }: Audit): string {
  return `${money(total)} in all, ${orders} orders, ${entries} entries`;
}

/** An amount as people write it. */
export function money(amount: number): string {
  return amount.toLocaleString("en-US");
}
