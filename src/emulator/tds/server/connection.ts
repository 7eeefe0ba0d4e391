import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import type { SecureContext, SecureVersion } from "node:tls";
import { SqlError } from "../../engine/errors";
import type { Session, SessionHost } from "../../engine/wire";
import type { Faults } from "../../faults";
import { MAXIMUM_MESSAGE_SIZE, MessageReader, type TdsMessage } from "../messageReader";
import { packetize } from "../packets";
import { DEFAULT_PACKET_SIZE, PacketStatus, PacketType, type ProductVersion, ProtocolError } from "../protocol";
import { MAXIMUM_LOGIN_SIZE } from "../requests/login7";
import { Encryption, readPrelogin, writePrelogin } from "../requests/prelogin";
import { Transport } from "../transport";
import { isInternal, messagesOf } from "./failures";
import { login } from "./login";
import { execute, readRequest, requestText } from "./request";
import { ResponseWriter } from "./responseWriter";

/**
 * What a server says of TLS.
 *
 * | mode           | a client that asks for it | one that does not  | one that cannot |
 * | -------------- | ------------------------- | ------------------ | --------------- |
 * | `off`          | all is encrypted          | its login alone is | nothing is      |
 * | `required`     | all is encrypted          | all is encrypted   | is turned away  |
 * | `notSupported` | nothing is (it may leave) | nothing is         | nothing is      |
 */
export type EncryptionMode = "off" | "required" | "notSupported";

/** What connections share. */
export interface ConnectionContext {
  host: SessionHost;
  encryption: EncryptionMode;
  /** The server's certificate and the newest version of TLS to speak; made at first use. */
  secureContext: (maxVersion?: SecureVersion) => SecureContext;
  collation: string | undefined;
  version: ProductVersion;
  faults: Faults;
  loginTimeout: number;
  /** The limit, if one more connection would be too many. */
  exceededLimit: () => number | undefined;
  onInternalError: (error: unknown) => void;
}

const TLS_HANDSHAKE_RECORD = 0x16;
/** Clients wait for a response before the next request; one that sends this many ahead is not a client. */
const MAXIMUM_QUEUE = 64;

type Phase = "prelogin" | "login" | "ready" | "closed";

/** One client's connection: from its first byte to its last. */
export class ServerConnection {
  private readonly transport: Transport;
  private readonly reader: MessageReader;
  private readonly response: ResponseWriter;
  private readonly loginTimer: NodeJS.Timeout;
  private readonly queue: TdsMessage[] = [];
  /** Resolves once the socket is gone and the session has ended. */
  readonly ended: Promise<void>;
  private end: () => void = () => undefined;
  private phase: Phase = "prelogin";
  private encryptsLoginOnly = false;
  private session: Session | undefined;
  private busy = false;
  private cancelled = false;
  private terminated = false;

  constructor(
    private readonly socket: Socket,
    private readonly context: ConnectionContext,
  ) {
    this.ended = new Promise((resolve) => {
      this.end = resolve;
    });
    this.transport = new Transport(socket);
    this.reader = new MessageReader((message) => this.receive(message), MAXIMUM_LOGIN_SIZE);
    this.response = new ResponseWriter(this.transport, context.host.serverName, DEFAULT_PACKET_SIZE);
    this.loginTimer = setTimeout(() => this.destroy(), context.loginTimeout).unref();
    this.transport.onFailure = () => this.destroy();
    this.transport.onData = (chunk) => this.receiveFirst(chunk);
    socket.once("close", () => this.closed());
  }

  /** Cuts the connection. */
  destroy(): void {
    this.transport.destroy();
  }

  /** A client that begins with TLS speaks TDS 8; every other one begins with a packet. */
  private receiveFirst(chunk: Buffer): void {
    this.transport.onData = (data) => this.reader.push(data);
    const first = chunk[0];
    if (first === TLS_HANDSHAKE_RECORD && this.context.encryption !== "notSupported") {
      this.transport.acceptTls(
        { secureContext: this.context.secureContext(), ALPNProtocols: ["tds/8.0"] },
        false,
        chunk,
      );
    } else if (first === PacketType.prelogin || first === PacketType.login7) {
      this.reader.push(chunk);
    } else {
      throw new ProtocolError("What came first is no login.");
    }
  }

  private receive(message: TdsMessage): void {
    if (this.phase === "prelogin" && message.type === PacketType.prelogin) {
      this.prelogin(message.payload);
    } else if ((this.phase === "prelogin" || this.phase === "login") && message.type === PacketType.login7) {
      this.beginLogin(message.payload);
    } else if (this.phase === "ready" && message.type === PacketType.attention) {
      this.attention();
    } else if (this.phase === "ready") {
      if (this.queue.push(message) > MAXIMUM_QUEUE) {
        throw new ProtocolError("Requests without waiting for their responses.");
      }
      this.work();
    } else if (this.phase !== "closed") {
      throw new ProtocolError(`A message of type ${message.type} before the login.`);
    }
  }

  private prelogin(payload: Buffer): void {
    this.phase = "login";
    const overTls = this.transport.encrypted;
    const agreed = overTls ? Encryption.required : this.agreeEncryption(readPrelogin(payload).encryption);
    this.transport.write(
      packetize(writePrelogin(agreed, this.context.version), {
        type: PacketType.tabularResult,
        packetSize: DEFAULT_PACKET_SIZE,
        final: true,
      }),
    );
    if (overTls || agreed === Encryption.notSupported) {
      return;
    }
    if (agreed === Encryption.required && readPrelogin(payload).encryption === Encryption.notSupported) {
      this.transport.end();
      return;
    }
    this.encryptsLoginOnly = agreed === Encryption.off;
    // Within TDS 7 packets there is no TLS 1.3: its handshake has no definite end after which wrapping stops.
    this.transport.acceptTls({ secureContext: this.context.secureContext("TLSv1.2") }, true);
  }

  private agreeEncryption(client: number): number {
    switch (this.context.encryption) {
      case "notSupported":
        return Encryption.notSupported;
      case "required":
        return client === Encryption.on ? Encryption.on : Encryption.required;
      case "off":
        return client === Encryption.required ? Encryption.on : client;
    }
  }

  private beginLogin(payload: Buffer): void {
    const encrypted = this.transport.encrypted && !this.encryptsLoginOnly;
    if (this.context.encryption === "required" && !this.transport.encrypted) {
      throw new ProtocolError("A login in the clear, where encryption is required.");
    }
    if (this.encryptsLoginOnly) {
      this.transport.leaveTls();
    }
    this.phase = "ready";
    this.reader.maximumSize = MAXIMUM_MESSAGE_SIZE;
    this.run(this.login(payload, encrypted).finally(() => clearTimeout(this.loginTimer)));
  }

  private async login(payload: Buffer, encrypted: boolean): Promise<void> {
    const { context, response } = this;
    response.begin("batch");
    try {
      const limit = context.exceededLimit();
      if (limit !== undefined) {
        throw tooManyConnections(limit);
      }
      const client = {
        address: this.socket.remoteAddress ?? "",
        encrypted,
        collation: context.collation,
        version: context.version,
      };
      const { session, packetSize } = await login(payload, client, context.host, response);
      session.onTerminate = () => this.terminate();
      this.session = session;
      response.endRequest(false);
      response.finish();
      response.packetSize = packetSize;
    } catch (error) {
      this.report(error);
      response.endRequest(false);
      response.finish();
      this.transport.end();
    }
  }

  private attention(): void {
    if (this.busy) {
      this.cancelled = true;
      this.session?.cancel();
    } else {
      this.response.acknowledgeAttention();
    }
  }

  /** Carries out what waits, one request at a time; closes the session once the socket is gone. */
  private work(): void {
    const { session } = this;
    if (this.busy) {
      return;
    }
    if (this.phase === "closed") {
      if (session) {
        this.session = undefined;
        this.run(session.close());
      } else {
        this.end();
      }
      return;
    }
    const message = session && this.queue.shift();
    if (message) {
      this.run(this.answer(message, session));
    }
  }

  private run(task: Promise<void>): void {
    this.busy = true;
    task
      .catch((error: unknown) => {
        this.context.onInternalError(error);
        this.destroy();
      })
      .finally(() => {
        this.busy = false;
        this.work();
      });
  }

  private async answer(message: TdsMessage, session: Session): Promise<void> {
    const { response, context } = this;
    this.cancelled = false;
    if (message.ignored) {
      response.ignoredRequest();
      response.finish();
      return;
    }
    response.begin("batch");
    try {
      const resets = PacketStatus.resetConnection | PacketStatus.resetConnectionSkipTransaction;
      if (message.status & resets) {
        await session.reset((message.status & PacketStatus.resetConnectionSkipTransaction) !== 0);
        response.environment({ kind: "resetConnection" });
      }
      const request = readRequest(message);
      if (context.faults.latency > 0) {
        await delay(context.faults.latency, undefined, { ref: false });
      }
      if (this.cancelled || this.hasClosed()) {
        response.endRequest(false);
        return this.finish();
      }
      const drop = context.faults.takeDroppedConnection(requestText(request));
      if (drop === "before") {
        this.destroy();
        return;
      }
      await execute(request, session, response);
      if (drop === "after") {
        this.destroy();
        return;
      }
    } catch (error) {
      this.report(error);
      response.endRequest(false);
    }
    this.finish();
  }

  private hasClosed(): boolean {
    return this.phase === "closed";
  }

  private finish(): void {
    this.response.finish();
    if (this.cancelled) {
      this.response.acknowledgeAttention();
    }
    if (this.response.fatal || this.terminated) {
      this.transport.end();
    }
  }

  private report(error: unknown): void {
    if (isInternal(error)) {
      this.context.onInternalError(error);
    }
    for (const message of messagesOf(error)) {
      this.response.message(message);
    }
  }

  /** KILL, shutdown: after the response that is under way, if any. */
  private terminate(): void {
    this.terminated = true;
    if (!this.busy) {
      this.transport.end();
    }
  }

  private closed(): void {
    clearTimeout(this.loginTimer);
    this.phase = "closed";
    if (this.busy) {
      this.session?.cancel();
    }
    this.work();
  }
}

function tooManyConnections(limit: number): SqlError {
  const text =
    `Could not connect because the maximum number of '${limit}' user connections has already been reached. ` +
    "The system administrator can use sp_configure to increase the maximum value. The connection has been closed.";
  return new SqlError(17809, text, 1, 20);
}
