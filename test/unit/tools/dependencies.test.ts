import { satisfies } from "../../../tools/setup/dependencies.js";

const zod = { version: "4.6.7", integrity: "sha512-a" };
const wanted = {
  packages: {
    "": { version: "0.1.0" },
    "node_modules/zod": zod,
    "node_modules/fsevents": { version: "2.3.3", integrity: "sha512-b", optional: true },
  },
};

test("what is installed satisfies the lock file without the optional packages of other platforms", () => {
  expect(satisfies({ packages: { "node_modules/zod": zod } }, wanted)).toBe(true);
});

test.each([
  ["a package is missing", {}],
  ["a package has another version", { "node_modules/zod": { ...zod, version: "4.6.6" } }],
  ["a package has other content", { "node_modules/zod": { ...zod, integrity: "sha512-c" } }],
])("it does not where %s", (_case, packages) => {
  expect(satisfies({ packages }, wanted)).toBe(false);
});
