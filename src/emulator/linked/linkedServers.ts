/** Finds linked servers and the mapping that a login uses on them. */
import { SqlError } from "../engine/errors";
import type { SessionRuntime } from "../engine/session/runtime";
import type { LinkedLoginRecord, LinkedServerRecord } from "../storage/records";
import type { Server } from "../storage/server";

/** sp_serveroption's switches as a new linked server has them. */
export const NEW_LINKED_SERVER_OPTIONS: Readonly<Record<string, string | number | boolean>> = {
  "collation compatible": false,
  "collation name": "",
  "connect timeout": 0,
  "data access": true,
  dist: false,
  dpub: false,
  "lazy schema validation": false,
  pub: false,
  "query timeout": 0,
  rpc: false,
  "rpc out": false,
  sub: false,
  system: false,
  "use remote collation": true,
  "remote proc transaction promotion": true,
};

export function findLinkedServer(server: Server, name: string): LinkedServerRecord | undefined {
  return server.master.metadata.findOne("linkedServer", name);
}

export function requireLinkedServer(server: Server, name: string): LinkedServerRecord {
  const record = findLinkedServer(server, name);
  if (!record) {
    throw new SqlError(
      7202,
      `Could not find server '${name}' in sys.servers. Verify that the correct server name was specified. If necessary, execute the stored procedure sp_addlinkedserver to add the server to sys.servers.`,
      2,
      11,
    );
  }
  return record;
}

export function isOn(record: LinkedServerRecord, option: string): boolean {
  return record.options[option] === true;
}

export function timeoutOf(record: LinkedServerRecord, option: "connect timeout" | "query timeout"): number {
  return Number(record.options[option] ?? 0);
}

/** The mapping of the session's login: its own before the one for all. */
export function mappingFor(session: SessionRuntime, record: LinkedServerRecord): LinkedLoginRecord {
  let forAll: LinkedLoginRecord | undefined;
  for (const mapping of session.server.master.metadata.all("linkedLogin")) {
    if (mapping.serverId !== record.id) continue;
    if (mapping.localPrincipalId === session.login.principalId) return mapping;
    if (mapping.localPrincipalId === 0) forAll = mapping;
  }
  if (!forAll) throw new SqlError(7416, "Access to the remote server is denied because no login-mapping exists.", 2);
  return forAll;
}
