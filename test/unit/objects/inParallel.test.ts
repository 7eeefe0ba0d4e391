import { setTimeout as sleep } from "node:timers/promises";
import { inParallel } from "../../../src/objects/inParallel";

describe("work in parallel", () => {
  test("keeps to the limit for each key, and to the order of the items", async () => {
    const running = new Map<string, number>();
    let most = 0;
    const items = Array.from({ length: 20 }, (_, index) => ({ key: index % 2 ? "x" : "y", index }));
    const results = await inParallel(items, { perKey: 3, keyOf: (item) => item.key }, async ({ key, index }) => {
      running.set(key, (running.get(key) ?? 0) + 1);
      most = Math.max(most, running.get(key) ?? 0);
      await sleep(1);
      running.set(key, (running.get(key) ?? 0) - 1);
      return index;
    });
    expect(results).toEqual(items.map((item) => item.index));
    expect(most).toBe(3);
  });

  test("starts nothing more after a failure, and waits for what runs", async () => {
    const started: number[] = [];
    const ended: number[] = [];
    const work = inParallel([0, 1, 2, 3], { perKey: 2, keyOf: () => "" }, async (item) => {
      started.push(item);
      if (item === 0) throw new Error("first");
      await sleep(5);
      ended.push(item);
    });
    await expect(work).rejects.toThrow("first");
    expect(started).toEqual([0, 1]);
    expect(ended).toEqual([1]);
  });
});
