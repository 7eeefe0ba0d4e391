import { displayName, MissingSecretError, resolveConnection } from "../../../src/sqlserver";
import { connectionKey } from "../../../src/sqlserver/connection";
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

  it("hands Entra kinds on by the driver's names", () => {
    const authentication = {
      type: "azure-active-directory-service-principal-secret" as const,
      clientId: "c",
      clientSecret: "s",
      tenantId: "t",
    };
    expect(poolConfig({ host: "h", authentication }, "app", size).authentication).toEqual({
      type: "azure-active-directory-service-principal-secret",
      options: { clientId: "c", clientSecret: "s", tenantId: "t" },
    });
  });
});
