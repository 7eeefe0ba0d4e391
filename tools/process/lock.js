// A lock between processes: a folder that only one of them can create.
"use strict";

const fs = require("node:fs/promises");
const os = require("node:os");
const path = require("node:path");
const { randomUUID } = require("node:crypto");
const { setTimeout: sleep } = require("node:timers/promises");

const beatEvery = 2_000;
/** A holder on another machine, or in another container, shows that it lives by its beat only. */
const silentFor = 30_000;

/**
 * Runs the work while holding the lock; waits for another holder, and takes over from one that died.
 *
 * @template T
 * @param {string} folder
 * @param {() => Promise<T>} work
 * @param {{ onWait?: (owner: string) => void, pollEvery?: number }} [options]
 * @returns {Promise<T>}
 */
async function withLock(folder, work, { onWait = () => {}, pollEvery = 500 } = {}) {
  await fs.mkdir(path.dirname(folder), { recursive: true });
  const token = randomUUID();
  let waits = false;
  while (!(await take(folder, token))) {
    const holder = await readHolder(folder);
    if (holder !== undefined && isDead(holder)) {
      await evict(folder, holder);
      continue;
    }
    if (!waits) {
      waits = true;
      onWait(holder === undefined ? "another process" : `process ${holder.pid}`);
    }
    await sleep(pollEvery);
  }
  const beat = setInterval(() => void touch(folder), beatEvery);
  beat.unref();
  try {
    return await work();
  } finally {
    clearInterval(beat);
    const holder = await readHolder(folder);
    if (holder?.token === token) await remove(folder);
  }
}

/** @typedef {{ pid: number, host: string, token: string, beat: number }} Holder */

/**
 * The folder appears complete or not at all: it is written under another name and renamed.
 *
 * @param {string} folder
 * @param {string} token
 */
async function take(folder, token) {
  const candidate = `${folder}.${token}`;
  await fs.mkdir(candidate);
  await fs.writeFile(
    path.join(candidate, "holder.json"),
    JSON.stringify({ pid: process.pid, host: os.hostname(), token }),
  );
  try {
    await fs.rename(candidate, folder);
    return true;
  } catch (error) {
    await fs.rm(candidate, { recursive: true, force: true });
    if (["ENOTEMPTY", "EEXIST", "EPERM", "EACCES"].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? ""))
      return false;
    throw error;
  }
}

/**
 * @param {string} folder
 * @returns {Promise<Holder | undefined>} undefined once it is gone
 */
async function readHolder(folder) {
  const file = path.join(folder, "holder.json");
  try {
    const [text, { mtimeMs }] = await Promise.all([fs.readFile(file, "utf8"), fs.stat(file)]);
    return { ...JSON.parse(text), beat: mtimeMs };
  } catch {
    return undefined;
  }
}

/** @param {Holder} holder */
function isDead(holder) {
  if (Date.now() - holder.beat > silentFor) return true;
  if (holder.host !== os.hostname()) return false;
  try {
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "ESRCH";
  }
}

/**
 * Goes in one step, so that nobody creates the folder anew while its old content is being deleted.
 *
 * @param {string} folder
 */
async function remove(folder) {
  const aside = `${folder}.${randomUUID()}`;
  await fs.rename(folder, aside);
  await fs.rm(aside, { recursive: true, force: true });
}

/**
 * Of several processes that find the same dead holder only one moves the folder away. Should it turn out
 * to have moved the folder of a new holder instead, it gives it back.
 *
 * @param {string} folder
 * @param {Holder} dead
 */
async function evict(folder, dead) {
  const aside = `${folder}.${randomUUID()}`;
  try {
    await fs.rename(folder, aside);
  } catch {
    return;
  }
  const moved = await readHolder(aside);
  if (moved !== undefined && moved.token !== dead.token) {
    await fs.rename(aside, folder).catch(() => fs.rm(aside, { recursive: true, force: true }));
    return;
  }
  await fs.rm(aside, { recursive: true, force: true });
}

/** @param {string} folder */
async function touch(folder) {
  const now = new Date();
  await fs.utimes(path.join(folder, "holder.json"), now, now).catch(() => {});
}

module.exports = { withLock };
