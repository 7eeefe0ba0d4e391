// Progress lines on standard error, each with the seconds since the start, so that standard output stays a script's own.
"use strict";

const started = Date.now();
const repeatEvery = 15_000;

const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`.padStart(5);

/** @param {string} text */
function say(text) {
  process.stderr.write(`[set-up ${seconds()}] ${text}\n`);
}

/**
 * Says what begins, repeats it every 15 seconds while it lasts, and says when it is done.
 *
 * @template T
 * @param {string} what
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function during(what, work) {
  say(`${what} …`);
  const repeat = setInterval(() => say(`${what} … still at it`), repeatEvery);
  try {
    return await work();
  } finally {
    clearInterval(repeat);
  }
}

module.exports = { say, during };
