import { killLeftovers } from "../../support/command";
import { startTargets, type Target, type Targets } from "../../support/targets";
import { makeStack, type TestStack } from "../engine/stack";
import { makeDatabases, topologyOf } from "./set";

const names = {
  management: "Mgmt",
  control: ["Accounts"],
  remote: ["Stock"],
  link: "REMOTE",
  login: "backup_runner",
};

let targets: Targets;
let stack: TestStack;
let before: object;
beforeAll(async () => {
  process.env.TEST_RUNNER_PASSWORD = "Runner-Password-1";
  targets = await startTargets();
  await makeDatabases(targets, names);
  before = await catalogs();
  stack = await makeStack();
}, 60_000);
afterAll(async () => {
  stack?.remove();
  await targets?.stop();
  await killLeftovers();
});

/** However far a deployment came, destroy leaves nothing of it. */
afterEach(async () => {
  await stack.destroy();
  await targets.remote.run("ALTER DATABASE Stock SET RECOVERY FULL;");
  expect(await catalogs()).toEqual(before);
}, 60_000);

type Topology = ReturnType<typeof topologyOf>;

const mistakes: {
  what: string;
  change: (topology: Topology) => Topology;
  prepare?: string;
  told: (string | RegExp)[];
}[] = [
  {
    what: "a wrong password",
    change: (topology) => ({ ...topology, control: wrongPassword(topology.control) }),
    told: ["18456", /127\.0\.0\.1,\d+|localhost,\d+/],
  },
  {
    what: "an unreachable host",
    change: (topology) => ({ ...topology, control: { ...topology.control, host: "127.0.0.1", port: 1 } }),
    told: ["127.0.0.1,1", /hint:/],
  },
  {
    what: "an unknown database",
    change: (topology) => ({
      ...topology,
      databases: [...topology.databases, { database: "Nowhere", server: "REMOTE" }],
    }),
    told: [/on \S+,\d+, because these databases are not online: Nowhere \(does not exist\)/],
  },
  {
    what: "a database in the simple recovery model",
    prepare: "ALTER DATABASE Stock SET RECOVERY SIMPLE;",
    change: (topology) => topology,
    told: ["Stock", "SIMPLE", "setRecoveryModel"],
  },
];

test.each(mistakes)(
  "$what is told with its place",
  async (mistake) => {
    const before = await catalogs();
    if (mistake.prepare) await targets.remote.run(mistake.prepare);
    const args = mistake.change(topologyOf(targets, names));
    stack.declare({ set: { kind: "BackupTopology", args } });
    const failure = await stack.up().then(
      () => "no error",
      (error: unknown) => String(error),
    );
    for (const text of mistake.told) expect(failure).toMatch(text);
    expect(failure).not.toContain("wrong-password");
    await stack.destroy();
    await targets.remote.run("ALTER DATABASE Stock SET RECOVERY FULL;");
    expect(await catalogs()).toEqual(before);
  },
  60_000,
);

test("set right, the same program is deployed", async () => {
  stack.declare({ set: { kind: "BackupTopology", args: topologyOf(targets, names) } });
  const steps = await stack.up();
  expect(Object.values(steps)).toEqual(Array.from({ length: 7 }, () => "create"));
}, 60_000);

function wrongPassword(connection: Topology["control"]): Topology["control"] {
  return { ...connection, authentication: { type: "sql", user: "sa", password: "wrong-password" } };
}

async function catalogs(): Promise<object> {
  return Promise.all([catalogOf(targets.control, names.control), catalogOf(targets.remote, names.remote)]);
}

async function catalogOf(server: Target, databases: readonly string[]): Promise<object[]> {
  const ofServer = `SELECT name FROM sys.server_principals UNION ALL SELECT name FROM sys.servers
UNION ALL SELECT name + recovery_model_desc FROM sys.databases;`;
  const ofDatabase =
    "SELECT name FROM sys.objects WHERE is_ms_shipped = 0 UNION ALL SELECT name FROM sys.database_principals;";
  const rows = [server.rows(ofServer), ...databases.map((database) => server.rows(ofDatabase, database))];
  return (await Promise.all(rows)).flat();
}
