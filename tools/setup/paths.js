// Where the checkout is, and where things are cached outside it.
"use strict";

const os = require("node:os");
const path = require("node:path");

const root = path.resolve(__dirname, "..", "..");

/** Follows the XDG base directory specification, on every system. */
function cacheFolder() {
  const base = process.env.XDG_CACHE_HOME || path.join(os.homedir(), ".cache");
  return path.join(base, "pulumi-mssql-backup");
}

module.exports = { root, cacheFolder };
