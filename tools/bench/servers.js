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
 * Starts CONTROL and REMOTE in memory.
 *
 * @param {string} [backups] where backup files go
 * @returns {Promise<{ control: Address, remote: Address, stop: () => Promise<void> }>}
 */
async function startServers(backups) {
  const args = ["emulator", "CONTROL", "REMOTE", "--json", ...(backups === undefined ? [] : ["--backups", backups])];
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
 * @param {string} [backups]
 * @returns {Promise<T>}
 */
async function withServers(work, backups) {
  const { stop, ...servers } = await startServers(backups);
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

module.exports = { connect, execute, password, startServers, withServers };
