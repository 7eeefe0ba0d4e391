/** What a schedule may be set to. */
import { SqlError } from "../engine/errors";
import type { AgentCall } from "./call";
import { notAmong, requireAmong } from "./messages";
import { FREQUENCY, type Recurrence } from "./recurrence";
import type { AgentRow } from "./tables";
import { dateNumber, LAST_DATE, LAST_TIME, requireDate, requireTime } from "./times";

/** Columns of sysschedules that the parameters of the same names set. */
const COLUMNS = [
  "enabled",
  "freq_type",
  "freq_interval",
  "freq_subday_type",
  "freq_subday_interval",
  "freq_relative_interval",
  "freq_recurrence_factor",
  "active_start_date",
  "active_end_date",
  "active_start_time",
  "active_end_time",
] as const;

export type ScheduleSettings = Record<(typeof COLUMNS)[number], number>;

/** What is given, over what the schedule has or, for a new one, the defaults. */
export function settings(call: AgentCall, existing?: AgentRow): ScheduleSettings {
  const initial: Partial<ScheduleSettings> = {
    enabled: 1,
    active_start_date: dateNumber(call.now()),
    active_end_date: LAST_DATE,
    active_end_time: LAST_TIME,
  };
  const values = COLUMNS.map((column) => [
    column,
    call.args.number(`@${column}`) ?? existing?.number(column) ?? initial[column] ?? 0,
  ]);
  const wanted = Object.fromEntries(values) as ScheduleSettings;
  // At the Agent's start, or when nothing is to do: no times belong to it.
  if (wanted.freq_type === FREQUENCY.atStart || wanted.freq_type === FREQUENCY.whenIdle) {
    return {
      ...wanted,
      freq_interval: 0,
      freq_subday_type: 0,
      freq_subday_interval: 0,
      freq_relative_interval: 0,
      freq_recurrence_factor: 0,
    };
  }
  return wanted;
}

/** 2, 4 and 8 repeat within the day. */
const REPEATING = [2, 4, 8];

export function verify(wanted: ScheduleSettings): void {
  requireAmong("@enabled", wanted.enabled, [0, 1]);
  requireAmong("@freq_type", wanted.freq_type, Object.values(FREQUENCY));
  requireDate("@active_start_date", wanted.active_start_date);
  requireDate("@active_end_date", wanted.active_end_date);
  if (wanted.active_end_date < wanted.active_start_date)
    throw new SqlError(14288, "@active_end_date cannot be before @active_start_date.");
  requireTime("@active_start_time", wanted.active_start_time);
  requireTime("@active_end_time", wanted.active_end_time);
  if (wanted.freq_type >= FREQUENCY.atStart || wanted.freq_type === FREQUENCY.once) return;
  verifyDays(wanted);
  if (![0, 1, ...REPEATING].includes(wanted.freq_subday_type))
    throw notAmong("@freq_subday_type", "0x1, 0x2, 0x4, 0x8");
  if (!REPEATING.includes(wanted.freq_subday_type)) return;
  // There is no upper limit: 90 minutes are as good as 15.
  if (wanted.freq_subday_interval < 1) {
    throw new SqlError(
      14278,
      "The schedule for this job is invalid (reason: The specified '@freq_subday_interval' is invalid.).",
    );
  }
  if (wanted.active_start_time === wanted.active_end_time)
    throw new SqlError(14266, "The specified '@active_end_time' is invalid (valid values are: <> @active_start_time).");
}

function verifyDays(wanted: ScheduleSettings): void {
  const { freq_type: type, freq_interval: interval } = wanted;
  const within = (most: number, shown: string) => {
    if (interval < 1 || interval > most) throw notAmong("@freq_interval", shown);
  };
  if (type === FREQUENCY.daily) within(Number.MAX_SAFE_INTEGER, ">= 1");
  else if (type === FREQUENCY.weekly) within(127, "1..127 [OR of 1, 2, 4, 8, 16, 32, 64]");
  else if (type === FREQUENCY.monthly) within(31, "1..31");
  else {
    within(10, "1..10");
    requireAmong("@freq_relative_interval", wanted.freq_relative_interval, [1, 2, 4, 8, 16]);
  }
  if (type !== FREQUENCY.daily && wanted.freq_recurrence_factor < 1) throw notAmong("@freq_recurrence_factor", ">= 1");
}

export function recurrenceOf(schedule: AgentRow): Recurrence {
  return {
    freqType: schedule.number("freq_type"),
    freqInterval: schedule.number("freq_interval"),
    freqSubdayType: schedule.number("freq_subday_type"),
    freqSubdayInterval: schedule.number("freq_subday_interval"),
    freqRelativeInterval: schedule.number("freq_relative_interval"),
    freqRecurrenceFactor: schedule.number("freq_recurrence_factor"),
    activeStartDate: schedule.number("active_start_date"),
    activeEndDate: schedule.number("active_end_date"),
    activeStartTime: schedule.number("active_start_time"),
    activeEndTime: schedule.number("active_end_time"),
  };
}
