import { isIP, connect as openSocket, type Socket } from "node:net";
import { hostname } from "node:os";
import { MessageReader, type TdsMessage } from "../messageReader";
import { packetize } from "../packets";
import { DEFAULT_PACKET_SIZE, DEFAULT_PRODUCT_VERSION, PacketType } from "../protocol";
import { writeLogin7 } from "../requests/login7";
import { Encryption, readPrelogin, writePrelogin } from "../requests/prelogin";
import { Transport } from "../transport";
import { TdsClient } from "./client";
import { connectionError, TdsConnectionError } from "./errors";

export interface ConnectOptions {
  host: string;
  port: number;
  user: string;
  password: string;
  /** The login's default database if absent. */
  database?: string;
  applicationName?: string;
  /** For the whole of connecting and logging in; 15,000 by default. */
  timeoutMs?: number;
  /** Gives connecting up. */
  signal?: AbortSignal;
  /** Encrypts everything; otherwise what the server demands is encrypted, at least the login if it can be. */
  encrypt?: boolean;
  packetSize?: number;
}

const DEFAULT_TIMEOUT = 15_000;

/**
 * Connects and logs in.
 * @throws TdsConnectionError if there is no server or it does not speak TDS; SqlError if it refuses the login.
 */
export async function connectTds(options: ConnectOptions): Promise<TdsClient> {
  const where = `${options.host}:${options.port}`;
  const timeout = options.timeoutMs ?? DEFAULT_TIMEOUT;
  const socket = openSocket({ host: options.host, port: options.port });
  const giveUp = (error: TdsConnectionError) => socket.destroy(error);
  const timer = setTimeout(
    () => giveUp(new TdsConnectionError(`${where}: no answer within ${timeout} ms.`, "ETIMEDOUT")),
    timeout,
  ).unref();
  const abort = () => giveUp(new TdsConnectionError(`${where}: connecting was given up.`, "EABORTED"));
  options.signal?.addEventListener("abort", abort, { once: true });
  try {
    if (options.signal?.aborted) {
      abort();
    }
    return await logIn(socket, where, options);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", abort);
  }
}

async function logIn(socket: Socket, where: string, options: ConnectOptions): Promise<TdsClient> {
  const transport = new Transport(socket);
  const agreed = await agreeOnEncryption(transport, where, options.encrypt ?? false);
  if (agreed !== Encryption.notSupported) {
    await startTls(transport, where, options.host);
  }
  const client = new TdsClient(transport, where);
  const reader = new MessageReader((message) => client.receive(message));
  transport.onData = (chunk) => reader.push(chunk);
  const login = packetize(
    writeLogin7({
      packetSize: options.packetSize ?? DEFAULT_PACKET_SIZE,
      hostName: hostname(),
      user: options.user,
      password: options.password,
      applicationName: options.applicationName ?? "",
      serverName: options.host,
      interfaceName: "pulumi-mssql-backup",
      database: options.database ?? "",
    }),
    { type: PacketType.login7, packetSize: DEFAULT_PACKET_SIZE, final: true },
  );
  await client.login(() => (agreed === Encryption.off ? transport.writeAndLeaveTls(login) : transport.write(login)));
  return client;
}

/** Exchanges PRELOGIN. The result is what holds: the login alone (off), everything (on, required) or nothing. */
async function agreeOnEncryption(transport: Transport, where: string, encrypt: boolean): Promise<number> {
  const answer = nextMessage(transport, where);
  transport.write(
    packetize(writePrelogin(encrypt ? Encryption.on : Encryption.off, DEFAULT_PRODUCT_VERSION), {
      type: PacketType.prelogin,
      packetSize: DEFAULT_PACKET_SIZE,
      final: true,
    }),
  );
  const { encryption } = readPrelogin((await answer).payload);
  if (encrypt && encryption === Encryption.notSupported) {
    throw new TdsConnectionError(`${where}: the server does not support encryption.`, "EPROTOCOL");
  }
  return encryption;
}

function nextMessage(transport: Transport, where: string): Promise<TdsMessage> {
  return new Promise((resolve, reject) => {
    const reader = new MessageReader(resolve);
    transport.onData = (chunk) => reader.push(chunk);
    transport.onFailure = (error) => reject(connectionError(error, where));
    transport.socket.once("close", () =>
      reject(new TdsConnectionError(`${where}: the server closed the connection.`, "ECLOSED")),
    );
  });
}

async function startTls(transport: Transport, where: string, host: string): Promise<void> {
  try {
    await transport.connectTls({
      maxVersion: "TLSv1.2",
      // As SQL Server's own linked servers do, and emulators have self-signed certificates.
      rejectUnauthorized: false,
      ...(isIP(host) ? {} : { servername: host }),
    });
  } catch (error) {
    throw connectionError(error, where);
  }
}
