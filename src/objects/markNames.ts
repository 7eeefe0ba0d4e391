import type { DateTime } from "luxon";
import { type MarkName, markName } from "../sqlserver/names";

export { type Lsn, type MarkName, markName } from "../sqlserver/names";

/** What is left of a transaction name's 32 characters beside `_` and a time stamp of 23. */
export const maximumMarkPrefixLength = 8;

/** How many characters the marks of a short name have: its own, `_`, and a time stamp of 23. */
export function longestMarkLength(prefix: string): number {
  return prefix.length + 1 + 23;
}

const removed = /['"]/g;
const replaced = /[ ~!@#$%^&*()\-+{[}|\\:;<>,./]/g;

/**
 * Makes text fit for a mark name as BizTalk's sp_BuildFullMarkName does: quotes go, every other
 * character that troubles a file name becomes `_`. `]` and the backtick stay.
 */
export function scrubMarkText(text: string): string {
  return text.replace(removed, "").replace(replaced, "_");
}

/**
 * Builds the full mark name, e.g. `BTS_2014_05_06_14_15_01_327`.
 *
 * @param prefix the job's short mark name, 1 to 8 characters
 * @param at the run's time, already in the zone in which names are written
 */
export function buildMarkName(prefix: string, at: DateTime): MarkName {
  if (prefix.length === 0 || prefix.length > maximumMarkPrefixLength) {
    throw new RangeError(
      `Expected a short mark name of 1 to ${maximumMarkPrefixLength} characters, got \`${prefix}\` (${prefix.length})`,
    );
  }
  return markName(scrubMarkText(`${prefix}_${at.toFormat("yyyy-MM-dd HH:mm:ss.SSS")}`));
}
