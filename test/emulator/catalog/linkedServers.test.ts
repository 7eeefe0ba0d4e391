import { ScratchDatabase } from "../query/scratchDatabase";

let database: ScratchDatabase;

beforeEach(async () => {
  database = await ScratchDatabase.open();
  await database.setUp(
    "CREATE LOGIN clerk WITH PASSWORD = 'Secret-1', CHECK_POLICY = OFF",
    "EXEC sp_addlinkedserver @server = 'L', @srvproduct = '', @provider = 'MSOLEDBSQL', @datasrc = 'x', @provstr = 'Encrypt=yes'",
  );
});

afterEach(() => database.close());

const linked = "SELECT name, provider_string FROM sys.servers WHERE is_linked = 1";

async function seenByClerk(): Promise<unknown[][]> {
  const clerk = await database.as("clerk", "Secret-1");
  const rows = await clerk.rows(linked);
  await clerk.leave();
  return rows;
}

// https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-servers-transact-sql#permissions
test("a login knows of the linked servers that it has a mapping on", async () => {
  expect(await seenByClerk()).toEqual([["L", null]]);
  await database.setUp("EXEC sp_droplinkedsrvlogin 'L', NULL");
  expect(await seenByClerk()).toEqual([]);
  expect(await database.rows(linked)).toEqual([["L", "Encrypt=yes"]]);
  await database.setUp("EXEC sp_addlinkedsrvlogin 'L', 'true', 'clerk'");
  expect(await seenByClerk()).toEqual([["L", null]]);
});

test.each([
  ["ALTER ANY LINKED SERVER", "Encrypt=yes"],
  ["ALTER ANY LOGIN", null],
])("with %s it knows of every one", async (permission, providerString) => {
  await database.setUp("EXEC sp_droplinkedsrvlogin 'L', NULL", `USE master; GRANT ${permission} TO clerk`);
  expect(await seenByClerk()).toEqual([["L", providerString]]);
});

// https://learn.microsoft.com/sql/relational-databases/system-stored-procedures/sp-serveroption-transact-sql#remarks
test("compatible collations have no name, and a named one is not compatible", async () => {
  const collation = "SELECT is_collation_compatible, collation_name FROM sys.servers WHERE name = 'L'";
  await database.setUp("EXEC sp_serveroption 'L', 'collation name', 'Latin1_General_BIN'");
  await database.setUp("EXEC sp_serveroption 'L', 'collation compatible', 'true'");
  expect(await database.rows(collation)).toEqual([[1, null]]);
  await database.setUp("EXEC sp_serveroption 'L', 'collation name', 'Latin1_General_BIN'");
  expect(await database.rows(collation)).toEqual([[0, "Latin1_General_BIN"]]);
});

test("what sp_addlinkedserver refuses does not end the batch, as with RAISERROR", async () => {
  const { errors } = await database.run(
    "EXEC sp_addlinkedserver @server = 'L', @srvproduct = '', @provider = 'MSOLEDBSQL', @datasrc = 'y'; EXEC sp_serveroption 'L', 'query timeout', '7'",
  );
  expect(errors).toEqual([15028]);
  expect(await database.rows("SELECT data_source, query_timeout FROM sys.servers WHERE name = 'L'")).toEqual([
    ["x", 7],
  ]);
});
