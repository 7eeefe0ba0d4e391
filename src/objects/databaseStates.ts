import { query, type Statement } from "../sqlserver";
import type { Instance } from "./instance";

/** Reads the databases of an instance with their states (`ONLINE`, `RESTORING`, `OFFLINE`, …). */
export function readDatabaseStatesStatement(): Statement {
  return query("SELECT name, state_desc AS state FROM sys.databases;", undefined, "read the databases of the server");
}

/** State by database name in upper case. */
export async function readDatabaseStates(instance: Instance, signal?: AbortSignal): Promise<Map<string, string>> {
  const rows = await instance.rows<{ name: string; state: string }>(readDatabaseStatesStatement(), {
    database: "master",
    ...(signal && { signal }),
  });
  return new Map(rows.map((row) => [row.name.toUpperCase(), row.state]));
}
