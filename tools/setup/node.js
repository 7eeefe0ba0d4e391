// The scripts run on the Node that package-lock.json pins (npm package "node"), not on the machine's.
"use strict";

const path = require("node:path");
const { run } = require("../process/run.js");
const { during } = require("../process/say.js");
const { npm } = require("./dependencies.js");
const { root } = require("./paths.js");

/** node:sqlite without a flag and require() of ES modules came with this version. */
const oldest = [22, 13];

/**
 * @returns {Promise<string>} path of a Node binary that is new enough
 */
async function findNode() {
  const pinned = path.join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  if (await works(pinned)) return pinned;
  if (isNewEnough(process.versions.node)) return process.execPath;
  // The binary comes with the package's install script, which a cautious npm configuration leaves out.
  await during("Fetching the pinned Node binary (npm rebuild node)", () =>
    npm(["rebuild", "node", "--ignore-scripts=false", "--loglevel=error"]),
  );
  if (await works(pinned)) return pinned;
  throw new Error(
    `Node ${oldest.join(".")} or later is needed, and this is ${process.versions.node}. ` +
      `The npm package "node" should have brought one, but its install script did not run. ` +
      `Install a newer Node, or allow install scripts (npm config set ignore-scripts false), delete node_modules and start again.`,
  );
}

/** @param {string} file */
async function works(file) {
  try {
    const { code, stdout } = await run(file, ["--version"]);
    return code === 0 && isNewEnough(stdout.trim().replace(/^v/, ""));
  } catch {
    return false;
  }
}

/** @param {string} version */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

module.exports = { findNode, isNewEnough };
