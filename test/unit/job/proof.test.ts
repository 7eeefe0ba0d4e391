import { proveMark } from "../../../src/job/proof";
import { markName } from "../../../src/objects/markNames";
import { fakeContext, readyMember, serverError } from "./fakeContext";

const mark = markName("BTS_1");
const row = (database: string) => ({ database, mark, lsn: "42000000012300045", markedAt: "2026-05-06T14:15:01.330" });

describe("the proof of a mark", () => {
  test("is a row in the history of each member's own instance, with its LSN to the last digit", async () => {
    const { context } = fakeContext(() => undefined);
    const members = [readyMember("CTRL", "a", () => [row("a")]), readyMember("R", "B", () => [row("b"), row("other")])];
    const proven = await proveMark(context, members, mark);
    expect(proven.map(({ member, recorded }) => [member.database, recorded.lsn])).toEqual([
      ["a", "42000000012300045"],
      ["B", "42000000012300045"],
    ]);
    expect(context.log.findings).toEqual([]);
  });

  test("waits for a remote server whose second phase is on its way", async () => {
    const { context } = fakeContext(() => undefined);
    let asked = 0;
    const late = readyMember("R", "b", () => (++asked < 3 ? [] : [row("b")]));
    expect(await proveMark(context, [late], mark)).toHaveLength(1);
  });

  test("a member without it becomes a finding, the others are proven", async () => {
    const { context } = fakeContext(() => undefined);
    const answer = () => [row("a")];
    const proven = await proveMark(context, [readyMember("R", "a", answer), readyMember("R", "b", answer)], mark);
    expect(proven.map(({ member }) => member.database)).toEqual(["a"]);
    expect(context.log.findings).toMatchObject([
      {
        step: "proof",
        server: "R",
        database: "b",
        message: expect.stringContaining(mark),
        hint: expect.stringContaining("3923"),
      },
    ]);
  });

  test("a server that does not answer proves nothing", async () => {
    const { context } = fakeContext(() => undefined);
    const silent = readyMember("R", "b", () => {
      throw serverError(7399);
    });
    expect(await proveMark(context, [silent], mark)).toEqual([]);
    expect(context.log.findings).toMatchObject([{ step: "proof", server: "R", number: 7399 }]);
  });
});
