import { ScratchDatabase } from "./scratchDatabase";

let database: ScratchDatabase;

beforeEach(async () => {
  database = await ScratchDatabase.open();
  await database.setUp(
    "CREATE TABLE t (id int PRIMARY KEY, v int, n varchar(5) DEFAULT 'd'); CREATE TABLE u (uid int PRIMARY KEY, w int)",
    "INSERT t VALUES (1, 10, 'a'), (2, 20, 'b'); INSERT u VALUES (1, 100), (2, 200)",
    "CREATE VIEW small AS SELECT id AS k, v FROM t WHERE v < 50",
    "CREATE VIEW checked AS SELECT id, v FROM t WHERE v < 50 WITH CHECK OPTION",
    "CREATE VIEW joined AS SELECT t.id, t.v, u.w FROM t JOIN u ON u.uid = t.id",
    "CREATE VIEW derived AS SELECT id, v + 1 AS more FROM t",
    "CREATE VIEW grouped AS SELECT v, COUNT(*) AS c FROM t GROUP BY v",
  );
});

afterEach(() => database.close());

describe("views", () => {
  test("show their query's rows", async () => {
    expect(await database.rows("SELECT s.k, j.w FROM small s JOIN joined j ON j.id = s.k ORDER BY 1")).toEqual([
      [1, 100],
      [2, 200],
    ]);
  });

  test("pass modifications on to their table", async () => {
    await database.setUp(
      "INSERT small (k, v) VALUES (3, 30); UPDATE small SET v = 99 WHERE k = 1; DELETE small WHERE k = 2",
    );
    expect(await database.rows("SELECT * FROM t ORDER BY id")).toEqual([
      [1, 99, "a"],
      [3, 30, "d"],
    ]);
  });

  test("of several tables are updated one at a time", async () => {
    await database.setUp("UPDATE joined SET w = v WHERE id = 2");
    expect(await database.rows("SELECT w FROM u ORDER BY uid")).toEqual([[100], [20]]);
  });

  test("OUTPUT names the view's columns", async () => {
    expect(await database.rows("UPDATE small SET v = v + 1 OUTPUT inserted.k, inserted.v WHERE k = 1")).toEqual([
      [1, 11],
    ]);
  });

  test("INSTEAD OF triggers stand in", async () => {
    await database.setUp(
      "CREATE TRIGGER tr ON derived INSTEAD OF INSERT AS INSERT t (id, v) SELECT id, more - 1 FROM inserted",
      "INSERT derived VALUES (7, 8)",
    );
    expect(await database.rows("SELECT id, v FROM t WHERE id = 7")).toEqual([[7, 7]]);
  });

  test("INSTEAD OF triggers see every row of a view that stores none", async () => {
    await database.setUp(
      "INSERT t VALUES (3, 20, 'c'); CREATE TABLE seen (what varchar(9), v int, c int)",
      "CREATE TRIGGER gu ON grouped INSTEAD OF UPDATE AS INSERT seen SELECT 'before', v, c FROM deleted UNION ALL SELECT 'after', v, c FROM inserted",
      "CREATE TRIGGER gd ON grouped INSTEAD OF DELETE AS INSERT seen SELECT 'gone', v, c FROM deleted",
      "UPDATE grouped SET c = 9 WHERE v = 20; DELETE grouped WHERE c = 1",
    );
    expect(await database.rows("SELECT * FROM seen ORDER BY what")).toEqual([
      ["after", 20, 9],
      ["before", 20, 2],
      ["gone", 10, 1],
    ]);
    expect(await database.rows("SELECT COUNT(*) FROM t")).toEqual([[3]]);
  });

  const mistakes: [name: string, sql: string, error: number][] = [
    ["a row beyond the check option", "INSERT checked VALUES (5, 60)", 550],
    ["an update beyond the check option", "UPDATE checked SET v = 60", 550],
    ["columns of two tables", "UPDATE joined SET v = 1, w = 1", 4405],
    ["deleting from a join", "DELETE joined", 4405],
    ["a computed column", "UPDATE derived SET more = 1", 4406],
    ["inserting a computed column", "INSERT derived (id, more) VALUES (1, 1)", 4406],
    ["a grouped view", "UPDATE grouped SET c = 1", 4403],
  ];

  test.each(mistakes)("%s is an error", async (_, sql, error) => {
    expect(await database.error(sql)).toBe(error);
  });

  test("an update through WITH CHECK OPTION that fails changes nothing", async () => {
    await database.error("UPDATE checked SET v = v + 35");
    expect(await database.rows("SELECT v FROM t")).toEqual([[10], [20]]);
  });
});
