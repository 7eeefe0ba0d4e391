/** CURSOR_STATUS, @@CURSOR_ROWS, and the functions of availability groups. */

import { SqlError } from "../../engine/errors";
import { registerGlobalVariables } from "../../engine/functions/registry";
import type { Cursor } from "../../engine/session/cursor";
import type { SessionRuntime } from "../../engine/session/runtime";
import type { SqlType } from "../../engine/values";
import { type Call, define, NAME } from "./define";

const INT: SqlType = { kind: "int" };

/** 1 open, 0 open without rows, -1 closed, -2 a variable without cursor, -3 no such cursor. */
function cursorStatus(kind: string, name: string, { session, activation }: Call): number {
  let cursor: Cursor | null | undefined;
  if (kind === "global") cursor = session.globalCursors.get(name.toLowerCase());
  else {
    cursor = activation.findCursor(name);
    if (kind === "variable" && cursor === null) return -2;
  }
  if (!cursor) return -3;
  if (!cursor.isOpen) return -1;
  return cursor.rowCount > 0 ? 1 : 0;
}

export function registerSessionFunctions(): void {
  define("CURSOR_STATUS", [NAME, NAME], { kind: "smallint" }, ([kind, name], call) =>
    kind === null || name === null ? null : cursorStatus(String(kind).trim().toLowerCase(), String(name), call),
  );
  define("FN_HADR_IS_PRIMARY_REPLICA", [NAME], { kind: "bit" }, ([name], { session }) => {
    if (!session.security.hasServer("VIEW SERVER STATE"))
      throw new SqlError(300, "VIEW SERVER STATE permission was denied on object 'server', database 'master'.", 1, 14);
    const replica = session.server.availability.of(String(name));
    return replica && replica.role === "PRIMARY";
  });
  define("FN_HADR_BACKUP_IS_PREFERRED_REPLICA", [NAME], { kind: "bit" }, () => 1);
  registerGlobalVariables([
    { name: "CURSOR_ROWS", type: INT, evaluate: (context) => (context.session as SessionRuntime).cursorRows },
  ]);
}
