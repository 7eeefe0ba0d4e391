import * as pulumi from "@pulumi/pulumi";
import type { Authentication, Connection, Secret } from "./connection";

/** A server as every resource takes it: one plain object for any number of them. */
export type Server = Connection;

/** Thrown when the stack's configuration does not describe a server; lists every mistake with its key. */
export class ServerConfigError extends Error {
  override readonly name = "ServerConfigError";
}

/** The keys of a kind of authentication. */
interface AuthenticationKeys {
  /** The secret, if there is one: `key` holds it, or `keyEnv` the name of an environment variable that does. */
  readonly secret?: "password" | "token" | "clientSecret";
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

const managedIdentity: AuthenticationKeys = { required: [], optional: ["clientId"] };

const kinds: Readonly<Record<Authentication["type"], AuthenticationKeys>> = {
  sql: { secret: "password", required: ["user"], optional: [] },
  ntlm: { secret: "password", required: ["domain", "user"], optional: [] },
  "azure-active-directory-default": managedIdentity,
  "azure-active-directory-password": { secret: "password", required: ["user", "clientId"], optional: ["tenantId"] },
  "azure-active-directory-access-token": { secret: "token", required: [], optional: [] },
  "azure-active-directory-msi-vm": managedIdentity,
  "azure-active-directory-msi-app-service": managedIdentity,
  "azure-active-directory-service-principal-secret": {
    secret: "clientSecret",
    required: ["clientId", "tenantId"],
    optional: [],
  },
};

const texts = ["instance", "database", "certificateName", "ca"] as const satisfies (keyof Connection)[];
const numbers = ["port", "connectTimeoutSeconds", "requestTimeoutSeconds"] as const satisfies (keyof Connection)[];
const flags = ["trustServerCertificate", "multiSubnetFailover"] as const satisfies (keyof Connection)[];

/**
 * The server that the stack's configuration describes under a name, so that programs need not: `host`, `port` or
 * `instance`, `user`, and whatever else a `Connection` has, each as `<name>:<key>`.
 *
 * ```sh
 * pulumi config set control:host sql1.example.com
 * pulumi config set control:user sa
 * pulumi config set --secret control:password
 * ```
 *
 * The password stays where it is: resources are told its key, and look it up whenever they connect, so that no resource
 * holds it. `refresh`, `destroy` and what `up --refresh` refreshes see the configuration as of the last program run, unless
 * they are told `--run-program`; in an environment variable a rotated password is always found: name it in place of the password, as
 * `pulumi config set control:passwordEnv SQL_PASSWORD`. `control:authentication` takes another kind of login than
 * `sql`, with the keys of that kind.
 *
 * Throws a `ServerConfigError` with every key that is missing, wrong or unknown.
 *
 * @param name the namespace of the keys in the configuration
 * @example
 * ```ts
 * const control = serverFromConfig("control");
 * new LinkedServer("branch", { connection: control, name: "BRANCH", dataSource: "branch.example.com" });
 * ```
 */
export function serverFromConfig(name: string): Server {
  const reader = new ConfigReader(name);
  const encrypt = reader.text("encrypt");
  const server: Server = {
    host: reader.required("host", "the server's host name or address"),
    ...reader.texts(texts),
    ...reader.numbers(numbers),
    ...reader.flags(flags),
    ...(encrypt !== undefined && { encrypt: encrypt === "strict" ? encrypt : reader.flag("encrypt", encrypt) }),
    authentication: authenticationFrom(reader),
  };
  if (server.port !== undefined && server.instance !== undefined) {
    reader.mistake("instance", "must not be set together with the port");
  }
  reader.assertRight();
  return server;
}

function authenticationFrom(reader: ConfigReader): Authentication {
  const type = reader.text("authentication") ?? "sql";
  const keys = Object.hasOwn(kinds, type) ? kinds[type as Authentication["type"]] : undefined;
  if (!keys) {
    reader.mistake("authentication", `must be one of ${Object.keys(kinds).join(", ")}`);
    return reader.abandon();
  }
  const { secret, required, optional } = keys;
  const needed = required.map((key) => [key, reader.required(key, `what ${type} authentication needs`)]);
  const authentication: object = {
    type,
    ...Object.fromEntries(needed),
    ...reader.texts(optional),
    ...(secret && { [secret]: reader.secret(secret) }),
  };
  return authentication as Authentication;
}

/** Reads the keys of one namespace, and remembers what is wrong with them. */
class ConfigReader {
  readonly #values: ReadonlyMap<string, string>;
  readonly #known = new Set<string>();
  readonly #mistakes: string[] = [];

  constructor(private readonly name: string) {
    const start = `${name}:`;
    const all = Object.entries(pulumi.runtime.allConfig()).filter(([key]) => key.startsWith(start));
    this.#values = new Map(all.map(([key, value]) => [key.slice(start.length), value]));
  }

  text(key: string): string | undefined {
    this.#known.add(key);
    return this.#values.get(key);
  }

  /** A text that there must be. */
  required(key: string, what: string): string {
    const text = this.text(key);
    if (text === undefined) this.mistake(key, `is missing, ${what}: pulumi config set ${this.name}:${key} …`);
    return text ?? "";
  }

  texts<Key extends string>(keys: readonly Key[]): { [K in Key]?: string } {
    return this.#each(keys, (_, text) => text);
  }

  numbers<Key extends string>(keys: readonly Key[]): { [K in Key]?: number } {
    return this.#each(keys, (key, text) => {
      if (!/^\d+$/.test(text)) this.mistake(key, `must be a whole number, not "${text}"`);
      return Number(text);
    });
  }

  flags<Key extends string>(keys: readonly Key[]): { [K in Key]?: boolean } {
    return this.#each(keys, (key, text) => this.flag(key, text));
  }

  flag(key: string, text: string): boolean {
    const allowed = key === "encrypt" ? "true, false or strict" : "true or false";
    if (text !== "true" && text !== "false") this.mistake(key, `must be ${allowed}, not "${text}"`);
    return text === "true";
  }

  /** Where a secret is found: in the environment if a variable is named, otherwise in the configuration itself. */
  secret(key: string): Secret {
    const variable = this.text(`${key}Env`);
    const written = this.text(key) !== undefined;
    const whole = `${this.name}:${key}`;
    if (variable !== undefined && written) this.mistake(key, `must not be set together with ${whole}Env`);
    if (variable !== undefined) return { env: variable };
    if (!written) {
      this.#mistakes.push(
        `${whole} is missing: pulumi config set --secret ${whole}, or name an environment variable that holds it: pulumi config set ${whole}Env NAME`,
      );
    }
    return { config: whole };
  }

  mistake(key: string, text: string): void {
    this.#mistakes.push(`${this.name}:${key} ${text}`);
  }

  /** Throws what is wrong so far; without the kind of authentication nobody knows which keys there are. */
  abandon(): never {
    throw new ServerConfigError(
      [`The stack's configuration does not describe the server ${this.name}:`, ...this.#mistakes].join("\n  "),
    );
  }

  assertRight(): void {
    for (const key of this.#values.keys()) {
      if (!this.#known.has(key)) {
        this.mistake(key, `is no setting of such a server: there are ${[...this.#known].sort().join(", ")}`);
      }
    }
    if (this.#mistakes.length > 0) this.abandon();
  }

  #each<Key extends string, T>(keys: readonly Key[], read: (key: Key, text: string) => T): { [K in Key]?: T } {
    const found = keys.flatMap((key): [Key, T][] => {
      const text = this.text(key);
      return text === undefined ? [] : [[key, read(key, text)]];
    });
    return Object.fromEntries(found) as { [K in Key]?: T };
  }
}
