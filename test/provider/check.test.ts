import { type DynamicProvider, type Properties, startDynamicProvider } from "./dynamicProvider";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const connection = { host: "sql1", authentication: { type: "sql", user: "sa", password: "hunter2" } };
const text = (name: string) => `exports.handler = () => require("pulumi-mssql-backup/providers/${name}");\n`;

describe("check, in Pulumi's own process", () => {
  let provider: DynamicProvider;
  beforeAll(async () => {
    provider = await startDynamicProvider();
  });
  afterAll(() => provider.stop());

  const check = (kind: string, news: Properties) => provider.check({ ...news, __provider: text(kind) });
  const reasons = async (kind: string, news: Properties) =>
    (await check(kind, news)).failures.map(({ reason }) => reason);

  it("fills in the defaults of a linked server", async () => {
    const { inputs, failures } = await check("linkedServer", { connection, name: "R", dataSource: "sql2" });
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject({
      provider: "MSOLEDBSQL",
      rpc: true,
      rpcOut: true,
      promoteDistributedTransactions: true,
      logins: [{ self: true }],
      __provider: text("linkedServer"),
    });
  });

  it("tells all mistakes at once, each with its path", async () => {
    expect(
      await reasons("backupJob", {
        connection: { host: "", port: 70000, authentication: { type: "kerberos" } },
        managementDatabase: "x".repeat(129),
        logMarkName: "MUCHTOOLONG",
        frequency: "x",
        backupHour: 24,
        agent: { everyMinutes: 0 },
        colour: "red",
      }),
    ).toEqual([
      "connection.host: must not be empty",
      "connection.port: must be 1 to 65535",
      expect.stringMatching(/^connection\.authentication\.type: must have a "type"/),
      "managementDatabase: must have at most 128 characters",
      "fullPath: is missing",
      "logMarkName: must have at most 8 characters: the real job cuts a longer one silently",
      'frequency: must be "h", "d", "w", "m" or "y"',
      "backupHour: must be 0 to 23",
      "agent.everyMinutes: must be 1 to 1439",
      "agent.connectionFile: is missing",
      "colour: there is no such property",
    ]);
  });

  it.each([
    ["backupUserLogin", { connection, loginName: "u" }, "password: is missing: a SQL login needs one"],
    [
      "backupUserLogin",
      { connection, loginName: "u", type: "windows" },
      "loginName: must be DOMAIN\\name for a Windows account",
    ],
    [
      "backupUserLogin",
      { connection, loginName: "u", password: "p", checkPolicy: false, checkExpiration: true },
      "checkExpiration: needs checkPolicy",
    ],
    ["linkedServer", { connection, name: "R" }, 'dataSource: is missing (only the product "SQL Server" goes without)'],
    [
      "linkedServer",
      { connection, name: "R", dataSource: "x", logins: [{ self: true }, { self: true }] },
      "logins: must not map one local login twice",
    ],
    [
      "linkedServer",
      { connection, name: "R", product: "SQL Server", catalog: "master" },
      'catalog: must not be given with the product "SQL Server", which is reached under its own name',
    ],
    [
      "linkedServer",
      { connection, name: "R", dataSource: "x", collationCompatible: true, collationName: "Latin1_General_BIN" },
      "collationName: must not be given with collationCompatible",
    ],
    ["linkedServer", { connection, name: "R", dataSource: "x", provider: "" }, "provider: must not be empty"],
    [
      "linkedServer",
      { connection, name: "R", dataSource: "x", queryTimeout: 2 ** 31 },
      "queryTimeout: must fit into 32 bits",
    ],
    [
      "linkedServer",
      { connection: { ...connection, port: 1, instance: "i" }, name: "R", dataSource: "x" },
      'connection.instance: must not be given together with "port"',
    ],
  ])("refuses a %s that cannot be: %j", async (kind, news, reason) => {
    expect(await reasons(kind, news)).toContain(reason);
  });

  it("names no property of its own accord: the engine would print its value, secrets included", async () => {
    const { failures } = await check("backupUserLogin", {
      connection: { ...connection, authentication: { type: "sql", user: "sa", password: 7 } },
      loginName: "u",
      type: "windows",
      password: "hunter2",
    });
    expect(failures.length).toBeGreaterThan(0);
    for (const { property, reason } of failures) {
      expect(property).toBe("");
      expect(reason).not.toContain("hunter2");
    }
  });

  it.each([
    ["a whole connection", { connection: unknown, name: "R", dataSource: "x" }],
    ["a number", { connection: { ...connection, port: unknown }, name: "R", dataSource: "x" }],
    ["the kind of login", { connection: { host: "h", authentication: { type: unknown } }, name: "R", dataSource: "x" }],
    ["an item of a list", { connection, name: "R", dataSource: "x", logins: [unknown] }],
    ["something in an item of a list", { connection, name: "R", dataSource: "x", logins: [{ self: unknown }] }],
    ["a flag", { connection, name: "R", dataSource: "x", rpcOut: unknown }],
    ["what a rule between properties looks at", { connection, name: "R", product: unknown }],
  ])("lets %s pass that is not known yet", async (_, news) => {
    const { inputs, failures } = await check("linkedServer", news);
    expect(failures).toEqual([]);
    expect(inputs).toMatchObject(news);
    expect(inputs).toMatchObject({ rpc: true, provider: "MSOLEDBSQL" });
  });

  it("still tells the mistakes beside what is not known yet", async () => {
    expect(await reasons("linkedServer", { connection: unknown, name: "", dataSource: "x", queryTimeout: -1 })).toEqual(
      ["name: must not be empty", "queryTimeout: must not be negative"],
    );
  });
});
