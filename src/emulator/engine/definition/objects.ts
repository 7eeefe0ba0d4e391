/** What all schema objects have in common: ids, names, dates. */
import type { Database } from "../../storage/database";
import type { ObjectRecord } from "../../storage/records";
import type { ObjectName } from "../../tsql/ast";
import { SqlError } from "../errors";
import type { Activation } from "../session/activation";

export function newObject(
  activation: Activation,
  given: Omit<ObjectRecord, "createDate" | "modifyDate" | "isShipped">,
): ObjectRecord {
  const { local } = activation.now();
  return { ...given, createDate: local, modifyDate: local, isShipped: false };
}

/** The schema that a new object goes into: named (2760 when it does not exist) or the user's own. */
export function targetSchema(activation: Activation, database: Database, name: ObjectName): number {
  const { session } = activation;
  const schemaName = name.schema || session.defaultSchema(database);
  const schema = database.schema(schemaName);
  if (!schema) {
    throw new SqlError(
      2760,
      `The specified schema name "${schemaName}" either does not exist or you do not have permission to use it.`,
    );
  }
  session.security.requireCreate(activation, database, schema);
  return schema.id;
}

export function requireFreeName(database: Database, schemaId: number, name: string, activation: Activation): void {
  const transaction = activation.session.transactions.active;
  if (transaction) database.metadata.guard("object", name, transaction);
  if (database.metadata.find("object", name).some((o) => o.schemaId === schemaId)) {
    throw new SqlError(2714, `There is already an object named '${name}' in the database.`, 6);
  }
}

/** Names such as PK__orders__3213E83F0A9D95DB. */
export function systemName(type: string, table: string, column: string, id: number): string {
  const suffix = (id >>> 0).toString(16).toUpperCase().padStart(8, "0");
  const short = (text: string, length: number) => text.replace(/^#+/, "#").slice(0, length);
  switch (type) {
    case "PK":
      return `PK__${short(table, 8).padEnd(8, "_")}__3213E83F${suffix}`;
    case "UQ":
      return `UQ__${short(table, 8).padEnd(8, "_")}__3213E83E${suffix}`;
    case "F":
      return `FK__${short(table, 8)}__${short(column, 8)}__${suffix}`;
    case "D":
      return `DF__${short(table, 9)}__${short(column, 8)}__${suffix}`;
    default:
      return `CK__${short(table, 8)}__${suffix}`;
  }
}

/** Error 3701 of DROP, 4902 of ALTER and their like share this wording. */
export function missing(verb: "drop" | "alter", what: string, name: ObjectName): SqlError {
  const text = [name.schema, name.name].filter((p) => p !== undefined && p !== "").join(".");
  return new SqlError(
    verb === "drop" ? 3701 : 4902,
    verb === "drop"
      ? `Cannot drop the ${what} '${text}', because it does not exist or you do not have permission.`
      : `Cannot find the object "${text}" because it does not exist or you do not have permissions.`,
    verb === "drop" ? 5 : 1,
    verb === "drop" ? 11 : 16,
  );
}
