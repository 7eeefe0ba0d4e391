import { noticesOf, packageFolder } from "../../../tools/build/notices.js";

test.each([
  ["node_modules/zod/index.js", "node_modules/zod"],
  ["node_modules/@azure/identity/dist/a.js", "node_modules/@azure/identity"],
  ["node_modules/a/node_modules/b/c.js", "node_modules/a/node_modules/b"],
  ["src/cli/main.ts", undefined],
])("%s belongs to the package %s", (input, folder) => {
  expect(packageFolder(input)).toBe(folder);
});

test("each bundled package is named once, with its licence", () => {
  const text = noticesOf(["node_modules/zod/index.js", "node_modules/zod/v4/index.js", "src/cli/main.ts"]);
  expect(text.match(/^zod \d/gm)).toHaveLength(1);
  expect(text).toContain("Permission is hereby granted");
});
