import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { ConnectionPool } from "mssql";
import { BackupTopology, type Connection } from "pulumi-mssql-backup";
import { startEmulator } from "pulumi-mssql-backup/emulator";

const run = promisify(execFile);
const runner = join(dirname(require.resolve("pulumi-mssql-backup/package.json")), "dist", "cli.js");

/** Two databases of a shop, with a backup set over both. */
export interface Environment {
  /** As the application reaches them. */
  readonly pool: ConnectionPool;
  readonly orders: string;
  readonly payments: string;
  /** Runs `mssql-backup`, and gives what it prints. */
  mssqlBackup(...args: string[]): Promise<string>;
  /** Leaves the server as it was found. */
  destroy(): Promise<void>;
}

export async function createEnvironment(): Promise<Environment> {
  // In this folder, where Pulumi's provider process finds the packages. Holds everything but the server's databases.
  const folder = await mkdtemp(join(__dirname, ".environment-"));
  const { host, port, password, backups, close } = await findServer(folder);
  // Several test runs may share a server.
  const id = randomBytes(4).toString("hex");
  const names = { orders: `Orders_${id}`, payments: `Payments_${id}`, managementDatabase: `BackupMgmt_${id}` };
  const { orders, payments, managementDatabase } = names;

  const pool = new ConnectionPool({
    server: host,
    port,
    user: "sa",
    password,
    options: { trustServerCertificate: true },
  });
  await pool.connect();
  for (const database of [orders, payments]) {
    await pool.query(`CREATE DATABASE ${database}; ALTER DATABASE ${database} SET RECOVERY FULL;`);
    await pool.query(`CREATE TABLE ${database}.dbo.Entry (OrderId int NOT NULL PRIMARY KEY, Amount money NOT NULL);`);
  }

  const control: Connection = {
    host,
    port,
    authentication: { type: "sql", user: "sa", password: { env: "SA_PASSWORD" } },
    trustServerCertificate: true,
  };
  const program = async () => {
    const { connectionFile } = new BackupTopology("shop", {
      control,
      managementDatabase,
      databases: [{ database: orders }, { database: payments }],
      job: { createDatabase: true, fullPath: backups, logMarkName: "TEST", deleteHistory: true },
    });
    return { connectionFile };
  };
  const envVars = {
    // The state of this stack lives and dies with the environment.
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    SA_PASSWORD: password,
  };
  const stack = await LocalWorkspace.createStack(
    { stackName: "test", projectName: "test-environment", program },
    { workDir: folder, envVars },
  );
  const { outputs } = await stack.up();
  const connectionFile = join(folder, "connection.json");
  await writeFile(connectionFile, outputs.connectionFile?.value);

  return {
    pool,
    orders,
    payments,
    async mssqlBackup(...args) {
      const env = { ...process.env, SA_PASSWORD: password };
      return (await run(process.execPath, [runner, ...args, "--connection", connectionFile], { env })).stdout;
    },
    async destroy() {
      await stack.destroy();
      for (const database of [orders, payments]) await pool.query(`DROP DATABASE IF EXISTS ${database};`);
      await pool.close();
      await close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The server that the environment names; an emulated one, in this process, where it names none. */
async function findServer(folder: string) {
  const { TEST_SQL_HOST, TEST_SQL_PORT = "1433", TEST_SQL_PASSWORD = "", TEST_SQL_BACKUPS = "" } = process.env;
  if (TEST_SQL_HOST) {
    const close = async () => undefined;
    return {
      host: TEST_SQL_HOST,
      port: Number(TEST_SQL_PORT),
      password: TEST_SQL_PASSWORD,
      backups: TEST_SQL_BACKUPS,
      close,
    };
  }
  const password = `${randomBytes(12).toString("hex")}-aA1`;
  const emulator = await startEmulator({ serverName: "SQL1", saPassword: password });
  return { host: emulator.host, port: emulator.port, password, backups: folder, close: () => emulator.close() };
}
