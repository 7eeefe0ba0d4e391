import { createServer } from "node:net";
import { openServer, query, type ServerMessage, type SqlServer } from "../../src/sqlserver";
import { startServers, type TestServers } from "./servers";

describe("the door to a server", () => {
  let servers: TestServers;
  let sql: SqlServer;
  beforeAll(async () => {
    servers = await startServers();
    sql = servers.control.sql;
    await sql.execute({ text: "CREATE DATABASE [od]]d 'name'];" });
  });
  afterAll(() => servers.stop());

  const failure = async (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error) => error,
    );
  const connectAs = async (changes: object) => {
    const server = openServer({ ...servers.control.connection, connectTimeoutSeconds: 3, ...changes });
    try {
      return await failure(server.rows(query("SELECT 1 AS one;")));
    } finally {
      await server.close();
    }
  };

  it("runs a statement in the database that it is told, and the next one where it was", async () => {
    const where = query("SELECT DB_NAME() AS name;");
    expect(await sql.rows(where, { database: "od]d 'name'" })).toEqual([{ name: "od]d 'name'" }]);
    expect(await sql.rows(where)).toEqual([{ name: "master" }]);
  });

  it("passes values as they are", async () => {
    const text = "it's \u00fc]; -- \u{1F600}";
    for (const database of ["master", "od]d 'name'"]) {
      const rows = await sql.rows(
        query("SELECT @text AS text, @none AS none, @flag AS flag, @big AS big, @bytes AS bytes;", {
          text: { type: "nvarchar", value: text },
          none: { type: "int", value: null },
          flag: { type: "bit", value: true },
          big: { type: "bigint", value: "9007199254740993" },
          bytes: { type: "varbinary", value: Buffer.from([1, 255]) },
        }),
        { database },
      );
      expect(rows).toEqual([{ text, none: null, flag: true, big: "9007199254740993", bytes: Buffer.from([1, 255]) }]);
    }
  });

  it("tells what the server says on the way", async () => {
    const heard: ServerMessage[] = [];
    const statement = { text: "PRINT N'one'; RAISERROR (N'two', 5, 3);" };
    const { messages } = await sql.execute(statement, { onMessage: (message) => void heard.push(message) });
    expect(heard.map(({ text }) => text)).toEqual(["one", "two"]);
    expect(messages).toEqual(heard);
  });

  it("says where an error came from", async () => {
    const error = await failure(
      sql.execute({ text: "SELECT 1;\nRAISERROR (N'no', 16, 7);" }, { database: "od]d 'name'" }),
    );
    expect(error).toMatchObject({
      kind: "server",
      number: 50000,
      state: 7,
      line: 2,
      server: sql.displayName,
      database: "od]d 'name'",
    });
  });

  it("knows a wrong password, and does not repeat it", async () => {
    const error = await connectAs({ authentication: { type: "sql", user: "sa", password: "hunter2" } });
    expect(error).toMatchObject({ kind: "login", number: 18456, hint: expect.stringContaining("password") });
    expect(error.message).not.toContain("hunter2");
  });

  it("knows a server that is not there", async () => {
    const closed = createServer().listen(0);
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    expect(await connectAs({ port })).toMatchObject({
      kind: "network",
      beforeSending: true,
      server: `127.0.0.1,${port}`,
    });
  });

  it("knows a certificate that nobody vouches for", async () => {
    expect(await connectAs({ trustServerCertificate: false, certificateName: "localhost" })).toMatchObject({
      kind: "tls",
      hint: expect.stringContaining("connection.ca"),
    });
  });

  it("trusts a certificate of the authority that it is given", async () => {
    const ca = servers.control.certificate;
    expect(await connectAs({ host: "localhost", trustServerCertificate: false, ca })).toBeUndefined();
  });

  it("ends a statement when the caller gives up", async () => {
    const controller = new AbortController();
    const waiting = failure(sql.execute({ text: "WAITFOR DELAY '00:00:20';" }, { signal: controller.signal }));
    setTimeout(() => controller.abort(), 100);
    expect(await waiting).toMatchObject({ kind: "cancelled" });
    expect(await sql.rows(query("SELECT 1 AS one;"))).toEqual([{ one: 1 }]);
  });

  it("ends a statement that takes too long", async () => {
    const error = await failure(sql.execute({ text: "WAITFOR DELAY '00:00:20';" }, { timeoutSeconds: 0.2 }));
    expect(error).toMatchObject({ kind: "timeout" });
  });

  it("holds one connection for a session", async () => {
    const seen = await sql.withSession(async (session) => {
      await session.execute({ text: "CREATE TABLE #mine (id int);", batch: true });
      await session.execute({ text: "INSERT INTO #mine VALUES (1);", batch: true });
      return session.rows({ text: "SELECT id FROM #mine;", batch: true });
    });
    expect(seen).toEqual([{ id: 1 }]);
  });

  it("does not go on with another connection when that of a session is lost", async () => {
    const error = await failure(
      sql.withSession(async (session) => {
        servers.control.faults.dropConnection({ matching: "lose me" });
        await failure(session.rows(query("SELECT 1 /* lose me */;")));
        return session.rows(query("SELECT 1 AS one;"));
      }),
    );
    expect(error).toMatchObject({ kind: "network", message: expect.stringContaining("the session was lost") });
  });

  it("serves many at once", async () => {
    const rows = await Promise.all(
      Array.from({ length: 50 }, (_, value) =>
        sql.rows(query("SELECT @value AS value;", { value: { type: "int", value } })),
      ),
    );
    expect(rows.flat()).toEqual(Array.from({ length: 50 }, (_, value) => ({ value })));
  });
});
