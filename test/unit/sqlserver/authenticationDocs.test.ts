import { readFileSync } from "node:fs";
import { join } from "node:path";
import { authenticationSchema } from "../../../src/sqlserver/connectionSchema";

const text = readFileSync(join(__dirname, "../../../docs/authentication.md"), "utf8");
/** Each kind with the example below its heading. */
const documented = [...text.matchAll(/^### `(.*)`$[\s\S]*?^```ts\n([\s\S]*?)^```$/gm)].map(
  ([, type, example]) => [String(type), String(example)] as const,
);

test.each(documented)("the example of %s is one", (type, example) => {
  const value: unknown = new Function(`return (${example});`)();
  expect(authenticationSchema.parse(value)).toMatchObject({ type });
});

test("every kind of authentication is documented", () => {
  const kinds = authenticationSchema.options.flatMap(({ shape }) => [...shape.type.values]);
  expect(documented.map(([type]) => type)).toEqual(kinds);
});
