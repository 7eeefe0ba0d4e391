import { type AddressInfo, createServer } from "node:net";
import { createSecureContext, type SecureContext, type SecureVersion } from "node:tls";
import type { SessionHost } from "../engine/wire";
import { Faults } from "../faults";
import { DEFAULT_PRODUCT_VERSION, type ProductVersion } from "./protocol";
import { type EncryptionMode, ServerConnection } from "./server/connection";
import { type Certificate, selfSignedCertificate } from "./tls/certificate";

export type { EncryptionMode } from "./server/connection";

export interface ListenOptions {
  /** Address to listen at; 127.0.0.1 by default. */
  address?: string;
  /** 0, the default, takes any free port. */
  port?: number;
  /** `off` by default: TLS for clients that ask for it, and for every login. */
  encryption?: EncryptionMode;
  /** A self-signed one by default. */
  certificate?: Certificate;
  /** Collation that clients are told of at login. */
  collation?: string;
  /** Version that clients are told of; SQL Server 2022's by default. */
  version?: ProductVersion;
  /** 32767 by default, as SQL Server's. */
  maximumConnections?: number;
  /** Milliseconds a client has to log in; 15,000 by default. */
  loginTimeout?: number;
  faults?: Faults;
  /** Hears of errors that are the emulator's own fault. By default they are only told to the client. */
  onInternalError?: (error: unknown) => void;
}

export interface Listener {
  readonly address: string;
  readonly port: number;
  /** PEM. */
  readonly certificate: string;
  /** Stops listening and cuts all connections; resolves when their sessions have ended. */
  close(): Promise<void>;
}

/** Listens for TDS clients and gives each a session of the host. */
export async function listen(host: SessionHost, options: ListenOptions = {}): Promise<Listener> {
  const faults = options.faults ?? new Faults();
  const maximum = options.maximumConnections ?? 32_767;
  const certificate = () => options.certificate ?? selfSignedCertificate(host.serverName);
  const connections = new Set<ServerConnection>();
  const secureContexts = new Map<SecureVersion | undefined, SecureContext>();

  const context = {
    host,
    encryption: options.encryption ?? "off",
    secureContext: (maxVersion?: SecureVersion) => {
      let secureContext = secureContexts.get(maxVersion);
      if (secureContext === undefined) {
        const { certificate: cert, key } = certificate();
        secureContext = createSecureContext({ cert, key, maxVersion });
        secureContexts.set(maxVersion, secureContext);
      }
      return secureContext;
    },
    collation: options.collation,
    version: options.version ?? DEFAULT_PRODUCT_VERSION,
    faults,
    loginTimeout: options.loginTimeout ?? 15_000,
    exceededLimit: () => (connections.size > maximum ? maximum : undefined),
    onInternalError: options.onInternalError ?? (() => undefined),
  };

  const server = createServer((socket) => {
    if (faults.refuseConnections) {
      socket.resetAndDestroy();
      return;
    }
    const connection = new ServerConnection(socket, context);
    connections.add(connection);
    void connection.ended.then(() => connections.delete(connection));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.address ?? "127.0.0.1", 512, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const { address, port } = server.address() as AddressInfo;
  return {
    address,
    port,
    get certificate() {
      return certificate().certificate;
    },
    close: async () => {
      const stopped = new Promise((resolve) => server.close(resolve));
      const ended = [...connections].map((connection) => connection.ended);
      for (const connection of connections) {
        connection.destroy();
      }
      await Promise.all([stopped, ...ended]);
    },
  };
}
