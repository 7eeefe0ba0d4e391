/** Dates and times: the emulator's ticks of 100 ns to and from the counts that TDS sends. */

const TICKS_PER_SECOND = 10_000_000;
const TICKS_PER_MINUTE = 60 * TICKS_PER_SECOND;
const TICKS_PER_DAY = 86_400 * TICKS_PER_SECOND;
const DAY = BigInt(TICKS_PER_DAY);
/** Days from 0001-01-01 to 1900-01-01, from which datetime and smalldatetime count. */
const DAYS_TO_1900 = 693_595;

/** datetime counts time in 1/300 s: 100,000 ticks are three of them. */
const TICKS_PER_THREE_UNITS = 100_000;
const UNITS_PER_DAY = 86_400 * 300;

export interface DayAndTicks {
  /** Since 0001-01-01. */
  day: number;
  /** Since midnight. */
  ticks: number;
}

export function split(ticks: bigint): DayAndTicks {
  const day = ticks / DAY;
  return { day: Number(day), ticks: Number(ticks - day * DAY) };
}

export function join(day: number, ticks: number): bigint {
  return BigInt(day) * DAY + BigInt(ticks);
}

/** Days since 1900-01-01 and units of 1/300 s since midnight. */
export function toDatetime(ticks: bigint): { days: number; units: number } {
  const { day, ticks: time } = split(ticks);
  const units = Math.round((time * 3) / TICKS_PER_THREE_UNITS);
  return units === UNITS_PER_DAY ? { days: day - DAYS_TO_1900 + 1, units: 0 } : { days: day - DAYS_TO_1900, units };
}

export function fromDatetime(days: number, units: number): bigint {
  return join(days + DAYS_TO_1900, Math.round((units * TICKS_PER_THREE_UNITS) / 3));
}

/** Days since 1900-01-01 and minutes since midnight. */
export function toSmalldatetime(ticks: bigint): { days: number; minutes: number } {
  const { day, ticks: time } = split(ticks);
  return { days: day - DAYS_TO_1900, minutes: Math.floor(time / TICKS_PER_MINUTE) };
}

export function fromSmalldatetime(days: number, minutes: number): bigint {
  return join(days + DAYS_TO_1900, minutes * TICKS_PER_MINUTE);
}

/** Bytes of a time of that many fractional digits. */
export function timeLength(scale: number): number {
  return scale <= 2 ? 3 : scale <= 4 ? 4 : 5;
}

/** Time since midnight in units of 10^-scale s. */
export function toScaledTime(ticks: number, scale: number): number {
  return Math.floor(ticks / 10 ** (7 - scale));
}

export function fromScaledTime(units: number, scale: number): number {
  return units * 10 ** (7 - scale);
}
