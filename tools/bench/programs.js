// The Pulumi programs that are measured: databases that join a backup set, and dynamic resources that do nothing.
"use strict";

/** @param {number} count */
const databaseNames = (count) => Array.from({ length: count }, (_none, index) => `Member${index}`);

/** @param {{ host: string, port: number }} server */
const connectionTo = ({ host, port }) =>
  JSON.stringify({
    host,
    port,
    authentication: { type: "sql", user: "sa", password: { env: "BENCH_PASSWORD" } },
    trustServerCertificate: true,
  });

/**
 * Dynamic resources, as small as they can be.
 *
 * @param {number} count
 * @param {object} [how]
 * @param {number} [how.milliseconds] how long a create waits; not at all by default
 * @param {boolean} [how.withArguments] whether they have the arguments that a database has; none by default
 */
const idleProgram = (count, { milliseconds = 0, withArguments = false } = {}) => `
const pulumi = require("@pulumi/pulumi");
const provider = {
  create: async (inputs) => {
    if (${milliseconds}) await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
    return { id: inputs.name, outs: inputs };
  },
};
const connection = ${connectionTo({ host: "127.0.0.1", port: 1433 })};
const given = ${withArguments} ? { connection, control: { connection, managementDatabase: "Bench" } } : {};
class Idle extends pulumi.dynamic.Resource {
  constructor(name) { super(provider, name, { name, ...given }); }
}
for (const name of ${JSON.stringify(databaseNames(count))}) new Idle(name);
`;

/**
 * A backup set and the databases that join it. The password is in the environment variable BENCH_PASSWORD.
 *
 * @param {import("./servers.js").Address} control
 * @param {number} count
 */
const memberProgram = (control, count) => `
const { BackupJob, CustomBackupDatabase } = require("pulumi-mssql-backup");
const connection = ${connectionTo(control)};
const job = new BackupJob("job", { connection, managementDatabase: "Bench", createDatabase: true, fullPath: "/backup" });
for (const database of ${JSON.stringify(databaseNames(count))}) {
  new CustomBackupDatabase(database, {
    connection, database, control: { connection, managementDatabase: job.managementDatabase },
  });
}
`;

module.exports = { databaseNames, idleProgram, memberProgram };
