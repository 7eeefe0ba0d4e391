/** Ticks of 100 ns since 0001-01-01 to and from calendar fields (proleptic Gregorian). */

export const TICKS_PER_SECOND = 10_000_000;
export const SECOND = 10_000_000n;
export const MINUTE = 60n * SECOND;
export const HOUR = 60n * MINUTE;
export const DAY = 24n * HOUR;

/** Days from 0001-01-01 to 1900-01-01. */
export const DAYS_TO_1900 = 693_595;
/** Days from 0001-01-01 to 1970-01-01. */
const DAYS_TO_1970 = 719_162;
export const EPOCH_1900 = BigInt(DAYS_TO_1900) * DAY;
export const EPOCH_1970 = BigInt(DAYS_TO_1970) * DAY;
/** One past the last tick of 9999-12-31. */
export const END_OF_TIME = 3_652_059n * DAY;
export const MIN_DATETIME = BigInt(daysOf(1753, 1, 1)) * DAY;
export const MAX_SMALLDATETIME = BigInt(daysOf(2079, 6, 7)) * DAY;

export interface Fields {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** Ticks within the second. */
  fraction: number;
}

function isLeapYear(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

const LENGTHS: readonly number[] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (LENGTHS[month - 1] as number);
}

/** Days since 0001-01-01 (which is 0). */
export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 306;
}

export function dateOfDays(days: number): { year: number; month: number; day: number } {
  const shifted = days + 306;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

export const dayNumber = (ticks: bigint): number => Number(ticks / DAY);
export const timeOfDay = (ticks: bigint): bigint => ticks % DAY;

export function fieldsOf(ticks: bigint): Fields {
  const days = ticks / DAY;
  const time = Number(ticks - days * DAY);
  const seconds = Math.floor(time / TICKS_PER_SECOND);
  return {
    ...dateOfDays(Number(days)),
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    fraction: time % TICKS_PER_SECOND,
  };
}

export function dateTicks(year: number, month: number, day: number): bigint {
  return BigInt(daysOf(year, month, day)) * DAY;
}

export function timeTicks(hour: number, minute: number, second: number, fraction = 0): bigint {
  return BigInt((hour * 3600 + minute * 60 + second) * TICKS_PER_SECOND + fraction);
}

/** Sunday is 0. */
export const weekdayOf = (days: number): number => (days + 1) % 7;

export function dayOfYear(days: number): number {
  return days - daysOf(dateOfDays(days).year, 1, 1) + 1;
}

/** ISO 8601 week: the week of the year's first Thursday is 1. */
export function isoWeek(days: number): { year: number; week: number } {
  const thursday = days - (days % 7) + 3;
  const { year } = dateOfDays(thursday);
  return { year, week: Math.floor((thursday - daysOf(year, 1, 1)) / 7) + 1 };
}

/** Rounds to that many digits of fractional seconds, half up. */
export function roundToScale(ticks: bigint, scale: number): bigint {
  if (scale >= 7) return ticks;
  const unit = 10n ** BigInt(7 - scale);
  return ((ticks + unit / 2n) / unit) * unit;
}

/** datetime keeps time in steps of 1/300 s. */
export function roundToDatetime(ticks: bigint): bigint {
  const days = ticks / DAY;
  const units = Math.round((Number(ticks - days * DAY) * 3) / 100_000);
  return days * DAY + BigInt(Math.round((units * 100_000) / 3));
}

/** Days since 1900-01-01 and steps of 1/300 s since midnight. */
export function datetimeUnits(ticks: bigint): { days: number; units: number } {
  const days = ticks / DAY;
  return { days: Number(days) - DAYS_TO_1900, units: Math.round((Number(ticks - days * DAY) * 3) / 100_000) };
}

export function fromDatetimeUnits(days: number, units: number): bigint {
  return BigInt(days + DAYS_TO_1900) * DAY + BigInt(Math.round((units * 100_000) / 3));
}

/** smalldatetime rounds to minutes: up to 29.998 s down, from 29.999 s on up. */
export function roundToMinute(ticks: bigint): bigint {
  return ((roundToDatetime(ticks) + MINUTE / 2n) / MINUTE) * MINUTE;
}

/** Days with fraction since 1900-01-01, as datetime counts when it is a number. */
export function daysSince1900(ticks: bigint): number {
  const { days, units } = datetimeUnits(ticks);
  return days + units / (86_400 * 300);
}

export function ticksFromDays(days: number): bigint {
  const whole = Math.floor(days);
  return fromDatetimeUnits(whole, Math.round((days - whole) * 86_400 * 300));
}
