import { setTimeout as sleep } from "node:timers/promises";

export interface RetryOptions {
  /** How often to try in all. */
  readonly attempts: number;
  /** The pause before the second attempt in milliseconds; it doubles from there. */
  readonly firstPauseMs: number;
  /** Whether another attempt may help. */
  readonly worthwhile: (error: unknown) => boolean;
  readonly signal?: AbortSignal | undefined;
  /** Waits; a test passes its own clock. */
  readonly pause?: (ms: number) => Promise<unknown>;
}

/** The only place that repeats what failed. Throws the last error as it came. */
export async function retry<T>(attempt: () => Promise<T>, options: RetryOptions): Promise<T> {
  const pause = options.pause ?? ((ms) => sleep(ms));
  for (let number = 1; ; number += 1) {
    try {
      return await attempt();
    } catch (error) {
      const last = number >= options.attempts || options.signal?.aborted;
      if (last || !options.worthwhile(error)) throw error;
      await pause(options.firstPauseMs * 2 ** (number - 1));
    }
  }
}
