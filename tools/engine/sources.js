// The places an engine can come from.
"use strict";

const fs = require("node:fs/promises");
const path = require("node:path");
const { build } = require("./build.js");
const { download } = require("./download.js");
const { executable, firstWith, inspect, pathFolders, version } = require("./parts.js");
const { say } = require("../process/say.js");
const { withLock } = require("../process/lock.js");
const { cacheFolder } = require("../setup/paths.js");

/**
 * @typedef {import("./parts.js").Engine} Engine
 * @typedef {import("./parts.js").Unusable} Unusable
 * @typedef {() => Promise<Engine | Unusable>} Source
 */

/** The folder named by PULUMI_MSSQL_BACKUP_ENGINE: the user's own choice, or what an outer set-up has found. */
async function fromEnvironment() {
  const folder = process.env.PULUMI_MSSQL_BACKUP_ENGINE;
  return folder ? inspect(path.resolve(folder)) : { unusable: "PULUMI_MSSQL_BACKUP_ENGINE is not set" };
}

async function fromPath() {
  const folder = await firstWith(executable, pathFolders());
  if (folder === undefined) return { unusable: "no pulumi there" };
  return inspect(folder);
}

async function fromCache() {
  return inspect(path.join(cached(), "bin"));
}

/** The engine's folder in the cache; its plugins stand beside it. */
function cached() {
  return path.join(cacheFolder(), `pulumi-${version}`);
}

/**
 * Makes a source that fills the cache. The folder appears there complete, in one step.
 *
 * @param {(bin: string) => Promise<Unusable | undefined>} fill writes the engine's files, or says why it cannot
 * @returns {Source}
 */
function intoCache(fill) {
  return () =>
    withLock(
      `${cached()}.lock`,
      async () => {
        const before = await fromCache();
        if ("folder" in before) return before;
        await removeLeftovers();
        const work = await fs.mkdtemp(`${cached()}.new-`);
        try {
          const bin = path.join(work, "bin");
          await fs.mkdir(bin);
          const failure = await fill(bin);
          if (failure !== undefined) return failure;
          const made = await inspect(bin);
          if ("unusable" in made) return made;
          await fs.rm(cached(), { recursive: true, force: true });
          await fs.rename(work, cached());
          return fromCache();
        } finally {
          await fs.rm(work, { recursive: true, force: true });
        }
      },
      { onWait: (owner) => say(`${owner} is setting up the same Pulumi engine; waiting for it`) },
    );
}

/** Whoever holds the lock is alone, so that any work folder is of a process that was killed. */
async function removeLeftovers() {
  const prefix = `${path.basename(cached())}.new-`;
  for (const name of await fs.readdir(cacheFolder())) {
    if (name.startsWith(prefix)) await fs.rm(path.join(cacheFolder(), name), { recursive: true, force: true });
  }
}

/** In the order in which they are tried. */
const sources = new Map(
  /** @type {[string, Source][]} */ ([
    ["environment", fromEnvironment],
    ["path", fromPath],
    ["cache", fromCache],
    ["download", intoCache(download)],
    ["build", intoCache(build)],
  ]),
);

module.exports = { sources };
