// The resources: what they cost beside dynamic resources that do nothing, in time and in the state.
"use strict";

const { performance } = require("node:perf_hooks");
const { execute, password, withServers } = require("./servers.js");
const { withStack } = require("./stack.js");

const count = 100;
const names = Array.from({ length: count }, (_none, index) => `Member${index}`);
const environment = { BENCH_PASSWORD: password };

const idleProgram = `
const pulumi = require("@pulumi/pulumi");
const provider = { create: async (inputs) => ({ id: inputs.name, outs: inputs }) };
class Idle extends pulumi.dynamic.Resource {
  constructor(name) { super(provider, name, { name }); }
}
for (const name of ${JSON.stringify(names)}) new Idle(name);
`;

/** @param {import("./servers.js").Address} control */
const memberProgram = (control) => `
const { BackupJob, CustomBackupDatabase } = require("pulumi-mssql-backup");
const connection = {
  host: ${JSON.stringify(control.host)},
  port: ${control.port},
  authentication: { type: "sql", user: "sa", password: { env: "BENCH_PASSWORD" } },
  trustServerCertificate: true,
};
const job = new BackupJob("job", { connection, managementDatabase: "Bench", createDatabase: true, fullPath: "/backup" });
for (const database of ${JSON.stringify(names)}) {
  new CustomBackupDatabase(database, {
    connection, database, control: { connection, managementDatabase: job.managementDatabase },
  });
}
`;

/**
 * @param {string} program
 * @param {(state: { resources: { type: string, inputs?: { __provider?: string } }[] }, seconds: number) => number} read
 */
function deploy(program, read) {
  return withStack(program, environment, async (pulumi) => {
    const start = performance.now();
    await pulumi("up", "--yes", "--skip-preview");
    const seconds = (performance.now() - start) / 1000;
    return read(JSON.parse(await pulumi("stack", "export")).deployment, seconds);
  });
}

/**
 * @template T
 * @param {(program: string) => Promise<T>} work
 */
function withMembers(work) {
  return withServers(async ({ control }) => {
    await execute(
      control,
      names.flatMap((name) => [`CREATE DATABASE ${name};`, `ALTER DATABASE ${name} SET RECOVERY FULL;`]),
    );
    return work(memberProgram(control));
  });
}

async function timesIdle() {
  const idle = await deploy(idleProgram, (_state, seconds) => seconds);
  const members = await withMembers((program) => deploy(program, (_state, seconds) => seconds));
  return members / idle;
}

function largestProvider() {
  return withMembers((program) =>
    deploy(program, ({ resources }) => {
      const sizes = resources.map(({ inputs }) => Buffer.byteLength(JSON.stringify(inputs?.__provider ?? "")));
      return Math.max(...sizes) / 1024;
    }),
  );
}

/** @type {import("../bench.js").Measure[]} */
const providerMeasures = [
  { name: `up of ${count} databases`, unit: "times an idle one", goal: { atMost: 1.5 }, take: timesIdle },
  { name: "serialized provider", unit: "KB a resource", goal: { atMost: 2.5 }, take: largestProvider },
];

module.exports = { providerMeasures };
