import { connect as openSocket, type Socket } from "node:net";
import fc from "fast-check";
import { ByteWriter } from "../../../src/emulator/tds/byteWriter";
import { connectTds } from "../../../src/emulator/tds/client";
import { type Listener, type ListenOptions, listen } from "../../../src/emulator/tds/listener";
import { packetize } from "../../../src/emulator/tds/packets";
import { DEFAULT_PRODUCT_VERSION, PacketStatus, PacketType } from "../../../src/emulator/tds/protocol";
import { writeBatch } from "../../../src/emulator/tds/requests/batch";
import { writeLogin7 } from "../../../src/emulator/tds/requests/login7";
import { Encryption, writePrelogin } from "../../../src/emulator/tds/requests/prelogin";
import { FakeHost, PASSWORD } from "./fakeHost";

let listener: Listener;
let host: FakeHost;
const sockets: Socket[] = [];

async function serve(options: ListenOptions = {}): Promise<void> {
  host = new FakeHost();
  listener = await listen(host, options);
}

afterEach(async () => {
  for (const socket of sockets.splice(0)) {
    socket.destroy();
  }
  await listener.close();
});

function open(): Socket {
  const socket = openSocket(listener.port, "127.0.0.1");
  socket.on("error", () => undefined);
  sockets.push(socket);
  return socket;
}

function closed(socket: Socket): Promise<void> {
  return socket.destroyed ? Promise.resolve() : new Promise((resolve) => socket.once("close", () => resolve()));
}

function received(socket: Socket, bytes: number): Promise<Buffer> {
  return new Promise((resolve) => {
    let data = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      data = Buffer.concat([data, chunk]);
      if (data.length >= bytes) {
        resolve(data);
      }
    });
  });
}

const prelogin = packetize(writePrelogin(Encryption.notSupported, DEFAULT_PRODUCT_VERSION), {
  type: PacketType.prelogin,
  packetSize: 4096,
  final: true,
});

function login7(change: (payload: Buffer) => void = () => undefined): Buffer {
  const payload = writeLogin7({
    packetSize: 4096,
    hostName: "h",
    user: "sa",
    password: PASSWORD,
    applicationName: "a",
    serverName: "s",
    interfaceName: "i",
    database: "d",
  });
  change(payload);
  return packetize(payload, { type: PacketType.login7, packetSize: 4096, final: true });
}

async function loggedIn(): Promise<Socket> {
  const socket = open();
  socket.write(prelogin);
  await received(socket, 1);
  socket.write(login7());
  await received(socket, 1);
  return socket;
}

/** The server still serves others. */
async function expectAlive(): Promise<void> {
  const client = await connectTds({ host: "127.0.0.1", port: listener.port, user: "sa", password: PASSWORD });
  expect((await client.batch("select 1")).messages).toEqual([]);
  client.close();
}

test.each([
  ["an HTTP request", Buffer.from("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")],
  ["zeros", Buffer.alloc(100)],
  ["a TLS record with nothing sensible in it", Buffer.from([0x16, 3, 1, 0, 4, 1, 2, 3, 4])],
  [
    "a PRELOGIN whose options lie outside",
    packetize(Buffer.from([1, 0xff, 0xff, 0xff, 0xff, 0xff]), { type: 0x12, packetSize: 512, final: true }),
  ],
  ["a PRELOGIN without an end", packetize(Buffer.from([1, 0, 0]), { type: 0x12, packetSize: 512, final: true })],
  [
    "a batch before the login",
    packetize(Buffer.alloc(10), { type: PacketType.sqlBatch, packetSize: 512, final: true }),
  ],
  ["an empty login", packetize(Buffer.alloc(0), { type: PacketType.login7, packetSize: 512, final: true })],
])("%s closes its connection alone", async (_, data) => {
  await serve();
  const socket = open();
  socket.resume();
  socket.write(data);
  await closed(socket);
  await expectAlive();
});

test.each([
  ["a length beyond the message", (payload: Buffer) => payload.writeUInt32LE(0x7fffffff, 0)],
  ["a user name outside the message", (payload: Buffer) => payload.writeUInt16LE(0xfff0, 40)],
])("a login with %s is turned away", async (_, change) => {
  await serve();
  const socket = open();
  socket.write(prelogin);
  await received(socket, 1);
  socket.write(login7(change));
  socket.resume();
  await closed(socket);
  expect(host.sessions).toEqual([]);
  await expectAlive();
});

test("a client older than TDS 7.3 is told so", async () => {
  await serve();
  const socket = open();
  socket.write(prelogin);
  await received(socket, 1);
  socket.write(login7((payload) => payload.writeUInt32LE(0x71000001, 4)));
  const answer = await received(socket, 20);
  expect(answer.toString("utf16le", 19)).toContain("TDS versions before 7.3");
  await closed(socket);
});

test("a client that never finishes its login is cut off", async () => {
  await serve({ loginTimeout: 50 });
  const socket = open();
  socket.write(prelogin.subarray(0, 5));
  await closed(socket);
  await expectAlive();
});

test("a client that goes away in the middle of a packet leaves nothing behind", async () => {
  await serve();
  const socket = await loggedIn();
  const writer = new ByteWriter();
  writeBatch(writer, "select 1", 0n);
  socket.write(packetize(writer.view(), { type: PacketType.sqlBatch, packetSize: 4096, final: true }).subarray(0, 20));
  socket.destroy();
  while (!host.sessions[0]?.closed) {
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(host.sessions[0]?.batches).toEqual([]);
});

test.each([
  ["headers longer than the message", PacketType.sqlBatch, Buffer.from([0xff, 0xff, 0, 0])],
  ["a parameter of an unknown type", PacketType.rpc, Buffer.from([4, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 0, 0, 0, 0x01])],
  ["an unknown well-known procedure", PacketType.rpc, Buffer.from([4, 0, 0, 0, 0xff, 0xff, 99, 0, 0, 0])],
  ["half a parameter", PacketType.rpc, Buffer.from([4, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 0, 0, 0, 0x26, 4, 4, 1])],
  ["an unknown type of message", 0x55, Buffer.from([1])],
])("%s is error 4002, and ends the connection", async (_, type, payload) => {
  await serve();
  const socket = await loggedIn();
  const answer = received(socket, 20);
  socket.write(packetize(payload, { type, packetSize: 4096, final: true }));
  expect((await answer).readInt32LE(8 + 3)).toBe(4002);
  await closed(socket);
  await expectAlive();
});

test.each([
  ["bulk load", PacketType.bulkLoad],
  ["federated authentication", PacketType.federatedAuthentication],
  ["integrated", PacketType.sspi],
])("%s is refused by name, and the connection goes on", async (name, type) => {
  await serve();
  const socket = await loggedIn();
  const answer = received(socket, 20);
  socket.write(packetize(Buffer.of(1), { type, packetSize: 4096, final: true }));
  expect((await answer).toString("utf16le", 8 + 11)).toContain(name);
  expect(socket.destroyed).toBe(false);
});

test("a request that its sender gave up half-way is answered with an error, and not carried out", async () => {
  await serve();
  const socket = await loggedIn();
  const answer = received(socket, 21);
  const writer = new ByteWriter();
  writeBatch(writer, "drop table t", 0n);
  const packets = packetize(writer.view(), { type: PacketType.sqlBatch, packetSize: 4096, final: true });
  packets[1] = PacketStatus.endOfMessage | PacketStatus.ignore;
  socket.write(packets);
  const DONE_WITH_ERROR = Buffer.from([0xfd, 2, 0]);
  expect((await answer).subarray(8, 11)).toEqual(DONE_WITH_ERROR);
  expect(host.sessions[0]?.batches).toEqual([]);
});

test("whatever bytes come, at whatever point, the server goes on", async () => {
  await serve({ loginTimeout: 300 });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("start", "prelogin", "login"),
      fc.option(fc.constantFrom(...Object.values(PacketType))),
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      async (point, type, bytes) => {
        const socket = point === "login" ? await loggedIn() : open();
        if (point === "prelogin") {
          socket.write(prelogin);
          await received(socket, 1);
        }
        socket.resume();
        const payload = Buffer.from(bytes);
        socket.end(type === null ? payload : packetize(payload, { type, packetSize: 4096, final: true }));
        await closed(socket);
      },
    ),
    { numRuns: 150 },
  );
  await expectAlive();
});
