/** The server's clock: ticks of 100 ns since 0001-01-01 00:00. */
export type ServerClock = () => { local: bigint; utc: bigint };

const UNIX_EPOCH = 621_355_968_000_000_000n;
const TICKS_PER_MILLISECOND = 10_000n;
const TICKS_PER_MINUTE = 600_000_000n;

export const systemClock: ServerClock = () => {
  const milliseconds = performance.timeOrigin + performance.now();
  const whole = Math.floor(milliseconds);
  const fraction = BigInt(Math.floor((milliseconds - whole) * 10_000));
  const utc = UNIX_EPOCH + BigInt(whole) * TICKS_PER_MILLISECOND + fraction;
  return { utc, local: utc - BigInt(new Date(whole).getTimezoneOffset()) * TICKS_PER_MINUTE };
};
