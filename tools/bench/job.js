// The job: one run over the demo's five databases on two servers, each with its full backup, the mark and its log backup.
"use strict";

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { performance } = require("node:perf_hooks");
const { execute, password, withServers } = require("./servers.js");
const { withStack } = require("./stack.js");
const { run } = require("../process/run.js");
const { root } = require("../setup/paths.js");

const environment = { BENCH_PASSWORD: password };

/**
 * @param {{ control: import("./servers.js").Address, remote: import("./servers.js").Address }} servers
 * @param {string} backups
 */
const topologyProgram = ({ control, remote }, backups) => `
const { BackupTopology } = require("pulumi-mssql-backup");
const connectTo = (host, port) => ({
  host, port,
  authentication: { type: "sql", user: "sa", password: { env: "BENCH_PASSWORD" } },
  trustServerCertificate: true,
});
const topology = new BackupTopology("bench", {
  control: connectTo(${JSON.stringify(control.host)}, ${control.port}),
  managementDatabase: "Management",
  servers: { REMOTE: { connection: connectTo(${JSON.stringify(remote.host)}, ${remote.port}) } },
  databases: [
    { database: "Accounts" }, { database: "Orders" },
    { database: "Stock", server: "REMOTE" }, { database: "Ledger", server: "REMOTE" },
  ],
  job: { createDatabase: true, fullPath: ${JSON.stringify(backups)} },
});
exports.connectionFile = topology.connectionFile;
`;

/** @param {string} name */
const create = (name) => [`CREATE DATABASE ${name};`, `ALTER DATABASE ${name} SET RECOVERY FULL;`];

async function runSeconds() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "mssql-backup-bench-run-"));
  try {
    return await withServers(
      async (servers) => {
        await execute(servers.control, ["Accounts", "Orders"].flatMap(create));
        await execute(servers.remote, ["Stock", "Ledger"].flatMap(create));
        return withStack(topologyProgram(servers, folder), environment, async (pulumi) => {
          await pulumi("up", "--yes", "--skip-preview");
          const file = path.join(folder, "connection.json");
          fs.writeFileSync(file, await pulumi("stack", "output", "connectionFile", "--show-secrets"));
          return timeRun(file);
        });
      },
      { backups: folder },
    );
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {string} connectionFile */
async function timeRun(connectionFile) {
  const start = performance.now();
  const command = [path.join(root, "dist", "cli.js"), "run", "--connection", connectionFile];
  const { code, stdout, stderr } = await run(process.execPath, command, { env: { ...process.env, ...environment } });
  if (code !== 0) throw new Error(`mssql-backup run ended with exit code ${code}:\n${stdout}${stderr}`);
  return (performance.now() - start) / 1000;
}

/** @type {import("../bench.js").Measure[]} */
const jobMeasures = [{ name: "mssql-backup run", unit: "s", goal: { atMost: 2 }, take: runSeconds }];

module.exports = { jobMeasures };
