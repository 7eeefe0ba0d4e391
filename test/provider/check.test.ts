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

  it("tells all mistakes between the settings of a job at once", async () => {
    const job = {
      connection,
      managementDatabase: "100% M",
      name: "$(ESCAPE_NONE(SRVR))",
      fullPath: `/${"x".repeat(199)}`,
      logPath: "https://account.blob.core.windows.net/backup?sv=hunter2",
      frequency: "h",
      backupHour: 3,
      stripes: 64,
      daysOfHistory: -1,
      encryption: { certificate: "a", asymmetricKey: "b" },
      agent: {
        name: "Backup BizTalk Server (100% M)",
        owner: " sa",
        connectionFile: "%TEMP%\\c.json",
        runner: "$(SQLDIR)\\run",
      },
    };
    expect(await reasons("backupJob", job)).toEqual([
      expect.stringMatching(/^logPath: must be a URL without query: .*CREATE CREDENTIAL/),
      "encryption.certificate: exactly one of certificate and asymmetricKey must be given",
      "daysOfHistory: must be 0 to 32767",
      "agent.owner: must not begin or end with a space",
      expect.stringMatching(/^agent\.runner: must give every token of SQL Server Agent an escape macro/),
      expect.stringMatching(/^agent\.connectionFile: must not contain %/),
      'backupHour: must not be given with the frequency "h", for which every hour is the hour',
      expect.stringMatching(/^name: must not contain \$\(.*: it is an argument of the Agent job's steps/),
      expect.stringMatching(/^managementDatabase: must not contain %.*: it is an argument/),
      "agent.name: must not be the name of BizTalk's own job",
    ]);
    const { agent, ...without } = job;
    expect(await reasons("backupJob", { ...without, managementDatabase: "M".repeat(60) })).toContain(
      `fullPath: is too long: with the name of a backup file of ${"M".repeat(60)} it would have 307 characters or more; SQL Server takes 259`,
    );
  });

  it.each([
    ["master", "managementDatabase: must not be a system database", "managementDatabase"],
    ["ftp://files/backup", "fullPath: must be a folder, or a URL that begins with https:// or s3://", "fullPath"],
    ["https://account.blob.core.windows.net", "fullPath: must be a URL with host and container or bucket", "fullPath"],
    ["https://u:p@h/c", "fullPath: must be a URL without user and password: they belong into a credential", "fullPath"],
    ["C:\\what?", 'fullPath: must not contain any of " * < > ? |', "fullPath"],
    ["LSN", "logMarkName: must not be LSN", "logMarkName"],
  ])("refuses a job with %j, without printing it", async (value, reason, property) => {
    const job = { connection, managementDatabase: "M", fullPath: "/b", [property]: value };
    expect(await reasons("backupJob", job)).toEqual([reason]);
  });

  it.each([
    "\\\\files\\backup",
    "D:\\backup\\",
    "/var/backup?",
    "https://a.blob.core.windows.net/c/d",
    "s3://host:9000/bucket",
  ])("takes %j for a place of backups", async (fullPath) => {
    expect(await reasons("backupJob", { connection, managementDatabase: "M", fullPath })).toEqual([]);
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
