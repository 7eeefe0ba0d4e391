import { createEnvironment, type Environment } from "./environment";

let environment: Environment;

beforeAll(async () => {
  environment = await createEnvironment();
});
afterAll(() => environment?.destroy());

/** The application at work: an order in one database, its payment in the other. */
async function order(id: number): Promise<void> {
  const { pool, orders, payments } = environment;
  for (const database of [orders, payments]) await pool.query(`INSERT INTO ${database}.dbo.Entry VALUES (${id}, 10);`);
}

async function entries(database: string): Promise<number[]> {
  const { recordset } = await environment.pool.query(`SELECT OrderId FROM ${database}.dbo.Entry ORDER BY OrderId;`);
  return recordset.map(({ OrderId }) => OrderId);
}

test("the environment is ready for backups", async () => {
  expect(await environment.mssqlBackup("doctor")).toContain("Everything is ready for a run");
});

test("when a database is lost, orders and payments come back together", async () => {
  const { pool, orders, payments, mssqlBackup } = environment;
  await order(1);
  await order(2);
  await mssqlBackup("run");
  // What comes after the last backup is lost, in both databases alike.
  await order(3);
  await pool.query(`DROP DATABASE ${payments};`);

  await mssqlBackup("restore", "--to", "latest", "--replace");

  expect(await entries(payments)).toEqual([1, 2]);
  expect(await entries(orders)).toEqual([1, 2]);
});
