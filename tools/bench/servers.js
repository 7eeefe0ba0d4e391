// The two emulated servers that measures are taken on, in a process of their own, as a user starts them.
"use strict";

const path = require("node:path");
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const readline = require("node:readline");
const { root } = require("../setup/paths.js");

const password = "Bench-Password-1";

/** @typedef {{ name: string, host: string, port: number }} Address */

/**
 * @typedef {object} ServerOptions
 * @property {string} [backups] where backup files go
 * @property {string | undefined} [faults] what is to go wrong, as `mssql-backup emulator --faults` takes it
 */

/**
 * Starts CONTROL and REMOTE in memory.
 *
 * @param {ServerOptions} [options]
 * @returns {Promise<{ control: Address, remote: Address, stop: () => Promise<void> }>}
 */
async function startServers({ backups, faults } = {}) {
  const args = ["emulator", "CONTROL", "REMOTE", "--json"];
  if (backups !== undefined) args.push("--backups", backups);
  if (faults !== undefined) args.push("--faults", faults);
  const child = spawn(process.execPath, [path.join(root, "dist", "cli.js"), ...args], {
    env: { ...process.env, MSSQL_BACKUP_PASSWORD: password },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = readline.createInterface({ input: child.stdout });
  const [line] = await Promise.race([
    once(lines, "line"),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`the emulator ended with exit code ${code}`))),
  ]);
  const [control, remote] = JSON.parse(line).servers;
  const stop = async () => {
    const ended = once(child, "exit");
    child.kill("SIGINT");
    await ended;
  };
  return { control, remote, stop };
}

/**
 * @param {Address} server
 * @param {number} [connections]
 * @returns {Promise<import("mssql").ConnectionPool>}
 */
function connect({ host, port }, connections = 1) {
  const { ConnectionPool } = require("mssql");
  return new ConnectionPool({
    server: host,
    port,
    user: "sa",
    password,
    options: { encrypt: true, trustServerCertificate: true },
    pool: { min: connections, max: connections },
    // Otherwise the pool asks SELECT 1 before each request, and half of what is measured is that.
    validateConnection: false,
    requestTimeout: 0,
  }).connect();
}

/**
 * @template T
 * @param {(servers: { control: Address, remote: Address }) => Promise<T>} work
 * @param {ServerOptions} [options]
 * @returns {Promise<T>}
 */
async function withServers(work, options) {
  const { stop, ...servers } = await startServers(options);
  try {
    return await work(servers);
  } finally {
    await stop();
  }
}

/**
 * @param {Address} server
 * @param {string[]} batches carried out one after another
 */
async function execute(server, batches) {
  const pool = await connect(server);
  try {
    for (const batch of batches) await pool.request().batch(batch);
  } finally {
    await pool.close();
  }
}

/**
 * How many requests a server has received since it started, this one among them. Not counted is the one with which the
 * driver sets up each connection that it opens: all resources share those.
 *
 * @param {Address} server
 * @returns {Promise<number>}
 */
async function requestsReceived(server) {
  const pool = await connect(server);
  try {
    const { recordset } = await pool.request().query(
      `SELECT cntr_value AS value FROM sys.dm_os_performance_counters
         WHERE counter_name IN ('Batch Requests/sec', 'Logins/sec') ORDER BY counter_name;`,
    );
    const [requests = Number.NaN, logins = Number.NaN] = recordset.map(({ value }) => Number(value));
    return requests - logins;
  } finally {
    await pool.close();
  }
}

module.exports = { connect, execute, password, requestsReceived, startServers, withServers };
