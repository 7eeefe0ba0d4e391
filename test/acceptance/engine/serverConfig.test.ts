import { startServers, type TestServers } from "../../provider/servers";
import { makeStack, type TestStack } from "./stack";

jest.setTimeout(120_000);

let servers: TestServers;
let stack: TestStack;

beforeAll(async () => {
  servers = await startServers();
  await servers.control.run(`CREATE LOGIN deployer WITH PASSWORD = N'Deployer-1', CHECK_POLICY = OFF;
ALTER SERVER ROLE sysadmin ADD MEMBER deployer;`);
  stack = await makeStack();
  const { host, port } = servers.control.connection;
  const settings = { host, port, user: "deployer", password: "Deployer-1", trustServerCertificate: true };
  for (const [key, value] of Object.entries(settings)) await stack.configure(`control:${key}`, String(value));
  declareLink(5);
});
afterAll(async () => {
  stack?.remove();
  await servers?.stop();
});

function declareLink(queryTimeout: number): void {
  stack.declare({}, async () => {
    const { LinkedServer, serverFromConfig } = require("pulumi-mssql-backup");
    const link = { name: "BRANCH", dataSource: "nowhere", test: false, queryTimeout };
    return { connection: new LinkedServer("branch", { ...link, connection: serverFromConfig("control") }).connection };
  });
}

const links = () => servers.control.rows("SELECT name, query_timeout AS timeout FROM sys.servers WHERE is_linked = 1;");

test("a server of the stack's configuration is reached, and its password stands nowhere in clear", async () => {
  expect(await stack.up()).toEqual({ branch: "create" });
  expect(await links()).toEqual([{ name: "BRANCH", timeout: 5 }]);
  const files = stack.stateFiles();
  expect(files.join("\n")).toContain('{"config":"control:password"}');
  for (const file of files) expect(file).not.toContain("Deployer-");
});

test("a password that is rotated in the configuration is no change, and logs in", async () => {
  await servers.control.run("ALTER LOGIN deployer WITH PASSWORD = N'Deployer-2';");
  await stack.configure("control:password", "Deployer-2");
  expect(await stack.preview()).toEqual({ branch: "same" });
  declareLink(7);
  expect(await stack.up()).toEqual({ branch: "update" });
  expect(await links()).toEqual([{ name: "BRANCH", timeout: 7 }]);
});

test("destroy logs in as the last program run did", async () => {
  await stack.destroy();
  expect(await links()).toEqual([]);
});
