import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killLeftovers } from "../../support/command";
import { startTargets, type Targets } from "../../support/targets";
import { type Judgement, makeStack, type TestStack } from "../engine/stack";
import { makeDatabases, topologyOf } from "../faults/set";
import { InstalledExamples } from "./installedExamples";

const names = {
  management: "Mgmt",
  control: ["Accounts"],
  remote: ["Stock"],
  link: "REMOTE",
  login: "policy_runner",
};
const wholeSet = "every-database-is-in-a-backup-set";

let folder: string;
let installed: InstalledExamples;
let targets: Targets;
let stack: TestStack;
/** The pack as the engine takes it. */
let path: string;
/** Allows every database that is on the servers besides: real ones may hold others. */
let config: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "policy-test-"));
  installed = new InstalledExamples();
  process.env.TEST_RUNNER_PASSWORD = "Runner-Password-1";
  targets = await startTargets();
  config = exempting(await databasesThere());
  await makeDatabases(targets, names);
  stack = await makeStack();
  path = await packPath();
}, 120_000);
afterAll(async () => {
  try {
    await stack?.destroy();
  } finally {
    stack?.remove();
    installed?.remove();
    await targets?.stop();
    await killLeftovers();
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

/**
 * The folder of the pack. The Node language host that is built from Go modules is too old to start a pack (it says that
 * it does "not support" it): for the engine beside it, the pack is a command that does the same.
 */
async function packPath(): Promise<string> {
  const pack = installed.folderOf("policy-pack");
  stack.declare({});
  const { failure = "" } = await stack.judge("preview", { path: pack });
  if (!failure.includes("not supported")) return pack;
  const command = join(folder, "pack");
  const starter = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  writeFileSync(command, `#!/bin/sh\ncd "${pack}" && exec node "${starter}" "$1" .\n`);
  chmodSync(command, 0o755);
  return command;
}

async function databasesThere(): Promise<string[]> {
  const found = await Promise.all(
    [targets.control, targets.remote].map(({ rows }) => rows<{ name: string }>("SELECT name FROM sys.databases;")),
  );
  return found.flat().map(({ name }) => name);
}

/** The configuration of the pack. */
function exempting(databases: readonly string[]): string {
  const file = join(folder, `${databases.length}.json`);
  writeFileSync(file, JSON.stringify({ [wholeSet]: { exempt: databases } }));
  return file;
}

/** The violations without what the policies say. */
const told = ({ violations }: Judgement) =>
  violations.map(({ policy, on, level }) => `${level} ${policy}: ${on}`).sort();

test("every policy finds what it is there for, in the children of a topology as well", async () => {
  const topology = topologyOf(targets, names);
  const { dataSource } = topology.servers.REMOTE?.linkedServer ?? {};
  const [accounts] = topology.databases;
  stack.declare({
    set: {
      kind: "BackupTopology",
      args: {
        ...topology,
        servers: {
          REMOTE: {
            connection: targets.remote.connection,
            linkedServer: {
              dataSource,
              promoteDistributedTransactions: false,
              logins: [{ remoteUser: "sa", remotePassword: "hunter2" }],
            },
          },
        },
        databases: [
          { ...accounts, recoveryModel: "BULK_LOGGED" },
          { database: "Another", server: "REMOTE" },
        ],
        job: { ...topology.job, checksum: false },
      },
    },
  });
  const judgement = await stack.judge("preview", { path, config });
  expect(told(judgement)).toEqual([
    "advisory full-recovery-model: set-Accounts",
    "mandatory checksum-stays-on: set-job",
    "mandatory distributed-transactions-stay-on: set-REMOTE",
    `mandatory ${wholeSet}: shop-dev`,
    "mandatory passwords-are-named: set-REMOTE",
  ]);
  const text = judgement.violations.map(({ message }) => message).join("\n");
  expect(text).toMatch(/^Stock on \S+ is in no backup set/m);
  expect(text).toMatch(/^logins\.0\.remotePassword is written out/m);
  expect(`${text}${judgement.failure}`).not.toContain("hunter2");
}, 60_000);

test("a topology that keeps to them is deployed", async () => {
  stack.declare({ set: { kind: "BackupTopology", args: topologyOf(targets, names) } });
  expect(await stack.judge("up", { path, config })).toEqual({ failure: undefined, violations: [] });
}, 60_000);

test("a database that somebody adds is found, and one that another stack has joined is none", async () => {
  const { control, managementDatabase, job } = topologyOf(targets, names);
  // The topology's databases are members of the set, though this program does not name them.
  stack.declare({
    job: { kind: "BackupJob", args: { ...job, connection: control, managementDatabase, name: "Other" } },
  });
  await targets.control.run("CREATE DATABASE Forgotten;");
  const { failure, violations } = await stack.judge("preview", { path, config });
  expect(violations).toEqual([
    {
      policy: wholeSet,
      on: "shop-dev",
      level: "mandatory",
      message: expect.stringMatching(/^Forgotten on \S+ is in no backup set/),
    },
  ]);
  expect(failure).toContain("preview failed");
}, 60_000);
