/** When a schedule is due next: pure functions over sysschedules' columns. */
import {
  DAY,
  dateOfDays,
  dayNumber,
  daysInMonth,
  daysOf,
  timeOfDay,
  weekdayOf,
} from "../engine/types/temporal/calendar";
import { dateNumber, ticksOfDate, ticksOfTime } from "./times";

export interface Recurrence {
  readonly freqType: number;
  readonly freqInterval: number;
  readonly freqSubdayType: number;
  readonly freqSubdayInterval: number;
  readonly freqRelativeInterval: number;
  readonly freqRecurrenceFactor: number;
  readonly activeStartDate: number;
  readonly activeEndDate: number;
  readonly activeStartTime: number;
  readonly activeEndTime: number;
}

export const FREQUENCY = {
  once: 1,
  daily: 4,
  weekly: 8,
  monthly: 16,
  monthlyRelative: 32,
  atStart: 64,
  whenIdle: 128,
} as const;

const SECOND = 10_000_000n;

/** Ticks of one unit of freq_subday_type. */
const SUBDAY_UNIT: Record<number, bigint> = { 2: SECOND, 4: 60n * SECOND, 8: 3600n * SECOND };

/** No schedule rests longer than 99 months and a bit. */
const FURTHEST_DAYS = 40_000;

/** The first time after `after` (local ticks) that the schedule is due; undefined: never again. */
export function nextRun(schedule: Recurrence, after: bigint): bigint | undefined {
  const first = ticksOfDate(schedule.activeStartDate);
  if (schedule.freqType === FREQUENCY.once) {
    const only = first + ticksOfTime(schedule.activeStartTime);
    return only > after ? only : undefined;
  }
  const from = after > first ? dayNumber(after) : dayNumber(first);
  for (let day = from; day < from + FURTHEST_DAYS; day++) {
    const midnight = BigInt(day) * DAY;
    if (dateNumber(midnight) > schedule.activeEndDate) return undefined;
    if (!isDueOn(schedule, day)) continue;
    const time = firstTimeAfter(schedule, day > dayNumber(after) ? -1n : timeOfDay(after));
    if (time !== undefined) return midnight + time;
  }
  return undefined;
}

function firstTimeAfter(schedule: Recurrence, after: bigint): bigint | undefined {
  const start = ticksOfTime(schedule.activeStartTime);
  const unit = SUBDAY_UNIT[schedule.freqSubdayType];
  if (unit === undefined || schedule.freqSubdayInterval <= 0) return start > after ? start : undefined;
  const interval = unit * BigInt(schedule.freqSubdayInterval);
  const end = schedule.activeEndTime < schedule.activeStartTime ? DAY - SECOND : ticksOfTime(schedule.activeEndTime);
  const time = after < start ? start : start + ((after - start) / interval + 1n) * interval;
  return time <= end ? time : undefined;
}

function isDueOn(schedule: Recurrence, day: number): boolean {
  const start = dayNumber(ticksOfDate(schedule.activeStartDate));
  const interval = Math.max(1, schedule.freqInterval);
  const factor = Math.max(1, schedule.freqRecurrenceFactor);
  switch (schedule.freqType) {
    case FREQUENCY.daily:
      return (day - start) % interval === 0;
    case FREQUENCY.weekly: {
      const weeks = Math.floor((day - weekdayOf(day) - (start - weekdayOf(start))) / 7);
      return ((1 << weekdayOf(day)) & schedule.freqInterval) !== 0 && weeks % factor === 0;
    }
    case FREQUENCY.monthly:
      return dateOfDays(day).day === schedule.freqInterval && monthsBetween(start, day) % factor === 0;
    case FREQUENCY.monthlyRelative:
      return monthsBetween(start, day) % factor === 0 && day === relativeDay(schedule, day);
    default:
      return false;
  }
}

function monthsBetween(start: number, day: number): number {
  const from = dateOfDays(start);
  const to = dateOfDays(day);
  return (to.year - from.year) * 12 + to.month - from.month;
}

/** The day that "the second Tuesday" or "the last weekday" is in the month of `day`. */
function relativeDay(schedule: Recurrence, day: number): number | undefined {
  const { year, month } = dateOfDays(day);
  const days = Array.from({ length: daysInMonth(year, month) }, (_, i) => daysOf(year, month, i + 1)).filter((d) =>
    isOfKind(d, schedule.freqInterval),
  );
  switch (schedule.freqRelativeInterval) {
    case 1:
      return days[0];
    case 2:
      return days[1];
    case 4:
      return days[2];
    case 8:
      return days[3];
    default:
      return days.at(-1);
  }
}

/** 1 Sunday to 7 Saturday, 8 any day, 9 a weekday, 10 a day of the weekend. */
function isOfKind(day: number, kind: number): boolean {
  const weekday = weekdayOf(day);
  const isWeekend = weekday === 0 || weekday === 6;
  if (kind <= 7) return weekday === kind - 1;
  return kind === 8 || (kind === 9 ? !isWeekend : isWeekend);
}
