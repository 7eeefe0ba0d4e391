/** JSON_MODIFY: the text with one property set, appended to or taken out; all else stays as written. */
import { followPath, type JsonPath, propertyNotFound } from "./jsonPath";
import { type JsonNode, parseJson } from "./parseJson";

/** `value` is JSON; null deletes (lax) or writes null (strict). */
export function modifyJson(text: string, path: JsonPath, value: string | null): string {
  const root = parseJson(text);
  const { steps, strict, append } = path;
  const parent = followPath(root, steps.slice(0, -1));
  const last = steps.at(-1);
  if (last === undefined || parent === undefined) {
    if (strict) throw propertyNotFound();
    return text;
  }
  const existing = followPath(parent, [last]);
  if (append) return appendTo(text, parent, last, existing, value ?? "null", strict);
  if (existing === undefined) {
    if (strict) throw propertyNotFound();
    return value === null ? text : inserted(text, parent, last, value);
  }
  if (value === null && !strict) return removed(text, parent, last, existing);
  return splice(text, existing.start, existing.end, value ?? "null");
}

const splice = (text: string, start: number, end: number, by: string): string =>
  text.slice(0, start) + by + text.slice(end);

function appendTo(
  text: string,
  parent: JsonNode,
  last: string | number,
  existing: JsonNode | undefined,
  value: string,
  strict: boolean,
): string {
  if (existing?.kind === "array") {
    const separator = existing.elements?.length === 0 ? "" : ",";
    return splice(text, existing.end - 1, existing.end - 1, separator + value);
  }
  if (existing !== undefined || strict) throw propertyNotFound();
  return inserted(text, parent, last, `[${value}]`);
}

/** A new property of an object; an array takes a new element only at its end. */
function inserted(text: string, parent: JsonNode, last: string | number, value: string): string {
  if (typeof last === "string" && parent.members) {
    const separator = parent.members.length === 0 ? "" : ",";
    return splice(text, parent.end - 1, parent.end - 1, `${separator}${JSON.stringify(last)}:${value}`);
  }
  if (typeof last === "number" && parent.elements?.length === last) {
    const separator = last === 0 ? "" : ",";
    return splice(text, parent.end - 1, parent.end - 1, separator + value);
  }
  return text;
}

/** Out of an object with its name and one comma; in an array it becomes null. */
function removed(text: string, parent: JsonNode, last: string | number, existing: JsonNode): string {
  if (typeof last === "number") return splice(text, existing.start, existing.end, "null");
  const members = parent.members ?? [];
  const index = members.findIndex((member) => member.name === last);
  const member = members[index];
  if (member === undefined) return text;
  const next = members[index + 1];
  if (next) return splice(text, member.start, next.start, "");
  const previous = members[index - 1];
  return splice(text, previous ? previous.value.end : member.start, existing.end, "");
}
