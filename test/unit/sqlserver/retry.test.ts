import { retry } from "../../../src/sqlserver";

function failing(times: number): () => Promise<string> {
  let calls = 0;
  return async () => {
    calls += 1;
    if (calls <= times) throw new Error(`failure ${calls}`);
    return `after ${calls}`;
  };
}

describe("retrying", () => {
  const pauses: number[] = [];
  const options = {
    attempts: 3,
    firstPauseMs: 10,
    worthwhile: () => true,
    pause: async (ms: number) => void pauses.push(ms),
  };
  beforeEach(() => pauses.splice(0));

  it("goes on until it works, with pauses that double", async () => {
    expect(await retry(failing(2), options)).toBe("after 3");
    expect(pauses).toEqual([10, 20]);
  });

  it("gives up after the last attempt, with the last error", async () => {
    await expect(retry(failing(5), options)).rejects.toThrow("failure 3");
  });

  it("does not repeat what another attempt cannot help", async () => {
    await expect(retry(failing(1), { ...options, worthwhile: () => false })).rejects.toThrow("failure 1");
    expect(pauses).toEqual([]);
  });

  it("stops when the caller gives up", async () => {
    const signal = AbortSignal.abort();
    await expect(retry(failing(1), { ...options, signal })).rejects.toThrow("failure 1");
  });
});
