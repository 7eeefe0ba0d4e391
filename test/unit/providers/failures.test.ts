import { PartialFailure, undoneOnFailure } from "../../../src/providers/failures";

const inputs = { name: "x", __provider: "text" };
const left = () => ({ id: "id", state: { name: "x", when: new Date(0), nothing: undefined } });
const fails = (message: string) => async () => {
  throw new Error(message);
};

describe("a create that fails half-way", () => {
  it("is undone, and leaves nothing to record", async () => {
    const undo = jest.fn(async () => undefined);
    await expect(undoneOnFailure(fails("first"), { undo, left, inputs })).rejects.toThrow(/^first$/);
    expect(undo).toHaveBeenCalledTimes(1);
  });

  it("is recorded with all reasons and the provider's text when it cannot be undone", async () => {
    const failure = await undoneOnFailure(fails("first"), { undo: fails("second"), left, inputs }).catch((e) => e);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect(failure).toMatchObject({
      id: "id",
      reasons: ["first", "second"],
      properties: { name: "x", when: "1970-01-01T00:00:00.000Z", __provider: "text" },
    });
    expect(failure.properties).not.toHaveProperty("nothing");
  });

  it("is not undone when it works", async () => {
    const undo = jest.fn(async () => undefined);
    expect(await undoneOnFailure(async () => 1, { undo, left, inputs })).toBe(1);
    expect(undo).not.toHaveBeenCalled();
  });
});
