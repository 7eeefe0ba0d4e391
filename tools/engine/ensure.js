// Finds a Pulumi engine, or makes one.
"use strict";

const { sources } = require("./sources.js");
const { languageHost, dynamicProvider, oldest } = require("./parts.js");
const { say } = require("../process/say.js");

/**
 * Tries the sources in order: the environment, PATH, the cache, the official download, a build from Go modules.
 *
 * @param {string[]} [names] the sources to try; all by default
 * @returns {Promise<string>} the folder with pulumi and its Node plugins
 */
async function ensureEngine(names = [...sources.keys()]) {
  /** @type {string[]} */
  const refused = [];
  for (const name of names) {
    const source = sources.get(name);
    if (source === undefined)
      throw new Error(`${name}: no such source of an engine; there are ${[...sources.keys()].join(", ")}`);
    const found = await source();
    if ("folder" in found) {
      if (name === "download" || name === "build") say(`Pulumi ${found.version} is ready in ${found.folder}`);
      return found.folder;
    }
    refused.push(`  - ${name}: ${found.unusable}`);
  }
  throw new Error(
    [
      "No Pulumi engine could be set up:",
      ...refused,
      "Do one of these, and start again:",
      `  - install Pulumi ${oldest} or later (https://www.pulumi.com/docs/iac/download-install/), so that it is on PATH;`,
      "  - install Go (https://go.dev/doc/install) and let it reach a Go module proxy: an engine is then built from source;",
      `  - set PULUMI_MSSQL_BACKUP_ENGINE to a folder that holds pulumi, ${languageHost} and ${dynamicProvider}.`,
    ].join("\n"),
  );
}

module.exports = { ensureEngine };
