import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunResult } from "../../../src/job";
import type { RestoreResult } from "../../../src/restore";
import { quoteName } from "../../../src/sqlserver";
import { type Running, startCommand } from "../../support/command";
import type { Targets } from "../../support/targets";
import { makeStack, type TestStack } from "../engine/stack";

/** A backup set, deployed by the real engine and run by the real command. */
export interface BackupSet {
  readonly stack: TestStack;
  /** Runs `mssql-backup` on the set. */
  start(...args: string[]): Running;
  run(): Promise<{ readonly code: number | null; readonly result: RunResult; readonly stderr: string }>;
  restore(...args: string[]): Promise<{ readonly code: number | null; readonly result: RestoreResult }>;
  remove(): void;
}

export interface SetNames {
  readonly management: string;
  readonly control: readonly string[];
  readonly remote: readonly string[];
  readonly link: string;
  readonly login: string;
}

/** Makes the databases, each with one row whose value is its name. */
export async function makeDatabases({ control, remote }: Targets, names: SetNames): Promise<void> {
  const all = [
    ...names.control.map((name) => [control, name] as const),
    ...names.remote.map((name) => [remote, name] as const),
  ];
  for (const [index, [server, name]] of all.entries()) {
    // CREATE DATABASE leaves room for "_log" and takes at most 123 characters.
    await server.run(`CREATE DATABASE Unnamed_${index};`);
    await server.run(`ALTER DATABASE Unnamed_${index} MODIFY NAME = ${quoteName(name)};`);
    await server.run(`ALTER DATABASE ${quoteName(name)} SET RECOVERY FULL;`);
    await server.run(
      "CREATE TABLE dbo.Note (Id int NOT NULL PRIMARY KEY, Text nvarchar(200) NOT NULL); INSERT INTO dbo.Note VALUES (1, DB_NAME());",
      name,
    );
  }
}

/** The arguments of the topology over the databases. */
export function topologyOf({ control, remote, remoteSource, backups }: Targets, names: SetNames) {
  return {
    control: control.connection,
    managementDatabase: names.management,
    servers: { [names.link]: { connection: remote.connection, linkedServer: { dataSource: remoteSource } } },
    databases: [
      ...names.control.map((database) => ({ database })),
      ...names.remote.map((database) => ({ database, server: names.link })),
    ],
    login: {
      loginName: names.login,
      password: { env: "TEST_RUNNER_PASSWORD" },
      controlServerRoles: ["sysadmin"],
      serverRoles: ["sysadmin"],
    },
    job: { createDatabase: true, deleteHistory: true, fullPath: backups },
  };
}

/** Deploys the topology and has its connection file written where the command finds it. */
export async function deploySet(targets: Targets, names: SetNames): Promise<BackupSet> {
  process.env.TEST_RUNNER_PASSWORD = "Runner-Password-1";
  const stack = await makeStack();
  stack.declare({ set: { kind: "BackupTopology", args: topologyOf(targets, names) } });
  await stack.up();
  const folder = mkdtempSync(join(tmpdir(), "set-"));
  const asRunner = (connection: Targets["control"]["connection"]) => ({
    ...connection,
    authentication: { type: "sql", user: names.login, password: { env: "TEST_RUNNER_PASSWORD" } },
  });
  const file = {
    control: asRunner(targets.control.connection),
    managementDatabase: names.management,
    servers: { [names.link]: asRunner(targets.remote.connection) },
  };
  writeFileSync(join(folder, "connection.json"), JSON.stringify(file));
  const start = (...args: string[]) =>
    startCommand([...args, "--connection", "connection.json"], { cwd: folder, env: process.env });
  return {
    stack,
    start,
    async run() {
      const { code, stdout, stderr } = await start("run", "--json").ended;
      return { code, result: JSON.parse(stdout) as RunResult, stderr };
    },
    async restore(...args) {
      const { code, stdout } = await start("restore", ...args, "--json").ended;
      return { code, result: JSON.parse(stdout) as RestoreResult };
    },
    remove() {
      stack.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
