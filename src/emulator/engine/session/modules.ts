/** Stored procedures, functions, views and triggers: their text, parsed once per version. */

import type { ObjectRecord } from "../../storage/records";
import { parseModule } from "../../tsql";
import type { CreateModule } from "../../tsql/ast";

type Module = CreateModule["module"];
export type ModuleOf<K extends Module["kind"]> = Extract<Module, { kind: K }>;

/** Records are immutable: a changed module is a new record. */
const parsed = new WeakMap<ObjectRecord, CreateModule>();

export function moduleDefinition(record: ObjectRecord): CreateModule {
  let definition = parsed.get(record);
  if (!definition) {
    if (!record.module) throw new Error(`object ${record.name} has no text`);
    definition = parseModule(record.module.text, { quotedIdentifier: record.module.usesQuotedIdentifier });
    parsed.set(record, definition);
  }
  return definition;
}

/** The module of the expected kind. */
export function moduleOf<K extends Module["kind"]>(record: ObjectRecord, kind: K): ModuleOf<K> {
  const { module } = moduleDefinition(record);
  if (module.kind !== kind) throw new Error(`${record.name} is no ${kind}`);
  return module as ModuleOf<K>;
}
