import { startDynamicProvider } from "./dynamicProvider";

const __provider = 'exports.handler = () => require("pulumi-mssql-backup/providers/backupUserLogin");\n';
// Nothing listens on this port: what matters is how far a call gets.
const unreachable = { host: "127.0.0.1", port: 1, connectTimeoutSeconds: 2 };
const login = (password: object) => ({
  connection: { ...unreachable, authentication: { type: "sql", user: "sa", password } },
  loginName: "u",
  password: { env: "LOGIN_PASSWORD" },
});

describe("where passwords are found", () => {
  it("has the stack's configuration in every one of several calls that come at once", async () => {
    const provider = await startDynamicProvider({
      config: { "project:adminPassword": "hunter2" },
      env: { LOGIN_PASSWORD: "hunter3" },
    });
    try {
      const create = () => provider.create({ ...login({ config: "adminPassword" }), __provider });
      const results = await Promise.allSettled([create(), create(), create()]);
      for (const result of results) {
        expect(result).toMatchObject({
          status: "rejected",
          reason: { message: expect.stringContaining("failed on 127.0.0.1,1") },
        });
      }
      expect(provider.output()).not.toMatch(/hunter/);
    } finally {
      await provider.stop();
    }
  });

  it("names the place that is empty, not what it should hold", async () => {
    const provider = await startDynamicProvider({ env: { LOGIN_PASSWORD: "x" } });
    try {
      await expect(provider.create({ ...login({ env: "NOT_SET" }), __provider })).rejects.toMatchObject({
        message: expect.stringContaining("the environment variable NOT_SET is not set"),
      });
      await expect(provider.create({ ...login({ config: "nothing" }), __provider })).rejects.toMatchObject({
        message: expect.stringContaining("the configuration key nothing is not set"),
      });
    } finally {
      await provider.stop();
    }
  });

  it("records nothing when nothing was made", async () => {
    const provider = await startDynamicProvider({ env: { LOGIN_PASSWORD: "x", ADMIN: "y" } });
    try {
      const failure = await provider.create({ ...login({ env: "ADMIN" }), __provider }).catch((error) => error);
      expect(failure.partial).toBeUndefined();
    } finally {
      await provider.stop();
    }
  });
});
