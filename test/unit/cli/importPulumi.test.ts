import { isOlder } from "../../../src/cli/importPulumi";

test.each([
  ["3.253.9", true],
  ["3.99.0", true],
  ["3.254.0", false],
  ["3.255.1", false],
  ["4.0.0", false],
])("Pulumi %s is too old: %s", (version, older) => {
  expect(isOlder(version, "3.254.0")).toBe(older);
});
