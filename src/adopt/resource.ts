import type { ConnectionConfig } from "../objects/server";
import type { Properties } from "../providers/wire";
import { Code } from "./source";

export type ResourceKind = "BackupJob" | "BackupUserLogin" | "CustomBackupDatabase" | "LinkedServer";

/** A thing of the installation as a resource, before its names in program and state are known to be right. */
export interface AdoptedResource {
  readonly kind: ResourceKind;
  /** Its name in Pulumi, and that of its variable. */
  readonly name: string;
  readonly id: string;
  /** What the program says about it; `Reference`s stand for what other declarations have. */
  readonly args: Properties;
  /** What create would have returned beside its inputs. */
  readonly computed: Properties;
}

/** A value that the program takes from elsewhere. */
export class Reference extends Code {
  constructor(
    text: string,
    readonly value: unknown,
  ) {
    super(text);
  }
}

/** A server of the installation in the program. */
export interface DeclaredServer {
  /** The name of its connection. */
  readonly name: string;
  readonly serverName: string;
  readonly connection: ConnectionConfig;
}

/** Arguments with the values behind their references. */
export function valuesOf(value: unknown): unknown {
  if (value instanceof Reference) return value.value;
  if (Array.isArray(value)) return value.map(valuesOf);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, valuesOf(item)]));
}
