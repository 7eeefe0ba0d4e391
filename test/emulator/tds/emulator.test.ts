import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Emulator, type EmulatorOptions, startEmulator, startEmulators } from "../../../src/emulator";
import { connectTds, type TdsClient } from "../../../src/emulator/tds/client";

const saPassword = "Secret-1";
const open: { close(): unknown }[] = [];

afterEach(async () => {
  for (const each of open.splice(0).reverse()) {
    await each.close();
  }
});

async function start(options: Partial<EmulatorOptions> = {}): Promise<Emulator> {
  const emulator = await startEmulator({ serverName: "CONTROL", saPassword, ...options });
  open.push(emulator);
  return emulator;
}

async function connect(emulator: Emulator, password = saPassword): Promise<TdsClient> {
  const client = await connectTds({ host: emulator.host, port: emulator.port, user: "sa", password });
  open.push(client);
  return client;
}

test("a server is reached at its port, by sa and its password", async () => {
  const emulator = await start();
  const client = await connect(emulator);
  expect((await client.batch("SELECT 1 AS one")).results[0]?.rows).toEqual([[1]]);
  await expect(connect(emulator, "wrong")).rejects.toMatchObject({ number: 18456 });
});

test("it says of itself what it was told", async () => {
  const emulator = await start({ serverName: "REMOTE\\ONE" });
  expect(emulator).toMatchObject({ serverName: "REMOTE\\ONE", host: "127.0.0.1" });
  expect(emulator.certificate).toContain("BEGIN CERTIFICATE");
});

test("a script makes its databases, and says which batch failed and why", async () => {
  const emulator = await start();
  await emulator.execute("CREATE DATABASE Sales;\r\nGO\r\nUSE Sales;\ngo\nCREATE TABLE dbo.Orders (id int NOT NULL);");
  const client = await connect(emulator);
  const owner =
    "SELECT SUSER_SNAME(owner_sid) AS owner, OBJECT_ID(N'Sales.dbo.Orders') AS id FROM sys.databases WHERE name = N'Sales'";
  expect((await client.batch(owner)).results[0]?.rows).toEqual([["sa", expect.any(Number)]]);
  const failing = emulator.execute("USE Sales\nGO\nSELECT 1\nDROP TABLE dbo.Nothing\nGO\nDROP TABLE dbo.Orders");
  await expect(failing).rejects.toMatchObject({
    name: "ScriptError",
    number: 3701,
    message: expect.stringMatching(/^Msg 3701, Level 11, State 5, Server CONTROL, Line 2\nCannot drop the table/),
  });
  expect((await client.batch("SELECT COUNT(*) FROM Sales.dbo.Orders")).results[0]?.rows).toEqual([[0]]);
});

test("its faults can be changed while it runs", async () => {
  const emulator = await start();
  const client = await connect(emulator);
  emulator.faults.dropConnection({ matching: "fatal" });
  await client.batch("SELECT 1");
  await expect(client.batch("SELECT 'fatal'")).rejects.toMatchObject({ name: "TdsConnectionError" });
});

test("what is in a data folder is there again after a restart, with the password of the last start", async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), "emulator-"));
  try {
    const first = await startEmulator({ serverName: "CONTROL", saPassword: "Before-1", dataDirectory });
    const client = await connectTds({ host: first.host, port: first.port, user: "sa", password: "Before-1" });
    await client.batch("CREATE DATABASE Sales");
    await client.batch("CREATE TABLE Sales.dbo.Orders (id int NOT NULL PRIMARY KEY)");
    await client.batch("INSERT Sales.dbo.Orders VALUES (7)");
    client.close();
    await first.close();

    const second = await startEmulator({ serverName: "CONTROL", saPassword, dataDirectory });
    const again = await connectTds({ host: second.host, port: second.port, user: "sa", password: saPassword });
    expect((await again.batch("SELECT id FROM Sales.dbo.Orders")).results[0]?.rows).toEqual([[7]]);
    again.close();
    await second.close();
  } finally {
    await rm(dataDirectory, { recursive: true });
  }
});

test("closing ends sessions, running statements too", async () => {
  const emulator = await startEmulator({ serverName: "CONTROL", saPassword });
  const client = await connectTds({ host: emulator.host, port: emulator.port, user: "sa", password: saPassword });
  const running = client.batch("WAITFOR DELAY '00:01:00'");
  const failed = expect(running).rejects.toMatchObject({ name: "TdsConnectionError" });
  await emulator.close();
  await failed;
});

test("several servers start together, or none does", async () => {
  const servers = await startEmulators([
    { serverName: "CONTROL", saPassword },
    { serverName: "REMOTE", saPassword },
  ]);
  open.push(...servers);
  expect(servers.map(({ serverName }) => serverName)).toEqual(["CONTROL", "REMOTE"]);
  const taken = servers[0]?.port as number;
  const attempt = startEmulators([
    { serverName: "THIRD", saPassword },
    { serverName: "FOURTH", saPassword, port: taken },
  ]);
  await expect(attempt).rejects.toMatchObject({ code: "EADDRINUSE" });
});
