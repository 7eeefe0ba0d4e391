// What makes a folder a Pulumi engine for this project.
"use strict";

const fs = require("node:fs/promises");
const path = require("node:path");
const { run } = require("../process/run.js");

/** The version that is downloaded or built. */
const version = "3.255.0";
/** The first with drift detection by read() for dynamic providers. */
const oldest = "3.216.0";

const windows = process.platform === "win32";
const executable = `pulumi${windows ? ".exe" : ""}`;
const languageHost = `pulumi-language-nodejs${windows ? ".exe" : ""}`;
const dynamicProvider = `pulumi-resource-pulumi-nodejs${windows ? ".cmd" : ""}`;

/**
 * @typedef {{ folder: string, version: string }} Engine
 * @typedef {{ unusable: string }} Unusable why a folder or a source does not give an engine
 */

/**
 * Looks whether a folder holds an engine that runs, and the two plugins (there, or on PATH).
 *
 * @param {string} folder
 * @returns {Promise<Engine | Unusable>}
 */
async function inspect(folder) {
  const pulumi = path.join(folder, executable);
  if (!(await isFile(pulumi))) return { unusable: `${folder} has no ${executable}` };
  const found = await versionOf(pulumi);
  if (found === undefined) return { unusable: `${pulumi} does not run` };
  if (compareVersions(found, oldest) < 0)
    return { unusable: `${pulumi} is ${found}, and ${oldest} is the oldest that will do` };
  for (const plugin of [languageHost, dynamicProvider]) {
    const folders = [folder, ...pathFolders()];
    if (!(await firstWith(plugin, folders))) return { unusable: `${plugin} is neither in ${folder} nor on PATH` };
  }
  return { folder, version: found };
}

/** @param {string} pulumi */
async function versionOf(pulumi) {
  try {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "1" };
    const { code, stdout } = await run(pulumi, ["version"], { env, timeout: 20_000 });
    return code === 0 ? /^v?(\d+\.\d+\.\d+)/.exec(stdout.trim())?.[1] : undefined;
  } catch {
    return undefined;
  }
}

/** The folders of PATH, without those of packages: the engine is looked for on the machine. */
function pathFolders() {
  const name = Object.keys(process.env).find((key) => key.toUpperCase() === "PATH") ?? "PATH";
  return (process.env[name] ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "" && !folder.includes(`${path.sep}node_modules${path.sep}`));
}

/**
 * @param {string} file
 * @param {string[]} folders
 * @returns {Promise<string | undefined>} the first folder that holds the file
 */
async function firstWith(file, folders) {
  for (const folder of folders) {
    if (await isFile(path.join(folder, file))) return folder;
  }
  return undefined;
}

/** @param {string} file */
async function isFile(file) {
  try {
    await fs.access(file, fs.constants.X_OK);
    return (await fs.stat(file)).isFile();
  } catch {
    return false;
  }
}

/**
 * @param {string} left
 * @param {string} right
 */
function compareVersions(left, right) {
  const rights = right.split(".").map(Number);
  const difference = left
    .split(".")
    .map((part, index) => Number(part) - (rights[index] ?? 0))
    .find((one) => one !== 0);
  return difference ?? 0;
}

module.exports = {
  version,
  oldest,
  executable,
  languageHost,
  dynamicProvider,
  inspect,
  pathFolders,
  firstWith,
  compareVersions,
};
