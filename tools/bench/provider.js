// The resources: what they cost beside dynamic resources that do nothing, in time, in round trips and in the state.
"use strict";

const { performance } = require("node:perf_hooks");
const { databaseNames, idleProgram, memberProgram } = require("./programs.js");
const { execute, password, requestsReceived, withServers } = require("./servers.js");
const { withStack } = require("./stack.js");

const few = 20;
const many = 100;
const all = 300;
/** Milliseconds that every round trip takes where servers are not next door. */
const latency = 5;
/** Round trips that a create takes at most. */
const createTrips = 4;
const environment = { BENCH_PASSWORD: password };

/** @typedef {(...args: string[]) => Promise<string>} Pulumi */
/** @typedef {(measured: { pulumi: Pulumi, control: import("./servers.js").Address }) => Promise<number>} Work */

/**
 * @param {number} count
 * @param {Work} work gets a stack of so many databases, not deployed yet, on servers that have them
 * @param {number} [delay] milliseconds that every round trip takes; none by default
 */
function withMembers(count, work, delay = 0) {
  return withServers(
    async ({ control }) => {
      const create = databaseNames(count).flatMap((name) => [
        `CREATE DATABASE ${name};`,
        `ALTER DATABASE ${name} SET RECOVERY FULL;`,
      ]);
      await execute(control, create);
      return withStack(memberProgram(control, count), environment, (pulumi) => work({ pulumi, control }));
    },
    { faults: delay > 0 ? `latency=${delay}` : undefined },
  );
}

const up = /** @type {const} */ (["up", "--yes", "--skip-preview"]);

/**
 * @param {Pulumi} pulumi
 * @param {readonly string[]} command
 */
async function milliseconds(pulumi, command) {
  const start = performance.now();
  await pulumi(...command);
  return performance.now() - start;
}

/**
 * How many times as long ours takes as theirs. Other work on the machine only ever makes a run longer: of each, the
 * shortest of several counts, and they take turns.
 *
 * @param {number} times
 * @param {() => Promise<number>} ours
 * @param {() => Promise<number>} theirs
 */
async function ratio(times, ours, theirs) {
  let [our, their] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let done = 0; done < times; done++) {
    their = Math.min(their, await theirs());
    our = Math.min(our, await ours());
  }
  return our / their;
}

const timesIdle = () =>
  ratio(
    3,
    () => withMembers(many, ({ pulumi }) => milliseconds(pulumi, up)),
    () => withStack(idleProgram(many), environment, (pulumi) => milliseconds(pulumi, up)),
  );

/** @param {boolean} withArguments */
const timesWaiting = (withArguments) => () =>
  ratio(
    2,
    () => withMembers(all, ({ pulumi }) => milliseconds(pulumi, up), latency),
    () => {
      const waiting = idleProgram(all, { milliseconds: createTrips * latency, withArguments });
      return withStack(waiting, environment, (pulumi) => milliseconds(pulumi, up));
    },
  );

const timesUnchanged = () =>
  ratio(
    1,
    () => withMembers(all, ({ pulumi }) => shortestPreview(pulumi)),
    () => withStack(idleProgram(all), environment, (pulumi) => shortestPreview(pulumi)),
  );

/** @param {Pulumi} pulumi */
async function shortestPreview(pulumi) {
  await pulumi(...up);
  let shortest = Number.POSITIVE_INFINITY;
  for (let done = 0; done < 5; done++) {
    shortest = Math.min(shortest, await milliseconds(pulumi, ["preview", "--expect-no-changes"]));
  }
  return shortest;
}

/**
 * What a command sends to the server for each database: all that the server received, less what it receives where there
 * are none.
 *
 * @param {(measured: { pulumi: Pulumi, requests: () => Promise<number> }) => Promise<number>} count
 */
async function tripsEach(count) {
  /** @param {number} databases */
  const trips = (databases) =>
    withMembers(databases, ({ pulumi, control }) => count({ pulumi, requests: () => requestsReceived(control) }));
  return ((await trips(few)) - (await trips(0))) / few;
}

const createTripsEach = () =>
  tripsEach(async ({ pulumi, requests }) => {
    const before = await requests();
    await pulumi(...up);
    return (await requests()) - before;
  });

const readTripsEach = () =>
  tripsEach(async ({ pulumi, requests }) => {
    await pulumi(...up);
    const before = await requests();
    await pulumi("refresh", "--yes", "--skip-preview");
    return (await requests()) - before;
  });

const largestProvider = () =>
  withMembers(few, async ({ pulumi }) => {
    await pulumi(...up);
    /** @type {{ inputs?: { __provider?: string } }[]} */
    const resources = JSON.parse(await pulumi("stack", "export")).deployment.resources;
    const sizes = resources.map(({ inputs }) => Buffer.byteLength(JSON.stringify(inputs?.__provider ?? "")));
    return Math.max(...sizes) / 1024;
  });

/** @type {import("../bench.js").Measure[]} */
const providerMeasures = [
  { name: `up of ${many} databases`, unit: "times idle ones", goal: { atMost: 1.5 }, take: timesIdle },
  {
    name: `up of ${all} databases, ${latency} ms away`,
    unit: "times ones that only wait",
    goal: { atMost: 1.3 },
    take: timesWaiting(false),
  },
  {
    name: `up of ${all} databases, ${latency} ms away, beside equals`,
    unit: "times ones that only wait, with the same arguments",
    goal: { atMost: 1.3 },
    take: timesWaiting(true),
  },
  { name: `preview of ${all} databases`, unit: "times idle ones", goal: { atMost: 1.1 }, take: timesUnchanged },
  { name: "create of a database", unit: "round trips", goal: { atMost: createTrips }, take: createTripsEach },
  { name: "read of a database", unit: "round trips", goal: { atMost: 1 }, take: readTripsEach },
  { name: "serialized provider", unit: "KB a resource", goal: { atMost: 2.5 }, take: largestProvider },
];

module.exports = { providerMeasures };
