/** WITH SCHEMABINDING: what a module may name, and what its names keep from being dropped or changed. */
import type { Database } from "../../storage/database";
import type { ObjectRecord } from "../../storage/records";
import type { CommonTableExpression, CreateModule, ObjectName, QuerySpecification } from "../../tsql/ast";
import { SqlError } from "../errors";
import { walk } from "../query/syntax";
import { moduleDefinition } from "../session/modules";

/** Names in two parts (4512) of objects that exist (208), and no `*` (1054). */
export function checkSchemaBinding(statement: CreateModule, database: Database): void {
  const { module, name } = statement;
  if (module.kind === "procedure" || module.kind === "trigger") return;
  const bound = [name.schema ?? "dbo", name.name].join(".");
  walk(module, (node) => {
    if (node.kind !== "specification") return;
    const { items } = node as unknown as QuerySpecification;
    if (module.kind !== "scalarFunction" && items.some((item) => item.kind === "star"))
      throw new SqlError(1054, "Syntax '*' is not allowed in schema-bound objects.", 1, 15);
  });
  for (const named of tableNames(statement)) {
    if (named.schema === undefined || named.database !== undefined) {
      const shown = [named.database, named.schema, named.name].filter((part) => part !== undefined).join(".");
      throw new SqlError(
        4512,
        `Cannot schema bind ${module.kind === "view" ? "view" : "function"} '${bound}' because name '${shown}' is invalid for schema binding. Names must be in two-part format and an object cannot reference itself.`,
        3,
      );
    }
    if (!database.findObject(named.schema, named.name))
      throw new SqlError(208, `Invalid object name '${named.schema}.${named.name}'.`);
  }
}

/** The schema-bound modules whose text names an object. */
export function boundTo(database: Database, record: ObjectRecord): ObjectRecord[] {
  return [...database.metadata.all("object")].filter(
    (other) =>
      other.module?.schemaBound === true &&
      other.id !== record.id &&
      tableNames(moduleDefinition(other)).some(
        (named) => database.findObject(named.schema ?? "dbo", named.name)?.id === record.id,
      ),
  );
}

/** A table, view or function that a schema-bound module names stays: 3729. */
export function requireUnbound(database: Database, record: ObjectRecord, word: string): void {
  const [module] = boundTo(database, record);
  if (!module) return;
  throw new SqlError(
    3729,
    `Cannot DROP ${word.toUpperCase()} '${database.qualifiedName(record)}' because it is being referenced by object '${module.name}'.`,
  );
}

/** Tables, views and table-valued functions in the text, without its common table expressions. */
function tableNames(statement: CreateModule): ObjectName[] {
  const names: ObjectName[] = [];
  const common = new Set<string>();
  walk(statement.module, (node) => {
    for (const { name } of (node.with as CommonTableExpression[] | undefined) ?? []) common.add(name.toLowerCase());
    if (node.kind === "table") names.push(node.name as ObjectName);
  });
  return names.filter((name) => name.schema !== undefined || !common.has(name.name.toLowerCase()));
}
