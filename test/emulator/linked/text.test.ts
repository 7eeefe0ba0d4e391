import { startServers, type TestServers } from "../../provider/servers";

let servers: TestServers;
beforeAll(async () => {
  servers = await startServers();
  await servers.control.run(`EXEC sys.sp_addlinkedserver N'BRANCH', N'', N'MSOLEDBSQL', N'127.0.0.1,${servers.remote.connection.port}';
EXEC sys.sp_serveroption N'BRANCH', N'rpc out', N'true';
EXEC sys.sp_addlinkedsrvlogin N'BRANCH', N'false', NULL, N'sa', N'Secret-1';`);
});
afterAll(() => servers.stop());

/** https://learn.microsoft.com/sql/t-sql/language-elements/execute-transact-sql: "Using a parameter with EXECUTE and AT" */
test("arguments of a text that runs elsewhere stand for its question marks, and come back", async () => {
  const text = `DECLARE @number int = 1, @name sysname;
EXEC (N'SET ? = ? + 41; SET ? = @@SERVERNAME -- ?', @number OUTPUT, @number, @name OUTPUT) AT BRANCH;
SELECT @number AS number, @name AS name;`;
  expect(await servers.control.rows(text)).toEqual([{ number: 42, name: "REMOTE" }]);
});
