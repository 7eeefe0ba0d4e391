import { ScratchDatabase } from "./scratchDatabase";

let database: ScratchDatabase;
let other: ScratchDatabase;

beforeEach(async () => {
  database = await ScratchDatabase.open();
  await database.setUp(
    "CREATE TABLE job (id int PRIMARY KEY, state varchar(5)); INSERT job VALUES (3, 'new'), (1, 'new'), (2, 'done'), (4, 'new')",
    "CREATE INDEX ix ON job (state)",
  );
  other = await database.another();
  await other.setUp("SET LOCK_TIMEOUT 0");
});

afterEach(() => database.close());

const TIMEOUT = 1222;

describe("rows that others have locked", () => {
  test("a row found by its key waits for no other row", async () => {
    await database.setUp("BEGIN TRAN; UPDATE job SET state = 'x' WHERE id = 1");
    expect(await other.rows("SELECT state FROM job WHERE id = 2")).toEqual([["done"]]);
    expect(await other.error("UPDATE job SET state = 'y' WHERE id = 2")).toBe(0);
    expect(await other.error("SELECT state FROM job WHERE id = 1")).toBe(TIMEOUT);
    expect(await other.error("SELECT COUNT(*) FROM job")).toBe(TIMEOUT);
  });

  test("NOLOCK reads through, READPAST reads past", async () => {
    await database.setUp("BEGIN TRAN; UPDATE job SET state = 'x' WHERE id = 1");
    expect(await other.rows("SELECT COUNT(*) FROM job WITH (NOLOCK) WHERE state = 'x'")).toEqual([[1]]);
    expect(await other.rows("SELECT COUNT(*) FROM job WITH (READPAST)")).toEqual([[3]]);
  });

  test("sessions take the rows of a queue one after the other", async () => {
    const next = "BEGIN TRAN; SELECT TOP (1) id FROM job WITH (UPDLOCK, READPAST) WHERE state = 'new' ORDER BY id";
    expect(await database.rows(next)).toEqual([[1]]);
    expect(await other.rows(next)).toEqual([[3]]);
    const third = await database.another();
    expect(await third.rows(next)).toEqual([[4]]);
  });

  test("through a common table expression too", async () => {
    const take =
      "BEGIN TRAN; WITH q AS (SELECT TOP (1) * FROM job WITH (ROWLOCK, READPAST) WHERE state = 'new' ORDER BY id DESC) UPDATE q SET state = 'taken' OUTPUT inserted.id";
    expect(await database.rows(take)).toEqual([[4]]);
    expect(await other.rows(take)).toEqual([[3]]);
  });

  test("DELETE TOP takes rows in key order and waits for none beyond", async () => {
    await database.setUp("BEGIN TRAN; UPDATE job SET state = 'x' WHERE id = 4");
    expect(await other.rows("DELETE TOP (2) FROM job OUTPUT deleted.id")).toEqual([[1], [2]]);
  });

  test("TABLOCKX keeps everybody out", async () => {
    await database.setUp("BEGIN TRAN; INSERT job WITH (TABLOCKX) VALUES (9, 'new')");
    expect(await other.error("SELECT id FROM job WHERE id = 2")).toBe(TIMEOUT);
  });

  test("an index that does not exist cannot be hinted at", async () => {
    expect(await other.error("SELECT id FROM job WITH (INDEX(nosuch))")).toBe(308);
  });

  test("a row is stored only when its reference is committed", async () => {
    await database.setUp("CREATE TABLE note (job int REFERENCES job (id))", "BEGIN TRAN; INSERT job VALUES (5, 'new')");
    expect(await other.error("INSERT note VALUES (5)")).toBe(TIMEOUT);
    await database.setUp("COMMIT");
    expect(await other.error("INSERT note VALUES (5)")).toBe(0);
  });
});

describe("a database that is changed while it is used", () => {
  test("ROLLBACK IMMEDIATE ends a session that has written in it from another database", async () => {
    await other.setUp("USE master", "BEGIN TRAN; UPDATE scratch.dbo.job SET state = 'x'");
    expect(await database.error("USE master; ALTER DATABASE scratch SET READ_ONLY WITH NO_WAIT")).toBe(5070);
    await database.setUp("ALTER DATABASE scratch SET READ_ONLY WITH ROLLBACK IMMEDIATE");
    expect(await database.rows("SELECT COUNT(*) FROM scratch.dbo.job WHERE state = 'x'")).toEqual([[0]]);
  });
});
