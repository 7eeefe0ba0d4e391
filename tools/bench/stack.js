// A Pulumi stack in a temporary folder, with the engine that the set-up found and a file backend.
"use strict";

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { run } = require("../process/run.js");
const { root } = require("../setup/paths.js");

/**
 * @param {string} program JavaScript
 * @param {NodeJS.ProcessEnv} environment of the program and its providers
 * @param {(pulumi: (...args: string[]) => Promise<string>) => Promise<T>} work gets a function that runs the engine and
 *   returns its standard output
 * @returns {Promise<T>}
 * @template T
 */
async function withStack(program, environment, work) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "mssql-backup-bench-"));
  const backend = path.join(folder, "state");
  fs.mkdirSync(backend);
  fs.writeFileSync(path.join(folder, "Pulumi.yaml"), "name: bench\nruntime: nodejs\n");
  fs.writeFileSync(path.join(folder, "package.json"), '{ "name": "bench", "main": "index.js" }\n');
  fs.writeFileSync(path.join(folder, "index.js"), program);
  fs.symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  const env = {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_HOME: path.join(folder, "home"),
    PULUMI_SKIP_UPDATE_CHECK: "1",
    ...environment,
  };
  const engine = path.join(process.env.PULUMI_MSSQL_BACKUP_ENGINE ?? "", "pulumi");
  /** @param {string[]} args */
  const pulumi = async (...args) => {
    const { code, stdout, stderr } = await run(engine, [...args, "--non-interactive"], { cwd: folder, env });
    if (code !== 0) throw new Error(`pulumi ${args.join(" ")} ended with exit code ${code}:\n${stdout}${stderr}`);
    return stdout;
  };
  try {
    await pulumi("stack", "init", "bench");
    return await work(pulumi);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

module.exports = { withStack };
