import fc from "fast-check";
import { DateTime } from "luxon";
import { type FullSchedule, latestFullMoment } from "../../../src/job/fullSchedule";

const at = (iso: string, zone = "utc") => DateTime.fromISO(iso, { zone });

describe("the latest moment at which a full was due", () => {
  const cases: [what: string, schedule: FullSchedule, now: string, moment: string][] = [
    ["the hour began", { frequency: "h" }, "2026-05-06T14:59:59", "2026-05-06T14:00:00"],
    [
      "an hour given with hourly fulls is ignored",
      { frequency: "h", hour: 5 },
      "2026-05-06T14:10:00",
      "2026-05-06T14:00:00",
    ],
    ["the day began", { frequency: "d" }, "2026-05-06T00:00:00", "2026-05-06T00:00:00"],
    ["today's hour has come", { frequency: "d", hour: 22 }, "2026-05-06T22:00:00", "2026-05-06T22:00:00"],
    ["today's hour has not come", { frequency: "d", hour: 22 }, "2026-05-06T21:59:59", "2026-05-05T22:00:00"],
    [
      "a missed hour stays due after midnight",
      { frequency: "d", hour: 22 },
      "2026-05-07T00:15:00",
      "2026-05-06T22:00:00",
    ],
    ["the week began on Monday", { frequency: "w" }, "2026-05-06T14:00:00", "2026-05-04T00:00:00"],
    ["a week crosses the month's end", { frequency: "w" }, "2026-07-03T14:00:00", "2026-06-29T00:00:00"],
    ["a week crosses the year's end", { frequency: "w" }, "2027-01-01T14:00:00", "2026-12-28T00:00:00"],
    [
      "the week's hour on Monday has not come",
      { frequency: "w", hour: 3 },
      "2026-05-04T02:00:00",
      "2026-04-27T03:00:00",
    ],
    ["the month began", { frequency: "m" }, "2026-02-28T12:00:00", "2026-02-01T00:00:00"],
    ["the month's hour has not come", { frequency: "m", hour: 6 }, "2026-03-01T05:00:00", "2026-02-01T06:00:00"],
    ["the year began", { frequency: "y" }, "2026-02-28T12:00:00", "2026-01-01T00:00:00"],
    ["the year's hour has not come", { frequency: "y", hour: 6 }, "2026-01-01T05:00:00", "2025-01-01T06:00:00"],
  ];
  test.each(cases)("%s", (_what, schedule, now, moment) => {
    expect(latestFullMoment(schedule, at(now)).toISO()).toBe(at(moment).toISO());
  });

  test("keeps the hour on the clock when clocks change", () => {
    const schedule: FullSchedule = { frequency: "d", hour: 22 };
    const now = at("2026-03-30T01:00:00", "Europe/Berlin");
    expect(latestFullMoment(schedule, now).toISO()).toBe("2026-03-29T22:00:00.000+02:00");
  });

  test("an hour that the clock skips is the one after it", () => {
    const now = at("2026-03-29T12:00:00", "Europe/Berlin");
    expect(latestFullMoment({ frequency: "d", hour: 2 }, now).toISO()).toBe("2026-03-29T03:00:00.000+02:00");
  });

  test("is never in the future, never older than two periods, and never goes back", () => {
    const zones = fc.constantFrom("utc", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns", "UTC+14");
    const schedules: fc.Arbitrary<FullSchedule> = fc.record(
      { frequency: fc.constantFrom("h", "d", "w", "m", "y"), hour: fc.integer({ min: 0, max: 23 }) },
      { requiredKeys: ["frequency"] },
    );
    const millis = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2040, 0, 1) });
    const units = { h: "hours", d: "days", w: "weeks", m: "months", y: "years" } as const;
    fc.assert(
      fc.property(
        zones,
        schedules,
        millis,
        fc.integer({ min: 0, max: 90 * 86_400_000 }),
        (zone, schedule, ms, later) => {
          const now = DateTime.fromMillis(ms, { zone });
          const moment = latestFullMoment(schedule, now);
          expect(moment <= now).toBe(true);
          expect(moment > now.minus({ [units[schedule.frequency]]: 2 })).toBe(true);
          expect(latestFullMoment(schedule, now.plus(later)) >= moment).toBe(true);
        },
      ),
    );
  });
});
