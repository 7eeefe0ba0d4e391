// A measure that one slow run does not spoil.
"use strict";

/**
 * @param {number} times how often
 * @param {() => Promise<number>} take
 * @returns {Promise<number>}
 */
async function median(times, take) {
  /** @type {number[]} */
  const values = [];
  for (let done = 0; done < times; done++) values.push(await take());
  values.sort((left, right) => left - right);
  return values[Math.floor(values.length / 2)] ?? Number.NaN;
}

module.exports = { median };
