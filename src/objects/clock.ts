/** The time as everything in a run sees it, so that a test can bring its own. */
export interface Clock {
  now(): Date;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => new Date() };
