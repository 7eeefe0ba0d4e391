/** Built-in functions that answer differently from call to call. */
import type { FunctionCall } from "../../tsql/ast";
import { walk } from "../query/syntax";

const SIDE_EFFECTING = new Set(["newid", "newsequentialid", "rand"]);
const CLOCKS = new Set([
  "getdate",
  "getutcdate",
  "sysdatetime",
  "sysutcdatetime",
  "sysdatetimeoffset",
  "current_timestamp",
]);

/** The first call in a tree, by name, of a function that is not deterministic. */
export function nondeterministicCall(tree: unknown): string | undefined {
  return firstCall(tree, (name) => SIDE_EFFECTING.has(name) || CLOCKS.has(name));
}

/** The first call in a tree, by name, of a function that a user-defined function may not call. */
export function sideEffectingCall(tree: unknown): string | undefined {
  return firstCall(tree, (name) => SIDE_EFFECTING.has(name));
}

function firstCall(tree: unknown, wanted: (name: string) => boolean): string | undefined {
  let found: string | undefined;
  walk(tree, (node) => {
    if (node.kind !== "call") return;
    const { name } = (node as unknown as FunctionCall).name;
    if (wanted(name.toLowerCase())) found ??= name.toLowerCase();
  });
  return found;
}
