import { readCorpus, refusalsIn, syntaxErrorOf } from "./batches";

describe("the parser agrees with Microsoft's", () => {
  test.each(readCorpus("accepted"))("it accepts %j", (batch) => {
    expect(syntaxErrorOf(batch)).toBeUndefined();
    expect(refusalsIn(batch)).toEqual([]);
  });

  test.each(readCorpus("refused"))("it refuses %j", (batch) => {
    expect(syntaxErrorOf(batch)).toBeDefined();
  });
});
