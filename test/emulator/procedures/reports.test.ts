import { ScratchDatabase } from "../query/scratchDatabase";

let database: ScratchDatabase;

beforeAll(async () => {
  database = await ScratchDatabase.open();
  await database.setUp(
    "CREATE TABLE parent (id int IDENTITY CONSTRAINT pk_parent PRIMARY KEY, code varchar(8) NOT NULL)",
    "CREATE TABLE child (pid int CONSTRAINT fk_child REFERENCES parent (id), price decimal(9, 2) CONSTRAINT df_price DEFAULT 1)",
    "CREATE PROCEDURE touch @id int AS\nSELECT @id",
    "CREATE ROLE readers; CREATE LOGIN clerk WITH PASSWORD = 'Secret-1', CHECK_POLICY = OFF; CREATE USER clerk FOR LOGIN clerk; ALTER ROLE readers ADD MEMBER clerk",
    "EXEC sp_addlinkedserver @server = N'FAR', @srvproduct = N'', @provider = N'MSOLEDBSQL', @datasrc = N'far,1433'",
  );
});

afterAll(() => database.close());

test("sp_help describes a table in result sets", async () => {
  const { columns, sets } = await database.run("EXEC sp_help 'parent'");
  expect(columns.map(([first]) => first)).toEqual([
    "Name",
    "Column_name",
    "Identity",
    "RowGuidCol",
    "Data_located_on_filegroup",
    "index_name",
    "constraint_type",
  ]);
  expect(sets[1]?.map((row) => row.slice(0, 4))).toEqual([
    ["id", "int", "no", 4],
    ["code", "varchar", "no", 8],
  ]);
});

test("sp_helptext gives the text line by line", async () => {
  expect(await database.rows("EXEC sp_helptext 'touch'")).toEqual([
    ["CREATE PROCEDURE touch @id int AS\n"],
    ["SELECT @id"],
  ]);
  expect(await database.error("EXEC sp_helptext 'child'")).toBe(15197);
  expect(await database.error("EXEC sp_helptext 'nosuch'")).toBe(15009);
});

test("drivers find tables, columns, keys and parameters", async () => {
  expect(await database.rows("EXEC sp_tables 'par%', @table_type = '''TABLE'''")).toEqual([
    ["scratch", "dbo", "parent", "TABLE", null],
  ]);
  const columns = await database.rows("EXEC sp_columns 'child'");
  expect(columns.map((row) => [row[3], row[4], row[5], row[6], row[8], row[12]])).toEqual([
    ["pid", 4, "int", 10, 0, null],
    ["price", 3, "decimal", 9, 2, "((1))"],
  ]);
  expect(await database.rows("EXEC sp_pkeys 'parent'")).toEqual([["scratch", "dbo", "parent", "id", 1, "pk_parent"]]);
  expect(
    (await database.rows("EXEC sp_fkeys @fktable_name = 'child'")).map((row) => [row[3], row[7], row[11]]),
  ).toEqual([["id", "pid", "fk_child"]]);
  expect((await database.rows("EXEC sp_sproc_columns 'touch'")).map((row) => row[3])).toEqual(["@id"]);
});

test("roles, members and logins are listed", async () => {
  expect((await database.rows("EXEC sp_helprolemember 'readers'")).map(([role, member]) => [role, member])).toEqual([
    ["readers", "clerk"],
  ]);
  expect(await database.error("EXEC sp_helprolemember 'nosuch'")).toBe(15409);
  expect((await database.rows("EXEC sp_helpuser 'clerk'")).map(([user, role, login]) => [user, role, login])).toEqual([
    ["clerk", "readers", "clerk"],
  ]);
  expect((await database.rows("EXEC sp_helpsrvrolemember 'sysadmin'")).map(([, member]) => member)).toEqual(["sa"]);
});

test("the server, its databases and its links are listed", async () => {
  expect((await database.rows("EXEC sp_helpdb 'scratch'")).map(([name]) => name)).toEqual(["scratch", "scratch_log"]);
  expect(await database.error("EXEC sp_helpdb 'nosuch'")).toBe(15010);
  expect((await database.rows("EXEC sp_linkedservers")).map(([name]) => name)).toEqual(["FAR", "SCRATCH"]);
  expect(await database.error("EXEC sp_helpserver 'nosuch'")).toBe(15015);
  expect((await database.rows("EXEC sp_who")).map((row) => row[3])).toEqual(["sa"]);
});

test("a result set is described without running its query", async () => {
  const { columns, sets } = await database.run(
    "EXEC sp_describe_first_result_set N'SELECT p.*, @far AS far FROM parent AS p', N'@far money'",
  );
  const at = (name: string) => columns[0]?.indexOf(name) ?? -1;
  expect(
    sets[0]?.map((row) => [
      row[at("name")],
      row[at("system_type_name")],
      row[at("is_nullable")],
      row[at("is_identity_column")],
    ]),
  ).toEqual([
    ["id", "int", 0, 1],
    ["code", "varchar(8)", 0, 0],
    ["far", "money", 1, 0],
  ]);
  expect(await database.error("EXEC sp_describe_first_result_set N'SELECT * FROM nosuch'")).toBe(208);
});
