import { type CatalogSnapshot, compareCatalogs, countRows } from "../../../src/demo/catalog";

const snapshot = (logins: object[], jobs: object[] = []): CatalogSnapshot =>
  new Map([
    ["CONTROL: logins", logins],
    ["CONTROL: jobs", jobs],
  ]);

test("the same rows are no difference, in whatever order", () => {
  const before = snapshot([{ name: "sa" }, { name: "shop", is_disabled: false }]);
  const after = snapshot([{ name: "shop", is_disabled: false }, { name: "sa" }]);
  expect(compareCatalogs(before, after)).toEqual([]);
  expect(countRows(before)).toBe(2);
});

test("what went and what came is told with its place; a changed row is both", () => {
  const before = snapshot([{ name: "sa" }, { name: "shop", is_disabled: false }], [{ name: "nightly" }]);
  const after = snapshot([{ name: "sa" }, { name: "shop", is_disabled: true }, { name: "backup" }]);
  expect(compareCatalogs(before, after)).toEqual([
    'CONTROL: logins: gone: {"name":"shop","is_disabled":false}',
    'CONTROL: logins: left behind: {"name":"shop","is_disabled":true}',
    'CONTROL: logins: left behind: {"name":"backup"}',
    'CONTROL: jobs: gone: {"name":"nightly"}',
  ]);
});
