import type { Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, TLSSocket, type TLSSocketOptions } from "node:tls";
import { TlsTunnel } from "./tls/tlsTunnel";

/** The bytes of a connection, in the clear for whoever uses it, whether TLS lies below or not. Both ends use it. */
export class Transport {
  /** Takes what came from the peer, decrypted. What it throws goes to `onFailure`. */
  onData: (chunk: Buffer) => void = () => undefined;
  /** The connection has failed or what came over it is not what it must be. */
  onFailure: (error: Error) => void = () => undefined;

  private tunnel: TlsTunnel | undefined;
  private tls: TLSSocket | undefined;

  constructor(readonly socket: Socket) {
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => {
      this.guarded(() => (this.tunnel ? this.tunnel.feed(chunk) : this.onData(chunk)));
    });
    socket.on("error", (error) => this.onFailure(error));
    socket.once("close", () => this.tls?.destroy());
  }

  get encrypted(): boolean {
    return this.tls !== undefined;
  }

  /** Begins TLS as the server. `first` is the beginning of it that was read already. */
  acceptTls(options: TLSSocketOptions, wrapped: boolean, first?: Buffer): void {
    const tunnel = new TlsTunnel(this.socket, wrapped);
    this.use(tunnel, new TLSSocket(tunnel, { ...options, isServer: true }));
    if (first) {
      tunnel.feed(first);
    }
  }

  /** Begins TLS as the client; resolves once the handshake is over. */
  connectTls(options: ConnectionOptions): Promise<void> {
    const tunnel = new TlsTunnel(this.socket, true);
    const tls = connectTls({ ...options, socket: tunnel });
    this.use(tunnel, tls);
    return new Promise((resolve, reject) => {
      tls.once("error", reject);
      tls.once("close", () => reject(new Error("the connection ended within the TLS handshake")));
      tls.once("secureConnect", () => {
        tunnel.handshakeDone();
        resolve();
      });
    });
  }

  /** From here on the connection is in the clear again (encryption of the login only). */
  leaveTls(): void {
    this.tunnel?.detach();
    this.tls?.destroy();
    this.tunnel = undefined;
    this.tls = undefined;
  }

  /** Writes the last that is encrypted: the peer answers in the clear. */
  writeAndLeaveTls(data: Buffer): void {
    const { tls, tunnel } = this;
    this.tunnel = undefined;
    this.tls = undefined;
    tls?.write(data, () => {
      tunnel?.detach();
      tls.destroy();
    });
  }

  write(data: Buffer): void {
    if (!this.socket.destroyed) {
      // The peer has spoken encrypted by now, so the handshake's last record has gone out.
      this.tunnel?.handshakeDone();
      (this.tls ?? this.socket).write(data);
    }
  }

  /** Resolves when the socket takes more, or never will again. */
  drained(): Promise<void> {
    const sink = this.tls ?? this.socket;
    if (!sink.writableNeedDrain || this.socket.destroyed) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const settle = () => {
        sink.off("drain", settle);
        this.socket.off("close", settle);
        resolve();
      };
      sink.on("drain", settle);
      this.socket.on("close", settle);
    });
  }

  /** Closes once all that was written is out. */
  end(): void {
    (this.tls ?? this.socket).end();
  }

  destroy(): void {
    this.tunnel?.detach();
    this.tls?.destroy();
    this.socket.destroy();
  }

  private use(tunnel: TlsTunnel, tls: TLSSocket): void {
    this.tunnel = tunnel;
    this.tls = tls;
    const failed = (error: Error) => {
      if (this.tls === tls) {
        this.onFailure(error);
      }
    };
    tls.on("error", failed);
    tls.on("_tlsError", failed);
    tls.on("data", (chunk: Buffer) => {
      if (this.tls === tls) {
        this.guarded(() => this.onData(chunk));
      }
    });
  }

  private guarded(take: () => void): void {
    try {
      take();
    } catch (error) {
      this.onFailure(error as Error);
    }
  }
}
