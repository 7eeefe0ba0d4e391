import { Code, commentOf, sourceOf } from "../../../src/adopt/source";

test("short values stand on one line, long ones on several", () => {
  expect(sourceOf({ host: "sql1", set: new Code("set"), gone: undefined, "...": new Code("access") })).toBe(
    '{ host: "sql1", set, ...access }',
  );
  const path = "\\\\files\\backup\\".repeat(8);
  expect(sourceOf({ path, list: [] })).toBe(`{\n  path: ${JSON.stringify(path)},\n  list: [],\n}`);
});

test("what a server is called cannot leave its string, its key or its comment", () => {
  const name = 'x"; process.exit(); */ //\n';
  expect(sourceOf({ [name]: name })).toBe(`{ ${JSON.stringify(name)}: ${JSON.stringify(name)} }`);
  expect(commentOf(`The server ${name}`)).toBe('/** The server x"; process.exit(); * / // */');
});
