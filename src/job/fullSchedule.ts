import type { DateTime, DateTimeUnit } from "luxon";

/** How often a full backup is taken, in the letters of BizTalk's `@Frequency`. */
export type FullFrequency = "h" | "d" | "w" | "m" | "y";

export interface FullSchedule {
  readonly frequency: FullFrequency;
  /** Hour of the day (0 to 23, the server's local time) from which the period's full is due. */
  readonly hour?: number;
}

const units: Record<FullFrequency, DateTimeUnit> = { h: "hour", d: "day", w: "week", m: "month", y: "year" };

/**
 * The latest moment, at or before `now`, at which a full was to be taken. A member whose last full is older
 * is due. One moment instead of the real job's comparison of year, month, week and hour: a run missed in the
 * hour is caught up by the next one, and a week that crosses a month's end stays one week (it begins on Monday).
 *
 * @param now in the zone in which periods are counted; the result is in that zone
 */
export function latestFullMoment(schedule: FullSchedule, now: DateTime): DateTime {
  const unit = units[schedule.frequency];
  const hour = schedule.frequency === "h" ? 0 : (schedule.hour ?? 0);
  const moment = momentInPeriod(now.startOf(unit), hour);
  return moment <= now ? moment : momentInPeriod(now.startOf(unit).minus({ [unit]: 1 }), hour);
}

/** Sets the hour on the clock, not hours after midnight, so that days of 23 or 25 hours keep it. */
function momentInPeriod(start: DateTime, hour: number): DateTime {
  return hour === 0 ? start : start.set({ hour });
}
