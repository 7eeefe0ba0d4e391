import { catalogOf, startNamedServers, type TestServer } from "../../provider/servers";
import { makeStack, type Steps, type TestStack } from "./stack";

jest.setTimeout(120_000);

const perServer = 10;
const named = (server: string) => Array.from({ length: perServer }, (_, index) => `${server}_${index}`);
const keys = ["EAST", "WEST"] as const;

let all: Awaited<ReturnType<typeof startNamedServers>>;
let control: TestServer;
let remote: Record<(typeof keys)[number], TestServer>;
let stack: TestStack;
let before: object;
const catalogs = () => Promise.all(all.servers.map(catalogOf));

beforeAll(async () => {
  process.env.TEST_TOPOLOGY_PASSWORD = "Topology-1";
  all = await startNamedServers(["CONTROL", ...keys]);
  const [first, east, west] = all.servers as [TestServer, TestServer, TestServer];
  control = first;
  remote = { EAST: east, WEST: west };
  const servers = [["CONTROL", control] as const, ...keys.map((key) => [key, remote[key]] as const)];
  for (const [name, server] of servers) {
    for (const database of named(name)) await server.run(`CREATE DATABASE ${database};`);
  }
  before = await catalogs();
  stack = await makeStack();
});
afterAll(async () => {
  stack?.remove();
  await all?.stop();
});

/** The topology, with other settings for its linked servers. */
function topology(linkedServer: object = {}): void {
  const servers = keys.map((key) => [key, { connection: remote[key].connection, linkedServer }]);
  stack.declare({
    set: {
      kind: "BackupTopology",
      args: {
        control: control.connection,
        managementDatabase: "Mgmt",
        servers: Object.fromEntries(servers),
        databases: [
          ...named("CONTROL").map((database) => ({ database })),
          ...keys.flatMap((server) => named(server).map((database) => ({ database, server }))),
        ],
        login: { loginName: "runner", password: { env: "TEST_TOPOLOGY_PASSWORD" }, checkPolicy: false },
        job: { fullPath: "/backup", createDatabase: true, deleteHistory: true },
      },
    },
  });
}

const members = () =>
  control.rows(
    "SELECT ServerName AS server, COUNT(*) AS members FROM dbo.admv_BackupDatabases GROUP BY ServerName ORDER BY ServerName;",
    "Mgmt",
  );

/** The stages of what belongs to the other servers, in the order in which the engine came to them. */
function stages(steps: Steps): string[] {
  const stageOf = (name: string) => {
    if (name === "set-job") return ["job"];
    if (name.endsWith("login")) return ["logins"];
    const key = keys.find((server) => name.startsWith(`set-${server}`));
    if (key === undefined) return [];
    return name === `set-${key}` ? ["links"] : ["databases"];
  };
  return [...new Set(Object.keys(steps).flatMap(stageOf))];
}

test("a database joins the set after job, login and link of its server", async () => {
  topology();
  expect(await stack.up().then(stages)).toEqual(["job", "logins", "links", "databases"]);
  expect(await members()).toEqual([
    { server: "CONTROL", members: perServer + 1 },
    ...keys.map((server) => ({ server, members: perServer })),
  ]);
  expect(Object.keys(await stack.ids())).toEqual(
    expect.arrayContaining(["set-job", "set-login", "set-EAST", "set-EAST-login", "set-CONTROL_0", "set-WEST-WEST_9"]),
  );
});

test("links lead elsewhere without touching anything else", async () => {
  topology({ catalog: "tempdb" });
  const steps = await stack.up();
  const changed = Object.keys(steps).filter((name) => steps[name] !== "same");
  expect(changed.sort()).toEqual(keys.map((key) => `set-${key}`));
  expect(new Set(Object.values(await stack.preview()))).toEqual(new Set(["same"]));
});

test("destroy goes the other way, and leaves nothing", async () => {
  expect(await stack.destroy().then(stages)).toEqual(["databases", "links", "logins", "job"]);
  expect(await catalogs()).toEqual(before);
});
