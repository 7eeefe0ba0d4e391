import { DiskFaultError, Faults, parseFaults } from "../../../src/emulator/faults";
import { connectTds, type TdsClient } from "../../../src/emulator/tds/client";
import { type Listener, listen } from "../../../src/emulator/tds/listener";
import { FakeHost, PASSWORD } from "./fakeHost";

describe("at the listener", () => {
  const faults = new Faults();
  const host = new FakeHost();
  let listener: Listener;
  let client: TdsClient;

  const connect = () => connectTds({ host: "127.0.0.1", port: listener.port, user: "sa", password: PASSWORD });

  beforeEach(async () => {
    faults.clear();
    listener = await listen(host, { faults });
    client = await connect();
  });

  afterEach(async () => {
    client.close();
    await listener.close();
  });

  test("a connection is dropped before the n-th statement that matches", async () => {
    faults.dropConnection({ matching: /^insert/i, occurrence: 2 });
    await client.batch("select 1");
    await client.batch("INSERT 1");
    await client.batch("select 2");
    await expect(client.batch("INSERT 2")).rejects.toMatchObject({ name: "TdsConnectionError" });
    expect(host.sessions.at(-1)?.batches).toEqual(["select 1", "INSERT 1", "select 2"]);
  });

  test("a connection is dropped after a statement, which has had its effect", async () => {
    faults.dropConnection({ when: "after" });
    await expect(client.batch("insert")).rejects.toMatchObject({ name: "TdsConnectionError" });
    expect(host.sessions.at(-1)?.batches).toEqual(["insert"]);
    await (await connect()).batch("once only");
  });

  test("statements within sp_executesql and transaction requests count too", async () => {
    faults.dropConnection({ matching: "MARKED" }).dropConnection({ matching: "commit" });
    const type = { kind: "nvarchar", length: -1 } as const;
    const statement = { name: "", type, value: "update marked", output: false, default: false };
    await expect(client.rpc({ procedure: "sp_executesql", parameters: [statement] })).rejects.toThrow("closed");
    client = await connect();
    await client.transaction({ kind: "begin", isolation: 2, name: "" });
    await expect(client.transaction({ kind: "commit", name: "" })).rejects.toThrow("closed");
  });

  test("connections are refused until they are not", async () => {
    faults.refuseConnections = true;
    await expect(connect()).rejects.toMatchObject({ name: "TdsConnectionError" });
    faults.refuseConnections = false;
    (await connect()).close();
  });

  test("requests take longer", async () => {
    faults.latency = 60;
    const start = performance.now();
    await client.batch("select");
    expect(performance.now() - start).toBeGreaterThan(55);
  });
});

describe("for storage and sessions", () => {
  test("a disk is full once so many bytes have gone to the files that match", () => {
    const faults = new Faults().breakDisk({ kind: "full", matching: ".bak", afterBytes: 100 });
    faults.beforeWrite("/data/log", 1000);
    faults.beforeWrite("/backup/a.bak", 100);
    expect(() => faults.beforeWrite("/backup/a.bak", 1)).toThrow(DiskFaultError);
    expect(() => faults.beforeWrite("/backup/b.bak", 1)).toThrow("No space is left for '/backup/b.bak'.");
    faults.clear();
    faults.beforeWrite("/backup/a.bak", 1);
  });

  test("a disk fails at once", () => {
    const faults = new Faults().breakDisk({ kind: "failing" });
    const write = () => faults.beforeWrite("/data/log", 1);
    expect(write).toThrow(
      expect.objectContaining({ code: "EIO", operatingSystemError: expect.objectContaining({ number: 1117 }) }),
    );
  });

  test("a deadlock victim is chosen once", () => {
    const faults = new Faults().deadlock({ matching: "sp_setmark" });
    expect(faults.takeDeadlock("SELECT 1")).toBe(false);
    expect(faults.takeDeadlock("EXEC dbo.sp_SetMark @name = N'x'")).toBe(true);
    expect(faults.takeDeadlock("EXEC dbo.sp_SetMark @name = N'x'")).toBe(false);
  });

  test("several faults may wait for one statement: they come one after the other", () => {
    const faults = new Faults().deadlock().deadlock({ occurrence: 2 });
    expect([1, 2, 3].map(() => faults.takeDeadlock("x"))).toEqual([true, true, false]);
  });

  test.each([0, 1.5, -1])("an occurrence of %d is refused", (occurrence) => {
    expect(() => new Faults().deadlock({ occurrence })).toThrow(`got \`${occurrence}\``);
  });
});

describe("as a text", () => {
  test("names each fault", () => {
    const faults = parseFaults("latency=50, drop=2:after, deadlock=1, refuse, no-coordinator, disk=full");
    expect(faults).toMatchObject({ latency: 50, refuseConnections: true, coordinatorAbsent: true });
    expect([1, 2].map(() => faults.takeDroppedConnection("x"))).toEqual([undefined, "after"]);
    expect(faults.takeDeadlock("x")).toBe(true);
    expect(() => faults.beforeWrite("f", 1)).toThrow(DiskFaultError);
  });

  test.each(["latency", "latency=soon", "drop=0", "disk=wet", "earthquake"])("refuses `%s`", (text) => {
    expect(() => parseFaults(text)).toThrow(`Unknown fault \`${text}\`.`);
  });
});
