/**
 * Runs a task for every item, with at most so many at once for each key, and waits for all of them. The first failure
 * lets what runs come to its end, starts nothing more, and is thrown.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  limits: { readonly perKey: number; readonly keyOf: (item: T) => string },
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Array<R>(items.length);
  const queues = new Map<string, number[]>();
  items.forEach((item, index) => {
    const key = limits.keyOf(item);
    queues.set(key, [...(queues.get(key) ?? []), index]);
  });
  let failure: { error: unknown } | undefined;
  const worker = async (queue: number[]): Promise<void> => {
    for (let index = queue.shift(); index !== undefined && !failure; index = queue.shift()) {
      try {
        results[index] = await task(items[index] as T);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  const workers = [...queues.values()].flatMap((queue) =>
    Array.from({ length: Math.min(limits.perKey, queue.length) }, () => worker(queue)),
  );
  await Promise.all(workers);
  if (failure) throw failure.error;
  return results;
}
