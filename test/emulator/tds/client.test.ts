import { SqlError } from "../../../src/emulator/engine/errors";
import type { ResultSink, TransactionRequest } from "../../../src/emulator/engine/wire";
import { type ConnectOptions, connectTds, type TdsClient, TdsConnectionError } from "../../../src/emulator/tds/client";
import { type Listener, type ListenOptions, listen } from "../../../src/emulator/tds/listener";
import { type FakeAnswers, FakeHost, PASSWORD } from "./fakeHost";
import { samples } from "./samples";

let listener: Listener;
let clients: TdsClient[] = [];

async function serve(answers: FakeAnswers = {}, options: ListenOptions = {}): Promise<FakeHost> {
  const host = new FakeHost(answers);
  listener = await listen(host, options);
  return host;
}

async function connect(options: Partial<ConnectOptions> = {}): Promise<TdsClient> {
  const client = await connectTds({
    host: "127.0.0.1",
    port: listener.port,
    user: "sa",
    password: PASSWORD,
    ...options,
  });
  clients.push(client);
  return client;
}

afterEach(async () => {
  for (const client of clients) {
    client.close();
  }
  clients = [];
  await listener.close();
});

const INSERT = { error: false, inProcedure: false, command: 0xc3 };
const SELECT = { error: false, inProcedure: false, command: 0xc1 };
const INT = { kind: "int" } as const;

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

describe("logging in", () => {
  test.each([
    ["encrypts the login alone by default", "off", false, false],
    ["encrypts everything if the client asks", "off", true, true],
    ["encrypts everything if the server requires it", "required", false, true],
    ["encrypts nothing if the server cannot", "notSupported", false, false],
  ] as const)("%s", async (_, encryption, encrypt, encrypted) => {
    const host = await serve(
      { batch: (text, sink) => sink.statementDone({ ...INSERT, rowCount: text.length }) },
      { encryption },
    );
    const client = await connect({ encrypt, database: "Sales", applicationName: "tests ü" });
    expect(host.logins[0]).toMatchObject({
      user: "sa",
      password: PASSWORD,
      database: "Sales",
      applicationName: "tests ü",
      processId: process.pid,
      address: "127.0.0.1",
      encrypted,
      packetSize: 4096,
    });
    expect((await client.batch("12345")).rowCounts).toEqual([5]);
  });

  test("a wrong password is the server's error 18456, not a broken connection", async () => {
    await serve();
    await expect(connect({ password: "wrong" })).rejects.toMatchObject({ number: 18456, class: 14, name: "SqlError" });
  });

  test("nobody listening is an error of the connection that names host and port", async () => {
    await serve();
    const { port } = listener;
    await listener.close();
    const attempt = connectTds({ host: "127.0.0.1", port, user: "sa", password: PASSWORD });
    await expect(attempt).rejects.toMatchObject({ name: "TdsConnectionError", code: "ECONNREFUSED" });
    await expect(attempt).rejects.toThrow(`127.0.0.1:${port}`);
    await serve();
  });

  test("a server that does not answer is given up after the time-out, or when told", async () => {
    await serve({ login: () => new Promise(() => undefined) });
    const silent = (await import("node:net")).createServer().listen(0, "127.0.0.1");
    await waitFor(() => silent.listening);
    const { port } = silent.address() as { port: number };
    await expect(connect({ port, timeoutMs: 50 })).rejects.toMatchObject({ code: "ETIMEDOUT" });
    const controller = new AbortController();
    const attempt = connect({ port, signal: controller.signal });
    controller.abort();
    await expect(attempt).rejects.toMatchObject({ code: "EABORTED" });
    silent.close();
  });

  test("one connection more than the limit is turned away with 17809", async () => {
    await serve({}, { maximumConnections: 2 });
    await connect();
    await connect();
    await expect(connect()).rejects.toMatchObject({ number: 17809, class: 20 });
  });

  test.each([512, 8000, 32767])("packets of %d bytes are agreed on", async (packetSize) => {
    const text = "x".repeat(50_000);
    const host = await serve({
      batch: (batch, sink) => {
        sink.columns([{ name: "text", type: { kind: "nvarchar", length: -1 }, nullable: true }]);
        sink.row([batch]);
        sink.statementDone({ ...SELECT, rowCount: 1 });
      },
    });
    const client = await connect({ packetSize });
    expect(host.logins[0]?.packetSize).toBe(packetSize);
    expect((await client.batch(text)).results[0]?.rows).toEqual([[text]]);
  });
});

describe("a batch", () => {
  test("brings results, counts, messages and changes in order", async () => {
    const message = { number: 547, state: 2, class: 16, message: "conflicted", procedure: "p", line: 7 };
    await serve({
      batch: (_, sink) => {
        sink.columns([
          { name: "id", type: INT, nullable: false, identity: true },
          { name: "naïve", type: { kind: "nvarchar", length: 5 }, nullable: true, computed: true },
        ]);
        sink.row([1, "a"]);
        sink.row([2, null]);
        sink.statementDone({ ...SELECT, rowCount: 2 });
        sink.environment({ kind: "database", value: "B", previous: "A" });
        sink.message(message);
        sink.message({ ...message, number: 5701, class: 0, server: "REMOTE" });
        sink.statementDone({ ...INSERT, error: true });
      },
    });
    const response = await (await connect()).batch("select 1");
    expect(response).toMatchObject({
      results: [
        {
          columns: [
            { name: "id", type: INT, nullable: false, identity: true, computed: false },
            { name: "naïve", type: { kind: "nvarchar", length: 5 }, nullable: true, identity: false, computed: true },
          ],
          rows: [
            [1, "a"],
            [2, null],
          ],
        },
      ],
      rowCounts: [2],
      messages: [
        { ...message, server: "FAKE" },
        { number: 5701, class: 0, server: "REMOTE" },
      ],
      environment: [{ kind: "database", value: "B", previous: "A" }],
      cancelled: false,
    });
  });

  test("goes to a sink as it would have to a client", async () => {
    const produce = (sink: ResultSink) => {
      sink.columns([{ name: "n", type: INT, nullable: true, identity: false, computed: false }]);
      sink.row([null]);
      sink.statementDone({ ...SELECT, rowCount: 1, inProcedure: true });
      sink.returnStatus(3);
      sink.statementDone({ ...INSERT, rowCount: undefined });
    };
    await serve({ batch: (_, sink) => produce(sink) });
    const record = () => {
      const calls: unknown[] = [];
      const sink = new Proxy({} as ResultSink, {
        get: (_, name) => (argument: unknown) => calls.push([name, argument]),
      });
      return { calls, sink };
    };
    const direct = record();
    produce(direct.sink);
    const remote = record();
    const response = await (await connect()).batch("select", { sink: remote.sink });
    expect(remote.calls).toEqual(direct.calls);
    expect(response.results).toEqual([]);
  });

  test("rows of mostly NULLs are sent compressed, and read all the same", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `c${index}`);
    const rows = [names.map(() => null), names.map((_, index) => (index === 11 ? 5 : null)), names.map(() => 1)];
    await serve({
      batch: (_, sink) => {
        sink.columns(names.map((name) => ({ name, type: INT, nullable: true })));
        for (const row of rows) {
          sink.row(row);
        }
        sink.statementDone({ ...SELECT, rowCount: 3 });
      },
    });
    expect((await (await connect()).batch("select")).results[0]?.rows).toEqual(rows);
  });

  test("a result of many megabytes comes whole", async () => {
    const rows = 20_000;
    await serve({
      batch: async (_, sink) => {
        sink.columns([{ name: "text", type: { kind: "varchar", length: 500 }, nullable: true }]);
        for (let index = 0; index < rows; index++) {
          sink.row([`${index}`.padEnd(400, ".")]);
          if (index % 1000 === 0) {
            await sink.flush();
          }
        }
        sink.statementDone({ ...SELECT, rowCount: rows });
      },
    });
    const response = await (await connect({ encrypt: true })).batch("select");
    expect(response.rowCounts).toEqual([rows]);
    expect(response.results[0]?.rows[19_999]).toEqual(["19999".padEnd(400, ".")]);
  });

  test("what is flushed reaches the client while the statement still runs", async () => {
    const host = await serve({
      batch: async (_, sink, session) => {
        sink.message({ number: 50000, state: 1, class: 0, message: "soon", procedure: "", line: 1 });
        await sink.flush();
        await session.untilCancelled();
        sink.statementDone(INSERT);
      },
    });
    const client = await connect();
    const response = client.batch("raiserror");
    await waitFor(() => host.sessions[0]?.batches.length === 1);
    host.sessions[0]?.cancel();
    expect((await response).messages).toMatchObject([{ message: "soon" }]);
  });

  test("an error that the session throws is told to the client with those before it", async () => {
    await serve({
      batch: () => {
        const error = new SqlError(3013, "BACKUP DATABASE is terminating abnormally.");
        error.precedingErrors.push(new SqlError(3201, "Cannot open backup device."));
        throw error;
      },
    });
    const client = await connect();
    expect((await client.batch("backup")).messages).toMatchObject([{ number: 3201 }, { number: 3013 }]);
    expect((await client.batch("backup")).messages).toHaveLength(2);
  });

  test("a fault of the emulator itself ends the connection, and nothing else", async () => {
    const faults: unknown[] = [];
    await serve(
      {
        batch: () => {
          throw new TypeError("undefined is not a function");
        },
      },
      { onInternalError: (error) => faults.push(error) },
    );
    const client = await connect();
    expect((await client.batch("select")).messages).toMatchObject([
      { class: 20, message: expect.stringContaining("undefined is not a function") },
    ]);
    await waitFor(() => !client.isOpen);
    expect(faults).toHaveLength(1);
    await connect();
  });
});

describe("an RPC", () => {
  test("takes and returns parameters of every type", async () => {
    const host = await serve();
    const client = await connect();
    for (const { type, values } of samples) {
      const parameters = [...values, null].map((value, index) => ({
        name: index % 2 ? `@p${index}` : "",
        type,
        value,
        output: true,
        default: false,
      }));
      const response = await client.rpc({ procedure: "[other db].dbo.[p]]q]", parameters });
      expect(host.sessions[0]?.calls.at(-1)).toEqual({ procedure: "[other db].dbo.[p]]q]", parameters });
      expect(response.returnStatus).toBe(0);
      expect(response.outputs).toEqual(parameters.map(({ name, value }, ordinal) => ({ name, ordinal, type, value })));
    }
  });

  test("calls well-known procedures by number", async () => {
    const host = await serve();
    const client = await connect();
    const text = {
      name: "@stmt",
      type: { kind: "nvarchar", length: -1 },
      value: "select @a",
      output: false,
      default: false,
    } as const;
    await client.rpc({ procedure: "sp_executesql", parameters: [text] });
    await client.rpc({ procedure: "sp_unprepare", parameters: [] });
    expect(host.sessions[0]?.calls.map(({ procedure }) => procedure)).toEqual(["sp_executesql", "sp_unprepare"]);
  });
});

describe("transactions", () => {
  const requests: TransactionRequest[] = [
    { kind: "begin", isolation: 2, name: "first ü" },
    { kind: "save", name: "s" },
    { kind: "commit", name: "", beginAfter: { isolation: 4, name: "next" } },
    { kind: "rollback", name: "next" },
    { kind: "getDtcAddress" },
    { kind: "promote" },
    { kind: "propagate", cookie: Uint8Array.of(1, 2, 3) },
    { kind: "propagate", cookie: Uint8Array.of() },
    { kind: "dtcPrepare", transaction: "T-1" },
    { kind: "dtcCommit", transaction: "T-1" },
    { kind: "dtcAbort", transaction: "T-1" },
    { kind: "dtcOutcome", transaction: "T-1" },
  ];

  test("every request arrives as it was sent", async () => {
    const host = await serve();
    const client = await connect();
    for (const request of requests) {
      await client.transaction(request);
    }
    expect(host.sessions[0]?.transactions).toEqual(requests);
  });

  test("the client knows its transaction's descriptor", async () => {
    await serve({
      transaction: (request, sink) => {
        if (request.kind === "begin") {
          sink.environment({ kind: "beginTransaction", descriptor: 77n });
        } else if (request.kind === "propagate") {
          sink.environment({ kind: "enlistTransaction", descriptor: 78n });
        } else if (request.kind === "commit") {
          sink.environment({ kind: "commitTransaction", descriptor: 77n });
        }
        return request.kind === "dtcPrepare" || request.kind === "promote" ? Uint8Array.of(9, 8) : undefined;
      },
    });
    const client = await connect();
    await client.transaction({ kind: "begin", isolation: 2, name: "" });
    expect(client.transactionDescriptor).toBe(77n);
    await client.transaction({ kind: "commit", name: "" });
    expect(client.transactionDescriptor).toBe(0n);
    await client.transaction({ kind: "propagate", cookie: Uint8Array.of(1) });
    expect(client.transactionDescriptor).toBe(78n);
    const prepared = await client.transaction({ kind: "dtcPrepare", transaction: "T" });
    expect(prepared.results[0]?.rows).toEqual([[Uint8Array.of(9, 8)]]);
    expect((await client.transaction({ kind: "promote" })).promoted).toEqual(Uint8Array.of(9, 8));
  });
});

describe("a session", () => {
  test("is cancelled, and goes on afterwards", async () => {
    const host = await serve({ batch: (text, _, session) => (text === "wait" ? session.untilCancelled() : undefined) });
    const client = await connect();
    const running = client.batch("wait");
    await waitFor(() => host.sessions[0]?.batches.length === 1);
    client.cancel();
    client.cancel();
    expect((await running).cancelled).toBe(true);
    expect(host.sessions[0]?.cancelled).toBe(1);
    expect((await client.batch("next")).cancelled).toBe(false);
  });

  test("is reset before the request that says so", async () => {
    const host = await serve();
    const client = await connect();
    const response = await client.batch("a", { reset: "session" });
    expect(response.environment).toEqual([{ kind: "resetConnection" }]);
    await client.batch("b", { reset: "keepTransaction" });
    await client.batch("c");
    expect(host.sessions[0]?.resets).toEqual([false, true]);
  });

  test("ends when the client goes, cancelling what runs", async () => {
    const host = await serve({ batch: (_, __, session) => session.untilCancelled() });
    const client = await connect();
    const running = client.batch("wait");
    await waitFor(() => host.sessions[0]?.batches.length === 1);
    client.close();
    await expect(running).rejects.toBeInstanceOf(TdsConnectionError);
    await waitFor(() => host.sessions[0]?.closed === true);
    expect(host.sessions[0]?.cancelled).toBe(1);
  });

  test("is ended by the server", async () => {
    const host = await serve();
    const client = await connect();
    host.sessions[0]?.onTerminate?.();
    await waitFor(() => !client.isOpen);
    await expect(client.batch("select")).rejects.toMatchObject({ code: "ECLOSED" });
  });

  test("does one request at a time", async () => {
    await serve();
    const client = await connect();
    const first = client.batch("a");
    await expect(client.batch("b")).rejects.toThrow("a request is running already");
    await first;
  });

  test("exists two hundred times at once", async () => {
    await serve({ batch: (text, sink) => sink.statementDone({ ...INSERT, rowCount: Number(text) }) });
    const many = await Promise.all(Array.from({ length: 200 }, () => connect()));
    const responses = await Promise.all(many.map((client, index) => client.batch(`${index}`)));
    expect(responses.map(({ rowCounts }) => rowCounts[0])).toEqual(many.map((_, index) => index));
  });
});
