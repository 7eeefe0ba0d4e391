/**
 * The interpreter is written as generators that yield a promise wherever something has to be waited
 * for (a lock, WAITFOR, another server). The same code so runs in a batch, which may wait, and in a
 * function called from an expression, which may not.
 */
import { NotEmulatedError } from "../errors";

export type Steps<T> = Generator<Promise<unknown>, T, unknown>;

/** Runs steps to their end, awaiting what they yield. */
export async function runSteps<T>(steps: Steps<T>): Promise<T> {
  let next = steps.next();
  while (!next.done) {
    let value: unknown;
    try {
      value = await next.value;
    } catch (error) {
      next = steps.throw(error);
      continue;
    }
    next = steps.next(value);
  }
  return next.value;
}

/** Runs steps that must not wait: the body of a function inside an expression. */
export function runStepsNow<T>(steps: Steps<T>): T {
  const next = steps.next();
  if (next.done) return next.value;
  next.value.catch(() => undefined);
  steps.return(undefined as T);
  throw new NotEmulatedError("waiting inside a function");
}

/** Yields one promise and gives its typed value. */
export function* wait<T>(promise: Promise<T>): Steps<T> {
  return (yield promise) as T;
}
