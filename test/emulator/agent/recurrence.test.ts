import { nextRun, type Recurrence } from "../../../src/emulator/agent/recurrence";
import { dateNumber, ticksOfDate, ticksOfTime, timeNumber } from "../../../src/emulator/agent/times";

const daily: Recurrence = {
  freqType: 4,
  freqInterval: 1,
  freqSubdayType: 1,
  freqSubdayInterval: 0,
  freqRelativeInterval: 0,
  freqRecurrenceFactor: 0,
  activeStartDate: 20260105,
  activeEndDate: 99991231,
  activeStartTime: 23000,
  activeEndTime: 235959,
};

function next(change: Partial<Recurrence>, date: number, time: number): [number, number] | undefined {
  const ticks = nextRun({ ...daily, ...change }, ticksOfDate(date) + ticksOfTime(time));
  return ticks === undefined ? undefined : [dateNumber(ticks), timeNumber(ticks)];
}

// 5 January 2026 is a Monday.
test.each<[string, Partial<Recurrence>, number, number, [number, number] | undefined]>([
  ["every day, later today", {}, 20260107, 0, [20260107, 23000]],
  ["every day, tomorrow", {}, 20260107, 23000, [20260108, 23000]],
  ["not before its first day", {}, 20251201, 120000, [20260105, 23000]],
  ["not after its last day", { activeEndDate: 20260107 }, 20260107, 30000, undefined],
  ["every third day", { freqInterval: 3 }, 20260106, 0, [20260108, 23000]],
  [
    "every 15 minutes",
    { freqSubdayType: 4, freqSubdayInterval: 15, activeStartTime: 0 },
    20260107,
    101501,
    [20260107, 103000],
  ],
  [
    "every 15 minutes, over midnight",
    { freqSubdayType: 4, freqSubdayInterval: 15, activeStartTime: 0 },
    20260107,
    235000,
    [20260108, 0],
  ],
  [
    "every 6 hours until the evening",
    { freqSubdayType: 8, freqSubdayInterval: 6, activeStartTime: 60000, activeEndTime: 190000 },
    20260107,
    180000,
    [20260108, 60000],
  ],
  ["every 10 seconds", { freqSubdayType: 2, freqSubdayInterval: 10, activeStartTime: 0 }, 20260107, 5, [20260107, 10]],
  ["once, to come", { freqType: 1 }, 20260101, 0, [20260105, 23000]],
  ["once, past", { freqType: 1 }, 20260105, 23000, undefined],
  ["Sundays and Saturdays", { freqType: 8, freqInterval: 65, freqRecurrenceFactor: 1 }, 20260107, 0, [20260110, 23000]],
  [
    "every second Monday",
    { freqType: 8, freqInterval: 2, freqRecurrenceFactor: 2 },
    20260105,
    30000,
    [20260119, 23000],
  ],
  [
    "the 31st, in months that have one",
    { freqType: 16, freqInterval: 31, freqRecurrenceFactor: 1 },
    20260201,
    0,
    [20260331, 23000],
  ],
  [
    "the second Tuesday",
    { freqType: 32, freqInterval: 3, freqRelativeInterval: 2, freqRecurrenceFactor: 1 },
    20260105,
    0,
    [20260113, 23000],
  ],
  [
    "the last weekday",
    { freqType: 32, freqInterval: 9, freqRelativeInterval: 16, freqRecurrenceFactor: 1 },
    20260105,
    0,
    [20260130, 23000],
  ],
  [
    "the first day of every third month",
    { freqType: 32, freqInterval: 8, freqRelativeInterval: 1, freqRecurrenceFactor: 3 },
    20260110,
    0,
    [20260401, 23000],
  ],
  ["when the Agent starts: at no time", { freqType: 64 }, 20260107, 0, undefined],
])("%s", (_name, change, date, time, expected) => {
  expect(next(change, date, time)).toEqual(expected);
});
