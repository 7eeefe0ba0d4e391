/** Ticks of 100 ns since 0001-01-01, as messages show them. */
const UNIX_EPOCH = 621_355_968_000_000_000n;
const TICKS_PER_MILLISECOND = 10_000n;
export const TICKS_PER_DAY = 864_000_000_000n;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Nov 24 2026  9:05:00:000AM` */
export function formatExpiration(ticks: bigint): string {
  const date = new Date(Number((ticks - UNIX_EPOCH) / TICKS_PER_MILLISECOND));
  const hours = date.getUTCHours();
  const two = (value: number) => String(value).padStart(2, "0");
  const time = `${String(hours % 12 || 12).padStart(2, " ")}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}:${String(date.getUTCMilliseconds()).padStart(3, "0")}`;
  const day = String(date.getUTCDate()).padStart(2, " ");
  return `${MONTHS[date.getUTCMonth()]} ${day} ${date.getUTCFullYear()} ${time}${hours < 12 ? "AM" : "PM"}`;
}
