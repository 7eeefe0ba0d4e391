/** rowversion columns: every INSERT and UPDATE takes the database's next number. */
import type { Database } from "../../../storage/database";

/** Name of the database's counter; @@DBTS shows its last value. */
export const ROW_VERSION_COUNTER = "rowversion";

const FIRST = 2000n;

export function nextRowVersion(database: Database): Uint8Array {
  const value = (database.counters.get(ROW_VERSION_COUNTER) ?? FIRST) + 1n;
  database.counters.set(ROW_VERSION_COUNTER, value);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return new Uint8Array(bytes);
}
