// Installs what the lock file pins, when node_modules holds something else.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { createHash } = require("node:crypto");
const { during, say } = require("../process/say.js");
const { withLock } = require("../process/lock.js");
const { run } = require("../process/run.js");
const { root, cacheFolder } = require("./paths.js");

/**
 * @typedef {{ packages: Record<string, { version?: string, integrity?: string, optional?: boolean, link?: boolean }> }} Lock
 */

/** Installs the dependencies unless node_modules already holds exactly them. */
async function installDependencies() {
  if (areInstalled(root)) return;
  const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
  const lock = path.join(cacheFolder(), "locks", `npm-${name}`);
  await withLock(
    lock,
    async () => {
      if (!areInstalled(root)) await during("Installing the dependencies of package-lock.json (npm ci)", npmCi);
    },
    { onWait: (owner) => say(`${owner} is installing the dependencies of this checkout; waiting for it`) },
  );
}

/**
 * npm writes node_modules/.package-lock.json last, with what it has installed: an interrupted install has none.
 *
 * @param {string} folder
 */
function areInstalled(folder) {
  const wanted = readLock(path.join(folder, "package-lock.json"));
  const found = readLock(path.join(folder, "node_modules", ".package-lock.json"));
  if (wanted === undefined) throw new Error(`${folder} has no package-lock.json: the checkout is incomplete`);
  return found !== undefined && satisfies(found, wanted);
}

/**
 * Optional packages are for other platforms where they are absent.
 *
 * @param {Lock} found
 * @param {Lock} wanted
 */
function satisfies(found, wanted) {
  return Object.entries(wanted.packages).every(([at, { version, integrity, optional }]) => {
    if (at === "") return true;
    const installed = found.packages[at];
    if (installed === undefined) return optional === true;
    return installed.version === version && installed.integrity === integrity;
  });
}

/**
 * @param {string} file
 * @returns {Lock | undefined}
 */
function readLock(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

async function npmCi() {
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  const { code, stdout, stderr } = await npm(args);
  if (code === 0) return;
  throw new Error(`npm ci ended with exit code ${code}:\n${stderr.trim() || stdout.trim()}`);
}

/**
 * Under an npm script, npm names its own file: that spares the search on PATH, and Windows its npm.cmd.
 *
 * @param {string[]} args
 */
function npm(args) {
  const file = process.env.npm_execpath;
  if (file?.endsWith("npm-cli.js")) return run(process.execPath, [file, ...args], { cwd: root });
  return run("npm", args, { cwd: root });
}

module.exports = { installDependencies, satisfies, npm };
