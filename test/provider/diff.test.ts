import { type DynamicProvider, type Properties, startDynamicProvider } from "./dynamicProvider";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const connection = { host: "sql1", authentication: { type: "sql", user: "sa", password: "old" } };
const text = (name: string) => `exports.handler = () => require("pulumi-mssql-backup/providers/${name}");\n`;

const minimal: Record<string, Properties> = {
  linkedServer: { connection, name: "R", dataSource: "sql2", logins: [{ remoteUser: "u", remotePassword: "p" }] },
  backupUserLogin: { connection, loginName: "u", password: "p", databases: ["A", "B"] },
  customBackupDatabase: { connection, database: "D", control: { connection, managementDatabase: "M" } },
  backupJob: { connection, managementDatabase: "M", fullPath: "/backup" },
};

describe("diff, in Pulumi's own process", () => {
  let provider: DynamicProvider;
  beforeAll(async () => {
    provider = await startDynamicProvider();
  });
  afterAll(() => provider.stop());

  async function diff(kind: string, change: Properties, found: Properties = {}) {
    const __provider = text(kind);
    const before = await provider.check({ ...minimal[kind], __provider });
    const after = await provider.check({ ...minimal[kind], ...change, __provider });
    expect(after.failures).toEqual([]);
    return provider.diff("id", { ...before.inputs, findings: {}, ...found }, after.inputs);
  }

  const same = { changes: "none", replaces: [], deleteBeforeReplace: false };
  const updated = { changes: "some", replaces: [], deleteBeforeReplace: false };

  it.each(Object.keys(minimal))("finds nothing to do for a %s that is as it was", async (kind) => {
    expect(await diff(kind, {})).toEqual(same);
  });

  it.each<[string, Properties]>([
    ["linkedServer", { name: "r" }],
    ["backupUserLogin", { databases: ["b", "A"] }],
    ["backupUserLogin", { loginName: "U" }],
    ["customBackupDatabase", { database: "d" }],
    ["linkedServer", { adopt: true }],
  ])("takes for the same what SQL Server takes for the same: %s %j", async (kind, change) => {
    expect(await diff(kind, change)).toEqual(same);
  });

  it.each<[string, Properties]>([
    ["linkedServer", { rpcOut: false }],
    ["linkedServer", { dataSource: "sql3" }],
    ["linkedServer", { provider: "MSOLEDBSQL19" }],
    ["linkedServer", { queryTimeout: 0, logins: [{ remoteUser: "u", remotePassword: "other" }] }],
    ["backupUserLogin", { password: "other" }],
    ["backupUserLogin", { databases: ["A"] }],
    [
      "backupUserLogin",
      { connection: { ...connection, authentication: { type: "sql", user: "sa", password: "new" } } },
    ],
    ["customBackupDatabase", { defaultDatabaseName: "Orders" }],
    ["backupJob", { agent: { connectionFile: "c.json", everyMinutes: 30 } }],
    ["backupJob", { fullPath: "/other" }],
    ["backupJob", { compression: true }],
    ["backupJob", { compression: unknown }],
  ])("updates a %s in place: %j", async (kind, change) => {
    expect(await diff(kind, change)).toEqual(updated);
  });

  it.each<[string, Properties, string, boolean]>([
    ["linkedServer", { connection: { ...connection, host: "sql9" } }, "connection", true],
    ["linkedServer", { name: "S" }, "name", false],
    ["linkedServer", { name: unknown }, "name", false],
    ["backupUserLogin", { loginName: "v" }, "loginName", false],
    ["backupUserLogin", { sid: "0x01" }, "sid", true],
    ["backupUserLogin", { connection: { ...connection, host: "sql9" } }, "connection", true],
    ["customBackupDatabase", { database: "E" }, "database", false],
    ["customBackupDatabase", { control: { connection, managementDatabase: "N" } }, "control", true],
    ["backupJob", { managementDatabase: "N" }, "managementDatabase", false],
  ])("replaces a %s: %j", async (kind, change, property, deleteBeforeReplace) => {
    expect(await diff(kind, change)).toEqual({ changes: "some", replaces: [property], deleteBeforeReplace });
  });

  it("updates what refresh found amiss without a value to compare", async () => {
    expect(await diff("customBackupDatabase", {}, { findings: { joined: false } })).toEqual(updated);
  });

  it("notices that the environment holds another password than was set", async () => {
    const __provider = text("backupUserLogin");
    const other = await startDynamicProvider({ env: { ROTATED: "new" } });
    try {
      const { inputs } = await other.check({
        connection,
        loginName: "u",
        password: { env: "ROTATED" },
        __provider,
      });
      const { createHmac } = require("node:crypto");
      const digest = (password: string) =>
        `00:${createHmac("sha256", Buffer.from("00", "hex")).update(password).digest("hex")}`;
      expect(await other.diff("id", { ...inputs, passwordDigest: digest("old") }, inputs)).toEqual(updated);
      expect(await other.diff("id", { ...inputs, passwordDigest: digest("new") }, inputs)).toEqual(same);
    } finally {
      await other.stop();
    }
  });
});
