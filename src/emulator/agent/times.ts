/** Dates and times as Agent keeps them: the numbers YYYYMMDD and HHMMSS. */
import { dateTicks, daysInMonth, fieldsOf, timeTicks } from "../engine/types/temporal/calendar";
import { malformed, notAmong } from "./messages";

const SECONDS = 10_000_000n;

export const LAST_DATE = 99991231;
export const LAST_TIME = 235959;

export function dateNumber(ticks: bigint): number {
  const { year, month, day } = fieldsOf(ticks);
  return year * 10000 + month * 100 + day;
}

export function timeNumber(ticks: bigint): number {
  const { hour, minute, second } = fieldsOf(ticks);
  return hour * 10000 + minute * 100 + second;
}

/** HHMMSS of a length of time; hours may exceed 24. */
export function durationNumber(ticks: bigint): number {
  const seconds = Number(ticks / SECONDS);
  return Math.floor(seconds / 3600) * 10000 + (Math.floor(seconds / 60) % 60) * 100 + (seconds % 60);
}

export function ticksOfDate(date: number): bigint {
  return dateTicks(Math.floor(date / 10000), Math.floor(date / 100) % 100, date % 100);
}

export function ticksOfTime(time: number): bigint {
  return timeTicks(Math.floor(time / 10000), Math.floor(time / 100) % 100, time % 100);
}

const FIRST_DATE = 19900101;

export function requireDate(parameter: string, date: number): void {
  if (date < FIRST_DATE) throw notAmong(parameter, ">= 19900101");
  const month = Math.floor(date / 100) % 100;
  if (month < 1 || month > 12) throw malformed(parameter, "date format");
  const day = date % 100;
  if (day < 1 || day > daysInMonth(Math.floor(date / 10000), month)) throw malformed(parameter, "date format");
}

export function requireTime(parameter: string, time: number): void {
  if (time < 0 || time > LAST_TIME) throw malformed(parameter, "time format");
  if (Math.floor(time / 100) % 100 > 59) throw malformed(parameter, "minute");
  if (time % 100 > 59) throw malformed(parameter, "second");
}
