import { z } from "zod";

/** Every property of an object's schema; of an object within it, the properties of that one as `outer.inner`. */
export function schemaPaths(schema: z.ZodType, prefix = ""): string[] {
  return Object.entries(objectIn(schema)?.shape ?? {}).flatMap(([key, value]) => {
    const path = `${prefix}${key}`;
    return objectIn(value as z.ZodType) ? schemaPaths(value as z.ZodType, `${path}.`) : [path];
  });
}

/** The object that a schema takes, whatever may stand in its place. */
function objectIn(schema: z.ZodType): z.ZodObject | undefined {
  if (schema instanceof z.ZodObject) return schema;
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return objectIn(schema.unwrap() as z.ZodType);
  }
  return undefined;
}
