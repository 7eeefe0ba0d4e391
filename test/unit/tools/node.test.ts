import { isNewEnough } from "../../../tools/setup/node.js";

test.each([
  ["20.20.2", false],
  ["22.12.0", false],
  ["22.13.0", true],
  ["24.0.0", true],
])("Node %s is new enough: %s", (version, expected) => {
  expect(isNewEnough(version)).toBe(expected);
});
