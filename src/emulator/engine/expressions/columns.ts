/** What a column name means: a column of this query's tables, or of an enclosing query's. */

import { isCharacter } from "../types/families";
import { ambiguousColumn, invalidColumn, unboundIdentifier } from "./expressionErrors";
import type { Compiled, Frame, Scope, ScopeSource } from "./scope";

interface Found {
  source: number;
  ordinal: number;
}

export function compileColumn(parts: readonly string[], scope: Scope): Compiled {
  const name = parts.at(-1) as string;
  const alias = parts.length === 1 ? scope.aliases?.get(name.toLowerCase()) : undefined;
  if (alias) return alias;
  let qualifierSeen = false;
  let depth = 0;
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const { sources } = at;
    const found = findColumn(parts, sources);
    if (found) return reference(sources, found, depth);
    // A qualifier binds to the nearest table of that name, even if it lacks the column.
    qualifierSeen ||= parts.length > 1 && sources.some((source) => qualifierMatches(parts, source));
    if (qualifierSeen) break;
    depth++;
  }
  throw parts.length === 1 || qualifierSeen ? invalidColumn(name) : unboundIdentifier(parts.join("."));
}

function findColumn(parts: readonly string[], sources: readonly ScopeSource[]): Found | undefined {
  const name = (parts.at(-1) as string).toLowerCase();
  let found: Found | undefined;
  for (let source = 0; source < sources.length; source++) {
    const candidate = sources[source] as ScopeSource;
    if (parts.length > 1 && !qualifierMatches(parts, candidate)) continue;
    const ordinal = ordinalOf(name, candidate);
    if (ordinal < 0) continue;
    if (found) throw ambiguousColumn(parts.at(-1) as string);
    found = { source, ordinal };
  }
  return found;
}

function ordinalOf(name: string, source: ScopeSource): number {
  if (name === "$identity") return source.columns.findIndex((column) => column.identity);
  const { columns } = source;
  for (let i = 0; i < columns.length; i++) {
    if (columns[i]?.name.toLowerCase() === name) return i;
  }
  return -1;
}

/** `parts` end with the column; before it stand alias, schema, database. */
function qualifierMatches(parts: readonly string[], source: ScopeSource): boolean {
  if (source.alias === "") return false;
  const names = [source.alias, source.schema, source.database];
  for (let i = 0; i < names.length; i++) {
    const part = parts[parts.length - 2 - i];
    if (part === undefined) return true;
    if (part === "" && i > 0) continue;
    if (names[i] === undefined || part.toLowerCase() !== names[i]?.toLowerCase()) return false;
  }
  return true;
}

function reference(sources: readonly ScopeSource[], { source, ordinal }: Found, depth: number): Compiled {
  const column = sources[source]?.columns[ordinal];
  if (column === undefined) throw new RangeError("no such column");
  return {
    type: column.type,
    nullable: column.nullable,
    column: { depth, source, ordinal },
    evaluate: reader(depth, source, ordinal),
    ...(isCharacter(column.type) && { collationStrength: 2 as const }),
  };
}

function reader(depth: number, source: number, ordinal: number): Compiled["evaluate"] {
  switch (depth) {
    case 0:
      return (frame) => frame.tuple[source]?.[ordinal] ?? null;
    case 1:
      return (frame) => frame.parent?.tuple[source]?.[ordinal] ?? null;
    default:
      return (frame) => {
        let at: Frame | null = frame;
        for (let i = 0; i < depth && at !== null; i++) at = at.parent;
        return at?.tuple[source]?.[ordinal] ?? null;
      };
  }
}
