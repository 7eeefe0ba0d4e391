import { DateTime } from "luxon";
import { z } from "zod";
import type { TopologyConnections } from "../objects/instances";
import { connectionSchema } from "../objects/server";
import { controlSchema, nameSchema } from "../providers/arguments";
import { checkInputs } from "../providers/validation";

/** The one source of what the functions take: types, validation and defaults. */

/** The backup set that is asked about, and how its servers are reached. */
const setSchema = controlSchema.extend({
  /** Connections of their own for servers that would otherwise be asked through their linked servers. */
  servers: z.record(z.string(), connectionSchema).optional(),
});

const time = z
  .string({ error: "must be a time in ISO 8601, such as 2026-05-06T14:15:00Z" })
  .transform((text, context) => {
    const iso = DateTime.fromISO(text, { zone: "utc" }).toUTC().toISO();
    if (iso !== null) return iso;
    context.addIssue({ code: "custom", message: "must be a time in ISO 8601, such as 2026-05-06T14:15:00Z" });
    return z.NEVER;
  });

export const restorePointsSchema = setSchema.extend({
  limit: z.int({ error: "must be a whole number" }).min(1, "must be 1 or more").default(20),
  before: time.optional(),
});

const minutes = z.number({ error: "must be a number of minutes" }).min(0, "must not be negative");

export const backupStatusSchema = setSchema.extend({
  job: nameSchema.optional(),
  maximumAgeMinutes: minutes.optional(),
  maximumFullAgeMinutes: minutes.optional(),
  maximumLogAgeMinutes: minutes.optional(),
});

export const userDatabasesSchema = z.strictObject({ connection: connectionSchema });

export type RestorePointsInputs = z.input<typeof restorePointsSchema>;
export type BackupStatusInputs = z.input<typeof backupStatusSchema>;
export type UserDatabasesInputs = z.input<typeof userDatabasesSchema>;

/** A function was called with arguments that it cannot take; tells every mistake with its place, and no value. */
export class FunctionArgumentsError extends Error {
  override readonly name = "FunctionArgumentsError";
}

/** The arguments of a function with their defaults. */
export function parseArguments<Schema extends z.ZodType>(
  name: string,
  schema: Schema,
  args: unknown,
): z.output<Schema> {
  const { inputs, failures } = checkInputs(schema, args as Record<string, unknown>);
  if (failures.length > 0) {
    throw new FunctionArgumentsError(
      [`${name} cannot be called like this:`, ...failures.map(({ reason }) => `  ${reason}`)].join("\n"),
    );
  }
  return inputs as z.output<Schema>;
}

/** How the servers of the set are reached, as all who work with a set take it. */
export function connectionsOf({
  connection,
  managementDatabase,
  servers,
}: z.output<typeof setSchema>): TopologyConnections {
  return { control: connection, managementDatabase, ...(servers && { servers }) };
}
