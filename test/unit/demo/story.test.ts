import { storyLines } from "../../../src/cli/demo";
import { Story, type StoryEvent } from "../../../src/demo/story";

const told: StoryEvent[] = [];
const story = () => new Story((event) => told.push(event));
beforeEach(() => {
  told.length = 0;
});

test("a step has the lines, figures and checks that came up in it", async () => {
  const tale = story();
  const answer = await tale.step("First", async () => {
    tale.tell("a line", "another");
    tale.figure("count", 3);
    tale.check("it is so", true);
    return 42;
  });
  expect(answer).toBe(42);
  expect(tale.steps).toEqual([
    {
      title: "First",
      ms: expect.any(Number),
      lines: ["a line", "another"],
      figures: { count: 3 },
      checks: [{ what: "it is so", held: true }],
    },
  ]);
  expect(told.map(({ kind }) => kind)).toEqual(["stepBegins", "told", "told", "checked", "stepEnds"]);
});

test("it has held only if something was checked, and all of it held", async () => {
  const tale = story();
  expect(tale.held).toBe(false);
  await tale.step("First", async () => tale.check("a", true));
  expect(tale.held).toBe(true);
  await tale.step("Second", async () => tale.check("b", false));
  await tale.step("Third", async () => tale.check("c", true));
  expect(tale.held).toBe(false);
});

test("a step that fails is told to its end", async () => {
  const tale = story();
  await expect(tale.step("First", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(told.at(-1)).toMatchObject({ kind: "stepEnds" });
});

test("on a terminal a reader sees at once which check did not hold", () => {
  const lines = [
    { kind: "stepBegins", number: 3, title: "Third" },
    { kind: "checked", check: { what: "good", held: true } },
    { kind: "checked", check: { what: "bad", held: false } },
    { kind: "stepEnds", ms: 1500 },
  ] satisfies StoryEvent[];
  expect(lines.flatMap(storyLines)).toEqual(["", " 3  Third", "    ✓ good", "    ✗ bad", "    (1.5 s)"]);
});
