/** System views, functions and procedures as objects: OBJECT_ID and sys.all_objects know them by negative ids. */
import { systemProcedureNames } from "../engine/session/systemProcedures";
import { systemTableFunctions, systemViews } from "./registry";

export interface SystemObject {
  id: number;
  schema: string;
  name: string;
  /** sys.all_objects.type */
  type: "V" | "P" | "X" | "IF";
}

/** FNV-1a of the name, as a negative int: the same on every server and at every start. */
function idOf(name: string): number {
  let hash = 0x811c9dc5;
  for (const character of name.toLowerCase()) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return -((hash & 0x3fffffff) + 1000);
}

let known: { byId: Map<number, SystemObject>; byName: Map<string, SystemObject> } | undefined;

/** Built when first asked for: by then every part has registered itself. */
function catalog(): NonNullable<typeof known> {
  if (known) return known;
  known = { byId: new Map(), byName: new Map() };
  const add = (schema: string, name: string, type: SystemObject["type"]) => {
    const key = `${schema}.${name}`.toLowerCase();
    const object = { id: idOf(key), schema, name, type };
    known?.byId.set(object.id, object);
    known?.byName.set(key, object);
  };
  for (const view of systemViews()) add(view.schema, view.name, "V");
  for (const definition of systemTableFunctions()) add(definition.schema, definition.name, "IF");
  for (const name of systemProcedureNames()) add("sys", name, name.startsWith("xp_") ? "X" : "P");
  return known;
}

export function systemObjects(): Iterable<SystemObject> {
  return catalog().byId.values();
}

export function systemObjectById(id: number): SystemObject | undefined {
  return id < 0 ? catalog().byId.get(id) : undefined;
}

/** By schema (sys, INFORMATION_SCHEMA); the old views and the procedures answer to dbo and to no schema too. */
export function systemObjectByName(schema: string | undefined, name: string): SystemObject | undefined {
  const { byName } = catalog();
  const lower = name.toLowerCase();
  if (schema) {
    const object = byName.get(`${schema.toLowerCase()}.${lower}`);
    if (object || schema.toLowerCase() !== "dbo") return object;
  }
  const object = byName.get(`sys.${lower}`);
  return object && (object.type === "P" || object.type === "X" || /^sys/.test(lower)) ? object : undefined;
}
