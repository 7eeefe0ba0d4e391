/** IDENT_CURRENT, IDENT_SEED, IDENT_INCR, and the dates of statistics. */
import type { SqlType } from "../../engine/values";
import { type Call, define, LONG_NAME } from "./define";
import { findNamedObject } from "./objectNames";

const IDENTITY: SqlType = { kind: "numeric", precision: 38, scale: 0 };

function identityOf(name: string, call: Call) {
  const found = findNamedObject(name, call);
  const column = found?.object.table?.columns.find((c) => c.identity);
  return found && column?.identity ? { ...found, identity: column.identity } : undefined;
}

export function registerIdentityFunctions(): void {
  define("IDENT_CURRENT", [LONG_NAME], IDENTITY, ([name], call) => {
    const found = name === null ? undefined : identityOf(String(name), call);
    return found && (found.database.tables.get(found.object.id)?.lastIdentity() ?? found.identity.seed);
  });
  define("IDENT_SEED", [LONG_NAME], IDENTITY, ([name], call) =>
    name === null ? null : identityOf(String(name), call)?.identity.seed,
  );
  define("IDENT_INCR", [LONG_NAME], IDENTITY, ([name], call) =>
    name === null ? null : identityOf(String(name), call)?.identity.increment,
  );
  // Statistics are never gathered.
  define("STATS_DATE", [{ kind: "int" }, { kind: "int" }], { kind: "datetime", scale: 3 }, () => null);
}
