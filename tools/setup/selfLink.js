// The clone is a Pulumi project that uses its own package, so the package must be found in its node_modules:
// Pulumi's dynamic-provider process looks nowhere else.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { root } = require("./paths.js");

/** Links node_modules/pulumi-mssql-backup to the checkout. */
function linkSelf() {
  const link = path.join(root, "node_modules", "pulumi-mssql-backup");
  if (isLinked(link)) return;
  fs.rmSync(link, { recursive: true, force: true });
  try {
    fs.symlinkSync(process.platform === "win32" ? root : "..", link, "junction");
  } catch (error) {
    // Another set-up of this checkout was faster.
    if (!isLinked(link)) throw error;
  }
}

/** @param {string} link */
function isLinked(link) {
  try {
    return fs.lstatSync(link).isSymbolicLink() && fs.realpathSync(link) === fs.realpathSync(root);
  } catch {
    return false;
  }
}

module.exports = { linkSelf };
