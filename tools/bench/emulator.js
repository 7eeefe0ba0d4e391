// The emulator: how soon it is there, how fast it writes, how many it serves.
"use strict";

const { performance } = require("node:perf_hooks");
const { connect, startServers, withServers } = require("./servers.js");
const { median } = require("./median.js");

const inserts = 6_000;
const clients = 200;

async function readyMilliseconds() {
  const start = performance.now();
  const { control, remote, stop } = await startServers();
  // Ready means that both take a login, not only that they say so.
  const pools = await Promise.all([connect(control), connect(remote)]);
  const elapsed = performance.now() - start;
  await Promise.all(pools.map((pool) => pool.close()));
  await stop();
  return elapsed;
}

function insertsPerSecond() {
  return withServers(async ({ control }) => {
    const pool = await connect(control);
    try {
      await pool.request().batch("CREATE DATABASE Bench;");
      await pool
        .request()
        .batch("CREATE TABLE Bench.dbo.Item (Id int NOT NULL PRIMARY KEY, Name nvarchar(40) NOT NULL);");
      const start = performance.now();
      for (let id = 0; id < inserts; id++) {
        await pool.request().batch(`INSERT INTO Bench.dbo.Item (Id, Name) VALUES (${id}, N'item ${id}');`);
      }
      return inserts / ((performance.now() - start) / 1000);
    } finally {
      await pool.close();
    }
  });
}

/** How many of the clients are answered while all of them are connected. */
function connectionsAtOnce() {
  return withServers(async ({ control }) => {
    const pools = await Promise.all(Array.from({ length: clients }, () => connect(control)));
    const answers = await Promise.all(pools.map((pool) => pool.request().query("SELECT @@SPID AS spid;")));
    await Promise.all(pools.map((pool) => pool.close()));
    return new Set(answers.map(({ recordset }) => recordset[0].spid)).size;
  });
}

/** @type {import("../bench.js").Measure[]} */
const emulatorMeasures = [
  { name: "both servers ready", unit: "ms", goal: { atMost: 500 }, take: () => median(5, readyMilliseconds) },
  { name: "INSERTs over one connection", unit: "/s", goal: { atLeast: 1500 }, take: insertsPerSecond },
  { name: "connections at once", unit: "", goal: { atLeast: clients }, take: connectionsAtOnce },
];

module.exports = { emulatorMeasures };
