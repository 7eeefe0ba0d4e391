// The files of a folder.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

/**
 * @param {string} folder
 * @param {string} [ending]
 * @returns {string[]} absolute paths in a stable order
 */
function filesUnder(folder, ending = "") {
  return fs
    .readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

module.exports = { filesUnder };
