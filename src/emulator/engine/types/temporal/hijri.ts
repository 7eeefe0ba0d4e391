/** The Kuwaiti algorithm: the tabular Hijri calendar of CONVERT's styles 130 and 131. */

/** Days from 0001-01-01 to 1 Muharram 1. */
const HIJRI_EPOCH = 227_014;
const YEARS_PER_CYCLE = 30;
const DAYS_PER_CYCLE = 10_631;

const isLeap = (year: number): boolean => (11 * year + 14) % YEARS_PER_CYCLE < 11;
const daysBeforeYear = (year: number): number => (year - 1) * 354 + Math.floor((3 + 11 * year) / YEARS_PER_CYCLE);
const daysBeforeMonth = (month: number): number => Math.ceil(29.5 * (month - 1));

/** `days` since 0001-01-01 of the Gregorian calendar. */
export function hijriOfDays(days: number): { year: number; month: number; day: number } {
  const elapsed = days - HIJRI_EPOCH;
  let year = Math.floor((YEARS_PER_CYCLE * elapsed + DAYS_PER_CYCLE + 15) / DAYS_PER_CYCLE);
  if (elapsed < daysBeforeYear(year)) year--;
  const dayOfYear = elapsed - daysBeforeYear(year);
  const month = Math.min(12, Math.floor((dayOfYear + 0.5) / 29.5) + 1);
  return { year, month, day: dayOfYear - daysBeforeMonth(month) + 1 };
}

/** Days since 0001-01-01; undefined: there is no such day. */
export function daysOfHijri(year: number, month: number, day: number): number | undefined {
  const length = month === 12 ? (isLeap(year) ? 30 : 29) : month % 2 === 1 ? 30 : 29;
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > length) return undefined;
  return HIJRI_EPOCH + daysBeforeYear(year) + daysBeforeMonth(month) + day - 1;
}

export const HIJRI_MONTHS: readonly string[] = [
  "محرم",
  "صفر",
  "ربيع الاول",
  "ربيع الثاني",
  "جمادى الاولى",
  "جمادى الثانية",
  "رجب",
  "شعبان",
  "رمضان",
  "شوال",
  "ذو القعدة",
  "ذو الحجة",
];
