// The Pulumi programs that are measured: databases that join a backup set, and dynamic resources that do nothing.
"use strict";

/** @param {number} count */
const databaseNames = (count) => Array.from({ length: count }, (_none, index) => `Member${index}`);

/**
 * Dynamic resources, as small as they can be.
 *
 * @param {number} count
 * @param {number} [milliseconds] how long a create waits; not at all by default
 */
const idleProgram = (count, milliseconds = 0) => `
const pulumi = require("@pulumi/pulumi");
const provider = {
  create: async (inputs) => {
    if (${milliseconds}) await new Promise((resolve) => setTimeout(resolve, ${milliseconds}));
    return { id: inputs.name, outs: inputs };
  },
};
class Idle extends pulumi.dynamic.Resource {
  constructor(name) { super(provider, name, { name }); }
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
const connection = {
  host: ${JSON.stringify(control.host)},
  port: ${control.port},
  authentication: { type: "sql", user: "sa", password: { env: "BENCH_PASSWORD" } },
  trustServerCertificate: true,
};
const job = new BackupJob("job", { connection, managementDatabase: "Bench", createDatabase: true, fullPath: "/backup" });
for (const database of ${JSON.stringify(databaseNames(count))}) {
  new CustomBackupDatabase(database, {
    connection, database, control: { connection, managementDatabase: job.managementDatabase },
  });
}
`;

module.exports = { databaseNames, idleProgram, memberProgram };
