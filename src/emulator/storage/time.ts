/** datetime holds three-hundredths of a second. */
const TICKS_PER_SECOND = 10_000_000n;

/** Ticks rounded as a datetime column keeps them. */
export function toDatetime(ticks: bigint): bigint {
  const seconds = ticks / TICKS_PER_SECOND;
  const parts = (ticks % TICKS_PER_SECOND) * 300n;
  const thirds = (parts + TICKS_PER_SECOND / 2n) / TICKS_PER_SECOND;
  // A third of 1/100 s is kept as the nearest millisecond: 0, 3.33 and 6.67 ms.
  const milliseconds = (thirds * 10n + 1n) / 3n;
  return seconds * TICKS_PER_SECOND + milliseconds * 10_000n;
}
