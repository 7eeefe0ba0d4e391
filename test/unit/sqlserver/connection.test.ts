import { type Authentication, displayName, MissingSecretError, resolveConnection } from "../../../src/sqlserver";
import { connectionKey } from "../../../src/sqlserver/connection";
import { authenticationSchema } from "../../../src/sqlserver/connectionSchema";
import { poolConfig } from "../../../src/sqlserver/driver";

const size = { min: 0, max: 10 };
const sql = (password: string | { env: string } | { config: string }) => ({
  host: "sql1",
  authentication: { type: "sql" as const, user: "sa", password },
});

describe("secrets of a connection", () => {
  it("are looked up where the connection says", () => {
    const stores = { env: { PW: "from env" }, config: (key: string) => (key === "p:k" ? "from config" : undefined) };
    expect(resolveConnection(sql({ env: "PW" }), stores).authentication).toMatchObject({ password: "from env" });
    expect(resolveConnection(sql({ config: "p:k" }), stores).authentication).toMatchObject({ password: "from config" });
    expect(resolveConnection(sql("plain"), stores).authentication).toMatchObject({ password: "plain" });
  });

  it.each([{ env: "PW" }, { config: "k" }])("are missed by the name of their place: %j", (source) => {
    expect(() => resolveConnection(sql(source), { env: { PW: "" } })).toThrow(MissingSecretError);
    expect(() => resolveConnection(sql(source), { env: {} })).toThrow(
      /connection to sql1,1433, authentication.password/,
    );
  });
});

describe("the server's name for people", () => {
  it.each([
    [{ host: "a" }, "a,1433"],
    [{ host: "a", port: 5 }, "a,5"],
    [{ host: "a", instance: "i" }, "a\\i"],
  ])("of %j is %s", (connection, name) => {
    expect(displayName(connection)).toBe(name);
  });
});

describe("the key of a pool", () => {
  const key = (password: string) => connectionKey(resolveConnection(sql(password), { env: {} }), "app");

  it("tells passwords apart without holding them", () => {
    expect(key("a")).not.toBe(key("b"));
    expect(key("hunter2")).not.toContain("hunter2");
  });

  it("does not depend on the order of properties", () => {
    const { host, authentication } = resolveConnection(sql("a"), { env: {} });
    expect(connectionKey({ authentication, host }, "app")).toBe(key("a"));
  });
});

describe("the driver's configuration", () => {
  it("encrypts and checks the certificate unless told otherwise", () => {
    const config = poolConfig(resolveConnection(sql("p"), { env: {} }), "app", size);
    expect(config).toMatchObject({ server: "sql1", port: 1433, database: "master" });
    expect(config.options).toMatchObject({ encrypt: true, trustServerCertificate: false, appName: "app" });
    expect(config.authentication).toEqual({ type: "default", options: { userName: "sa", password: "p" } });
  });

  it("gives a named instance no port", () => {
    const connection = { ...resolveConnection(sql("p"), { env: {} }), instance: "i" };
    const config = poolConfig(connection, "app", size);
    expect(config).not.toHaveProperty("port");
    expect(config.options).toMatchObject({ instanceName: "i" });
  });
});

describe("a way to log in", () => {
  const drivers: [Authentication, object][] = [
    [
      { type: "sql", user: "sa", password: "p" },
      { type: "default", options: { userName: "sa", password: "p" } },
    ],
    [
      { type: "ntlm", domain: "corp", user: "svc", password: "p" },
      // NTLM's messages carry the domain in capitals.
      { type: "ntlm", options: { domain: "CORP", userName: "svc", password: "p" } },
    ],
    [{ type: "azure-active-directory-default" }, { type: "azure-active-directory-default", options: {} }],
    [
      { type: "azure-active-directory-default", clientId: "c" },
      { type: "azure-active-directory-default", options: { clientId: "c" } },
    ],
    [
      { type: "azure-active-directory-password", user: "u", password: "p", clientId: "c", tenantId: "t" },
      {
        type: "azure-active-directory-password",
        options: { userName: "u", password: "p", clientId: "c", tenantId: "t" },
      },
    ],
    [
      { type: "azure-active-directory-access-token", token: "t" },
      { type: "azure-active-directory-access-token", options: { token: "t" } },
    ],
    [
      { type: "azure-active-directory-msi-vm", clientId: "c" },
      { type: "azure-active-directory-msi-vm", options: { clientId: "c" } },
    ],
    [
      { type: "azure-active-directory-msi-app-service" },
      { type: "azure-active-directory-msi-app-service", options: {} },
    ],
    [
      { type: "azure-active-directory-service-principal-secret", clientId: "c", clientSecret: "s", tenantId: "t" },
      {
        type: "azure-active-directory-service-principal-secret",
        options: { clientId: "c", clientSecret: "s", tenantId: "t" },
      },
    ],
  ];

  it.each(drivers)("reaches the driver in its own words: %j", (authentication, expected) => {
    const config = poolConfig(resolveConnection({ host: "h", authentication }, { env: {} }), "app", size);
    // What mssql makes of it, and tedious, which refuses what it does not know and keeps what it does.
    const { ConnectionPool } = require("mssql");
    const { Connection } = require("tedious");
    const connection = new Connection(new ConnectionPool(config)._config());
    expect(connection.config.authentication).toEqual(expected);
  });

  it("is in this table, whatever it is", () => {
    const kinds = new Set(drivers.map(([{ type }]) => type));
    const known = authenticationSchema.options.flatMap(({ shape }) => [...shape.type.values]);
    expect([...kinds].sort()).toEqual([...known].sort());
  });

  it("takes its secrets from where they are named, of every kind", () => {
    const stores = { env: { A: "from env" }, config: () => "from config" };
    const resolved = (authentication: Authentication) =>
      resolveConnection({ host: "h", authentication }, stores).authentication;
    expect(resolved({ type: "azure-active-directory-access-token", token: { env: "A" } })).toMatchObject({
      token: "from env",
    });
    expect(
      resolved({
        type: "azure-active-directory-service-principal-secret",
        clientId: "c",
        clientSecret: { config: "k" },
        tenantId: "t",
      }),
    ).toMatchObject({ clientSecret: "from config" });
  });
});
