/** A piece of TypeScript that stands for a value. */
export class Code {
  constructor(readonly text: string) {}
}

/** How long a line may be before an object or list is spread over several. */
const lineLength = 100;

/** A value as TypeScript: JSON values, with `Code` anywhere in them. */
export function sourceOf(value: unknown, indent = ""): string {
  if (value instanceof Code) return value.text;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const list = Array.isArray(value);
  const [open, close] = list ? ["[", "]"] : ["{", "}"];
  const inner = `${indent}  `;
  const items = list
    ? value.map((item) => sourceOf(item, inner))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => propertyOf(key, sourceOf(item, inner)));
  if (items.length === 0) return open + close;
  const oneLine = list ? `[${items.join(", ")}]` : `{ ${items.join(", ")} }`;
  if (!oneLine.includes("\n") && indent.length + oneLine.length <= lineLength) return oneLine;
  return [open, ...items.map((item) => `${inner}${item},`), `${indent}${close}`].join("\n");
}

/** `name: name` is written `name`; a spread has no key of its own. */
function propertyOf(key: string, text: string): string {
  if (key === "...") return `...${text}`;
  if (key === text) return key;
  return `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${text}`;
}

/** A text that cannot end a comment. */
export function commentOf(text: string): string {
  return `/** ${text.replaceAll("*/", "* /").replace(/\s+/g, " ").trim()} */`;
}
