import { DatabaseSync } from "node:sqlite";
import { QueryMaker, TABLES } from "./randomQueries";
import { ScratchDatabase } from "./scratchDatabase";

/** Where both have it, SQLite's answer is the right one: an independent judge of joins, subqueries, groups and windows. */
describe("random statements have the outcome that SQLite gives them", () => {
  let database: ScratchDatabase;
  let sqlite: DatabaseSync;
  const maker = new QueryMaker(20240131);

  const both = async (sql: string) => {
    sqlite.exec(sql);
    await database.setUp(sql);
  };

  const sorted = (rows: unknown[][]) => rows.map((row) => JSON.stringify(row)).sort();

  const expected = (sql: string) => {
    const statement = sqlite.prepare(sql);
    statement.setReturnArrays(true);
    return sorted(statement.all() as unknown as unknown[][]);
  };

  beforeAll(async () => {
    database = await ScratchDatabase.open();
    sqlite = new DatabaseSync(":memory:");
    for (const table of TABLES) {
      await both(`CREATE TABLE ${table} (id int ${table === "tb" ? "" : "PRIMARY KEY"}, a int, b int, c int)`);
      for (let id = 0; id < 12; id++) {
        const value = () => (maker.below(4) === 0 ? "NULL" : maker.below(5));
        await both(`INSERT INTO ${table} VALUES (${id}, ${value()}, ${value()}, ${value()})`);
      }
    }
    await database.setUp(
      "CREATE INDEX ab ON ta (a, b); CREATE CLUSTERED INDEX ca ON tb (c, a); CREATE INDEX b ON tc (b)",
    );
  });

  afterAll(async () => {
    sqlite.close();
    await database.close();
  });

  test("queries", async () => {
    for (let i = 0; i < 800; i++) {
      const sql = maker.query();
      const rows = sorted(await database.rows(sql));
      expect({ sql, rows }).toEqual({ sql, rows: expected(sql) });
    }
  });

  test("updates and deletes", async () => {
    for (let i = 0; i < 150; i++) {
      const table = TABLES[i % TABLES.length] as string;
      const sql = maker.modification(table);
      await both(`INSERT INTO ${table} VALUES (${100 + i}, ${maker.below(5)}, ${maker.below(5)}, NULL)`);
      await both(sql);
      const check = `SELECT id, a, b, c FROM ${table}`;
      expect({ sql, rows: sorted(await database.rows(check)) }).toEqual({ sql, rows: expected(check) });
    }
  });
});
