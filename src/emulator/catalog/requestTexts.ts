/** The texts of running requests: sys.dm_exec_sql_text and sys.dm_exec_input_buffer. */
import type { SessionRuntime } from "../engine/session/runtime";
import type { SqlType } from "../engine/values";
import { securityOf } from "../security/securityOf";
import { registerTableFunction } from "./registry";
import { BIT, bytes, INT, SMALLINT, text } from "./viewBuilder";
import { sessionOf } from "./visibility";

const HANDLE_LENGTH = 64;

/** A sql_handle that leads back to what the session runs. */
export function sqlHandle(session: SessionRuntime): Uint8Array | null {
  if (!session.request) return null;
  const handle = new Uint8Array(HANDLE_LENGTH);
  const view = new DataView(handle.buffer);
  view.setUint8(0, 2);
  view.setUint32(4, session.id);
  return handle;
}

const MAX_TEXT: SqlType = text(-1);

const column = (name: string, type: SqlType) => ({ name, type, nullable: true });

export function registerRequestTexts(): void {
  registerTableFunction({
    schema: "sys",
    name: "dm_exec_sql_text",
    parameters: [{ name: "@handle", type: bytes(HANDLE_LENGTH) }],
    columns: [
      column("dbid", SMALLINT),
      column("objectid", INT),
      column("number", SMALLINT),
      column("encrypted", BIT),
      column("text", MAX_TEXT),
    ],
    *rows([handle], context) {
      if (!(handle instanceof Uint8Array) || handle.length < HANDLE_LENGTH) return;
      const { server } = sessionOf(context);
      const id = new DataView(handle.buffer, handle.byteOffset).getUint32(4);
      const session = server.sessions.get(id) as SessionRuntime | undefined;
      if (session?.request) yield [session.database.id, null, null, 0, session.request.text];
    },
  });
  registerTableFunction({
    schema: "sys",
    name: "dm_exec_input_buffer",
    parameters: [
      { name: "@session_id", type: SMALLINT },
      { name: "@request_id", type: INT },
    ],
    columns: [column("event_type", text(256)), column("parameters", SMALLINT), column("event_info", MAX_TEXT)],
    *rows([id], context) {
      const own = sessionOf(context);
      if (id !== own.id && !securityOf(own).hasServer("VIEW SERVER STATE")) return;
      const session = own.server.sessions.get(Number(id)) as SessionRuntime | undefined;
      if (session) yield [session.request ? "Language Event" : "No Event", 0, session.request?.text ?? null];
    },
  });
}
