import * as pulumi from "@pulumi/pulumi";
import { ServerConfigError, serverFromConfig } from "../../src/resources/server";
import { connectionSchema } from "../../src/sqlserver/connectionSchema";

function configured(settings: Record<string, string>, name = "control") {
  pulumi.runtime.setAllConfig(
    Object.fromEntries(Object.entries(settings).map(([key, value]) => [`${name}:${key}`, value])),
  );
  return serverFromConfig(name);
}

/** What is wrong with a configuration, in lines. */
function mistakesOf(settings: Record<string, string>): string[] {
  try {
    configured(settings);
    return [];
  } catch (error) {
    if (!(error instanceof ServerConfigError)) throw error;
    const [title, ...mistakes] = error.message.split("\n  ");
    expect(title).toBe("The stack's configuration does not describe the server control:");
    expect(error.message).not.toContain("hunter2");
    return mistakes;
  }
}

const sql = { host: "sql1", user: "sa", password: "hunter2" };

describe("a server of the stack's configuration", () => {
  it("is told where its password is, not the password", () => {
    expect(configured(sql)).toEqual({
      host: "sql1",
      authentication: { type: "sql", user: "sa", password: { config: "control:password" } },
    });
  });

  it("takes the password from the environment when a variable is named", () => {
    expect(configured({ host: "sql1", user: "sa", passwordEnv: "SQL_PASSWORD" }).authentication).toEqual({
      type: "sql",
      user: "sa",
      password: { env: "SQL_PASSWORD" },
    });
  });

  it("has everything that a connection may have", () => {
    const more = {
      instance: "two",
      database: "Mgmt",
      encrypt: "strict",
      trustServerCertificate: "true",
      ca: "PEM",
      certificateName: "sql.example.com",
      connectTimeoutSeconds: "5",
      requestTimeoutSeconds: "90",
      multiSubnetFailover: "false",
    };
    const server = configured({ ...sql, ...more });
    expect(server).toMatchObject({
      ...more,
      encrypt: "strict",
      trustServerCertificate: true,
      connectTimeoutSeconds: 5,
      requestTimeoutSeconds: 90,
      multiSubnetFailover: false,
    });
    const possible = Object.keys(connectionSchema.shape).filter((key) => key !== "port");
    expect(Object.keys(server).sort()).toEqual(possible.sort());
    expect(configured({ ...sql, port: "1500", encrypt: "false" })).toMatchObject({ port: 1500, encrypt: false });
  });

  const kinds: Record<string, Record<string, string>> = {
    sql: { user: "u", password: "p" },
    ntlm: { domain: "D", user: "u", password: "p" },
    "azure-active-directory-default": { clientId: "c" },
    "azure-active-directory-password": { user: "u", password: "p", clientId: "c", tenantId: "t" },
    "azure-active-directory-access-token": { token: "t" },
    "azure-active-directory-msi-vm": { clientId: "c" },
    "azure-active-directory-msi-app-service": { clientId: "c" },
    "azure-active-directory-service-principal-secret": { clientId: "c", clientSecret: "s", tenantId: "t" },
  };
  const kindsOfSchema = connectionSchema.shape.authentication.options.map(({ shape }) => ({
    type: [...shape.type.values].join(),
    shape,
  }));

  it.each(kindsOfSchema)("logs in by $type with all of its properties", ({ type, shape }) => {
    const server = configured({ host: "h", authentication: type, ...kinds[type] });
    expect(connectionSchema.safeParse(server)).toMatchObject({ success: true });
    expect(Object.keys(server.authentication).sort()).toEqual(Object.keys(shape).sort());
  });

  it.each(Object.keys(kinds))("misses for %s what cannot be left out", (type) => {
    for (const key of Object.keys(kinds[type] ?? {})) {
      const { [key]: _, ...rest } = kinds[type] ?? {};
      const valid = connectionSchema.safeParse({ host: "h", authentication: { type, ...rest } }).success;
      const missing = [expect.stringContaining(`control:${key} is missing`)];
      expect(mistakesOf({ host: "h", authentication: type, ...rest })).toEqual(valid ? [] : missing);
    }
  });

  it("tells everything that is wrong at once, by its key and with what to do", () => {
    expect(mistakesOf({})).toEqual([
      "control:host is missing, the server's host name or address: pulumi config set control:host …",
      "control:user is missing, what sql authentication needs: pulumi config set control:user …",
      "control:password is missing: pulumi config set --secret control:password, or name an environment variable that holds it: pulumi config set control:passwordEnv NAME",
    ]);
    expect(
      mistakesOf({ ...sql, passwordEnv: "X", port: "many", instance: "i", encrypt: "maybe", prot: "1433" }),
    ).toEqual([
      'control:port must be a whole number, not "many"',
      'control:encrypt must be true, false or strict, not "maybe"',
      "control:password must not be set together with control:passwordEnv",
      "control:instance must not be set together with the port",
      expect.stringMatching(/^control:prot is no setting of such a server: there are .*host, .*user$/),
    ]);
    expect(mistakesOf({ ...sql, authentication: "windows" })).toEqual([
      expect.stringMatching(/^control:authentication must be one of sql, ntlm, azure-active-directory-default/),
    ]);
  });
});
