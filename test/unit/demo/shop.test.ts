import type { DemoServer, DemoServers } from "../../../src/demo/servers";
import { capital, isConsistent, paymentStatement, shopDatabases } from "../../../src/demo/shop";

const server = (name: string) => ({ name }) as DemoServer;
const control = server("CONTROL");
const remote = server("REMOTE");
const servers = { control, remote, all: [control, remote] } as unknown as DemoServers;
const place = (database: string) => {
  const found = shopDatabases(servers).find((each) => each.database === database);
  if (!found) throw new Error(database);
  return found;
};
const payment = (from: string, to: string, order?: number) => ({
  from: place(from),
  to: place(to),
  fromAccount: 1,
  toAccount: 2,
  amount: 5,
  ...(order !== undefined && { order }),
});

test("a payment within one server is a local transaction", () => {
  expect(paymentStatement(payment("Orders", "Accounts"), control).text).toBe(`SET XACT_ABORT ON;
BEGIN TRANSACTION;
EXEC [Accounts].[dbo].[MoveMoney] 2, 5;
EXEC [Orders].[dbo].[MoveMoney] 1, -5;
COMMIT TRANSACTION;`);
});

test("one over both servers is distributed, and writes in the same order whichever way the money goes", () => {
  const there = paymentStatement(payment("Accounts", "Stock"), control).text;
  const back = paymentStatement(payment("Stock", "Accounts"), control).text;
  expect(there).toContain("BEGIN DISTRIBUTED TRANSACTION;");
  for (const text of [there, back]) {
    expect(text.indexOf("EXEC [Accounts]")).toBeLessThan(text.indexOf("EXEC [REMOTE].[Stock]"));
  }
});

test("an order is entered into the ledger in the same transaction", () => {
  const { text } = paymentStatement(payment("Accounts", "Stock", 7), control);
  expect(text).toContain("BEGIN DISTRIBUTED TRANSACTION;\nEXEC [Orders].[dbo].[PlaceOrder] 7, 5;");
  expect(text).toContain("EXEC [REMOTE].[Ledger].[dbo].[PostEntry] 7, 5;\nCOMMIT TRANSACTION;");
});

test("the rule is broken by money that came or went, and by an order without entry", () => {
  const books = { total: capital, orders: 3, entries: 3, unmatched: 0 };
  expect(isConsistent(books)).toBe(true);
  expect(isConsistent({ ...books, total: capital - 1 })).toBe(false);
  expect(isConsistent({ ...books, unmatched: 1 })).toBe(false);
});
