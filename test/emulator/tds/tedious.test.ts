import sql from "mssql";
import { type Listener, type ListenOptions, listen } from "../../../src/emulator/tds/listener";
import { type FakeAnswers, FakeHost, PASSWORD } from "./fakeHost";
import { samples } from "./samples";

let listener: Listener;
let pool: sql.ConnectionPool | undefined;

async function serve(answers: FakeAnswers, options: ListenOptions = {}): Promise<FakeHost> {
  const host = new FakeHost(answers);
  listener = await listen(host, options);
  return host;
}

async function connect(
  overrides: Partial<sql.config> = {},
  options: sql.config["options"] = {},
): Promise<sql.ConnectionPool> {
  pool = new sql.ConnectionPool({
    server: "localhost",
    port: listener.port,
    user: "sa",
    password: PASSWORD,
    database: "Sales",
    pool: { max: 1, min: 1 },
    ...overrides,
    options: { encrypt: false, trustServerCertificate: true, ...options },
  });
  return pool.connect();
}

afterEach(async () => {
  await pool?.close();
  pool = undefined;
  await listener.close();
});

const SELECT = { error: false, inProcedure: false, command: 0xc1 };

const oneRow: FakeAnswers["batch"] = (_, sink) => {
  sink.columns([{ name: "answer", type: { kind: "int" }, nullable: true }]);
  sink.row([42]);
  sink.statementDone({ ...SELECT, rowCount: 1 });
};

describe("TLS", () => {
  test.each([
    ["none, where the client has none", "off", false, false],
    ["all, where the client asks for it", "off", true, true],
    ["all, where the server requires it", "required", true, true],
    ["none, where the server has none", "notSupported", false, false],
  ] as const)("%s", async (_, encryption, encrypt, encrypted) => {
    const host = await serve({ batch: oneRow }, { encryption });
    const connection = await connect({}, { encrypt });
    expect((await connection.request().batch("select 42")).recordset).toEqual([{ answer: 42 }]);
    expect(host.logins[0]?.encrypted).toBe(encrypted);
  });

  test("a client without it learns that the server requires it", async () => {
    await serve({}, { encryption: "required" });
    await expect(connect()).rejects.toThrow("Server requires encryption");
  });

  test("TDS 8: TLS before the first packet", async () => {
    const host = await serve({ batch: oneRow });
    const strict = { encrypt: "strict", trustServerCertificate: false } as unknown as sql.config["options"];
    const cryptoCredentialsDetails = { ca: listener.certificate };
    const connection = await connect({}, { ...strict, cryptoCredentialsDetails } as sql.config["options"]);
    expect((await connection.request().batch("select 42")).recordset).toEqual([{ answer: 42 }]);
    expect(host.logins[0]?.encrypted).toBe(true);
  });

  test("the certificate holds for a client that trusts it and for none other", async () => {
    await serve({ batch: oneRow });
    const trusting = { encrypt: true, trustServerCertificate: false };
    await expect(connect({}, trusting)).rejects.toThrow(/self.signed/);
    const options = { ...trusting, cryptoCredentialsDetails: { ca: listener.certificate } };
    expect((await (await connect({}, options)).request().batch("select 42")).recordset).toEqual([{ answer: 42 }]);
  });
});

test("a login that fails is ELOGIN with the server's text", async () => {
  await serve({});
  await expect(connect({ password: "wrong" })).rejects.toMatchObject({
    code: "ELOGIN",
    message: "Login failed for user 'sa'.",
  });
});

test.each([
  ["NTLM", { type: "ntlm", options: { domain: "D", userName: "u", password: "p" } }, /integrated/],
  ["Microsoft Entra", { type: "azure-active-directory-access-token", options: { token: "t" } }, /./],
])("%s authentication is refused by name", async (_, authentication, text) => {
  await serve({});
  await expect(connect({ authentication } as Partial<sql.config>)).rejects.toThrow(text);
});

test("every type arrives in its JavaScript form", async () => {
  await serve({
    batch: (_, sink) => {
      sink.columns(samples.map(({ type }, index) => ({ name: `c${index}`, type, nullable: true })));
      sink.row(samples.map(({ values }) => values.at(-1) ?? null));
      sink.row(samples.map(() => null));
      sink.statementDone({ ...SELECT, rowCount: 2 });
    },
  });
  const { recordset } = await (await connect()).request().batch("select");
  const byKind = (kind: string) => recordset[0]?.[`c${samples.findIndex(({ type }) => type.kind === kind)}`];
  expect(byKind("bit")).toBe(true);
  expect(byKind("bigint")).toBe("9223372036854775807");
  expect(byKind("money")).toBeCloseTo(922337203685477, -1);
  expect(byKind("char")).toBe("€‰žŸÿ");
  expect(byKind("ntext")).toBe("日本");
  expect(byKind("image")).toEqual(Buffer.from([0, 255]));
  expect(byKind("smalldatetime")).toEqual(new Date("2024-02-29T12:00:00Z"));
  expect(byKind("uniqueidentifier")).toBe("01234567-89AB-CDEF-0123-456789ABCDEF");
  expect(byKind("datetimeoffset")).toEqual(new Date("2024-02-29T00:00:00Z"));
  expect(Object.values(recordset[1] ?? {})).toEqual(samples.map(() => null));
});

test("parameters of every type that the client knows arrive as values", async () => {
  const host = await serve({});
  const request = (await connect()).request();
  const date = new Date("2024-02-29T12:34:56.789Z");
  request.input("int", sql.Int, 7);
  request.input("bigint", sql.BigInt, "9007199254740993");
  request.input("bit", sql.Bit, true);
  request.input("decimal", sql.Decimal(10, 2), 12.34);
  request.input("money", sql.Money, 1.5);
  request.input("float", sql.Float, 0.1);
  request.input("nvarchar", sql.NVarChar, "日本");
  request.input("max", sql.NVarChar(sql.MAX), "x".repeat(10_000));
  request.input("varchar", sql.VarChar, "Grüße €");
  request.input("binary", sql.VarBinary, Buffer.from([1, 2]));
  request.input("datetime", sql.DateTime, new Date("2024-02-29T12:00:00Z"));
  request.input("datetime2", sql.DateTime2(3), date);
  request.input("date", sql.Date, date);
  request.input("guid", sql.UniqueIdentifier, "01234567-89ab-cdef-0123-456789abcdef");
  request.input("null", sql.Int, null);
  await request.query("select @int");
  const call = host.sessions.at(-1)?.calls.at(-1);
  const leapDay = 738_944n * 864_000_000_000n;
  const values = Object.fromEntries(call?.parameters.map(({ name, value }) => [name.slice(1), value]) ?? []);
  expect(values).toMatchObject({
    statement: "select @int",
    int: 7,
    bigint: 9007199254740993n,
    bit: 1,
    decimal: 1234n,
    money: 15000n,
    float: 0.1,
    nvarchar: "日本",
    max: "x".repeat(10_000),
    varchar: "Grüße €",
    binary: Uint8Array.of(1, 2),
    datetime: leapDay + 432_000_000_000n,
    datetime2: leapDay + 452_967_890_000n,
    date: leapDay,
    guid: "01234567-89AB-CDEF-0123-456789ABCDEF",
    null: null,
  });
});

test("a procedure returns its status, its output parameters and its results", async () => {
  await serve({
    rpc: (request, sink) => {
      sink.columns([{ name: "name", type: { kind: "varchar", length: 10 }, nullable: false }]);
      sink.row(["row"]);
      sink.statementDone({ rowCount: 1, error: false, inProcedure: true, command: 0xc1 });
      for (const parameter of request.parameters) {
        parameter.value = parameter.output ? "out" : parameter.value;
      }
    },
  });
  const request = (await connect()).request();
  request.input("in", sql.Int, 1).output("result", sql.NVarChar(20));
  const result = await request.execute("dbo.sp_SetMark");
  expect(result.recordset).toEqual([{ name: "row" }]);
  expect(result.output).toEqual({ result: "out" });
  expect(result.returnValue).toBe(0);
});

test("a table-valued parameter is refused by name, and the connection goes on", async () => {
  await serve({ batch: oneRow });
  const connection = await connect();
  const table = new sql.Table("dbo.Ids");
  table.columns.add("id", sql.Int, { nullable: false });
  table.rows.add(1);
  const call = connection.request().input("ids", table).execute("dbo.p");
  await expect(call).rejects.toMatchObject({
    number: 49999,
    message: expect.stringContaining("table-valued parameters"),
  });
  expect((await connection.request().batch("select 42")).recordset).toEqual([{ answer: 42 }]);
});

test("errors and information carry all their fields", async () => {
  await serve({
    batch: (_, sink) => {
      sink.message({ number: 0, state: 1, class: 0, message: "hello", procedure: "", line: 1 });
      sink.message({
        number: 3201,
        state: 2,
        class: 16,
        message: "Cannot open backup device.",
        procedure: "p",
        line: 4,
      });
      sink.message({ number: 3013, state: 1, class: 16, message: "terminating abnormally.", procedure: "p", line: 4 });
      sink.statementDone({ error: true, inProcedure: false, command: 0xfd });
    },
  });
  const request = (await connect()).request();
  const info: unknown[] = [];
  request.on("info", (message: unknown) => info.push(message));
  const error = await request.batch("backup").catch((reason: unknown) => reason as sql.RequestError);
  expect(info).toMatchObject([{ message: "hello" }]);
  expect(error).toMatchObject({
    number: 3013,
    state: 1,
    class: 16,
    procName: "p",
    lineNumber: 4,
    serverName: "FAKE",
    precedingErrors: [{ number: 3201, message: "Cannot open backup device." }],
  });
});

test("transactions go through transaction manager requests", async () => {
  const host = await serve({
    batch: oneRow,
    transaction: (request, sink) => {
      const descriptor = 5n;
      if (request.kind === "begin") {
        sink.environment({ kind: "beginTransaction", descriptor });
      } else if (request.kind === "commit") {
        sink.environment({ kind: "commitTransaction", descriptor });
      }
      return undefined;
    },
  });
  const transaction = (await connect()).transaction();
  await transaction.begin(sql.ISOLATION_LEVEL.SERIALIZABLE);
  await transaction.request().batch("select");
  await transaction.commit();
  expect(host.sessions.at(-1)?.transactions).toEqual([
    { kind: "begin", isolation: 4, name: "" },
    { kind: "commit", name: "" },
  ]);
});

test("a cancelled request ends, and its connection serves the next", async () => {
  const host = await serve({
    batch: (text, sink, session) => (text === "wait" ? session.untilCancelled() : oneRow(text, sink, session)),
  });
  const connection = await connect();
  const request = connection.request();
  const running = request.batch("wait").catch((error: unknown) => error);
  while (!host.sessions.at(-1)?.batches.includes("wait")) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  request.cancel();
  expect(await running).toMatchObject({ code: "ECANCEL" });
  expect((await connection.request().batch("select 42")).recordset).toEqual([{ answer: 42 }]);
});

test("a request that takes too long is cancelled by the client", async () => {
  await serve({ batch: (_, __, session) => session.untilCancelled() });
  const connection = await connect({ requestTimeout: 50 });
  await expect(connection.request().batch("wait")).rejects.toMatchObject({ code: "ETIMEOUT" });
});

test("a thousand statements over one connection come in order", async () => {
  let count = 0;
  await serve({
    batch: (_, sink) => {
      count++;
      sink.statementDone({ rowCount: count, error: false, inProcedure: false, command: 0xc3 });
    },
  });
  const connection = await connect();
  for (let index = 1; index <= 1000; index++) {
    expect((await connection.request().batch("insert")).rowsAffected).toEqual([index]);
  }
});
