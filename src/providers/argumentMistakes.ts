import type { z } from "zod";
import { backupJobSchema } from "./backupJobArguments";
import { backupUserLoginSchema } from "./backupUserLoginArguments";
import { customBackupDatabaseSchema } from "./customBackupDatabaseArguments";
import { linkedServerSchema } from "./linkedServerArguments";
import { checkInputs } from "./validation";
import type { Properties } from "./wire";

const schemas = {
  BackupJob: backupJobSchema,
  BackupUserLogin: backupUserLoginSchema,
  CustomBackupDatabase: customBackupDatabaseSchema,
  LinkedServer: linkedServerSchema,
} satisfies Record<string, z.ZodType>;

/** A kind of resource that has arguments. */
export type ArgumentKind = keyof typeof schemas;

/**
 * What the engine's check would say of a resource's arguments, for who declares resources on others' behalf and knows
 * better where each value came from. Each begins with the path of a property; values that are not known yet pass.
 */
export function argumentMistakes(kind: ArgumentKind, args: Properties): string[] {
  return checkInputs(schemas[kind], args).failures.map(({ reason }) => reason);
}
