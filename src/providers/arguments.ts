import { z } from "zod";
import { connectionSchema } from "../objects/server";

/** Pieces of schemas that several resources share. */

/** A name that SQL Server takes: 1 to 128 characters. */
export const nameSchema = z
  .string({ error: "must be a string" })
  .min(1, "must not be empty")
  .max(128, "must have at most 128 characters");

export const flag = z.boolean({ error: "must be true or false" });

/** Where the management database is. */
export const controlSchema = z.strictObject({
  /** The connection to the control server. */
  connection: connectionSchema,
  /** The management database: `BizTalkMgmtDb` of a BizTalk group, or the one that a BackupJob has set up. */
  managementDatabase: nameSchema,
});

/** The names of a zod object's properties. */
export function propertiesOf(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  throw new TypeError("Expected the schema of an object");
}

/** The inputs among a resource's outputs. */
export function inputsOf(schema: z.ZodType, state: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(propertiesOf(schema).flatMap((key) => (key in state ? [[key, state[key]]] : [])));
}
