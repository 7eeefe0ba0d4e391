// The emulator: how soon it is there, how fast it writes, how many it serves.
"use strict";

const path = require("node:path");
const { performance } = require("node:perf_hooks");
const { root } = require("../setup/paths.js");
const { median } = require("./median.js");
const { connect, password, startServers, withServers } = require("./servers.js");

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

/** By the emulator's own client: what is measured is the server, and a driver's pool costs as much again. */
function insertsPerSecond() {
  return withServers(async ({ control }) => {
    const { connectTds } = require(path.join(root, "dist/emulator/tds/client"));
    const client = await connectTds({ ...control, user: "sa", password });
    try {
      await client.batch("CREATE DATABASE Bench;");
      await client.batch("CREATE TABLE Bench.dbo.Item (Id int NOT NULL PRIMARY KEY, Name nvarchar(40) NOT NULL);");
      const start = performance.now();
      for (let id = 0; id < inserts; id++) {
        await client.batch(`INSERT INTO Bench.dbo.Item (Id, Name) VALUES (${id}, N'item ${id}');`);
      }
      return inserts / ((performance.now() - start) / 1000);
    } finally {
      client.close();
    }
  });
}

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
