/** Who may have which proxy run which kind of step. */
import { SqlError } from "../engine/errors";
import { databasePrincipals, isSysadmin, serverPrincipals } from "../security/memberships";
import { findUser, sameSid } from "../security/users";
import type { Database } from "../storage/database";
import type { LoginRecord } from "../storage/records";
import type { Server } from "../storage/server";
import type { AgentCall } from "./call";
import type { AgentRow } from "./tables";

const TO_SERVER_ROLE = 1;
const TO_MSDB_ROLE = 2;

/**
 * A proxy must have been granted to the step's subsystem, and to the job's owner unless that is a sysadmin: sp_add_jobstep
 * and sp_update_jobstep ask for the owner, whoever calls. T-SQL steps take none.
 */
export function requireProxy(call: AgentCall, job: AgentRow, proxyId: number, subsystem: string): void {
  if (subsystem.toUpperCase() === "TSQL") {
    throw new SqlError(14517, "A proxy account is not allowed for a Transact-SQL subsystem.");
  }
  const { server } = call.session;
  const owner = [...server.master.metadata.all("login")].find(({ sid }) => sameSid(sid, job.bytes("owner_sid")));
  if (isGrantedToSubsystem(call, proxyId, subsystem) && owner && isGrantedTo(call, proxyId, owner)) return;
  throw new SqlError(
    14516,
    `Proxy (${proxyId}) is not allowed for subsystem "${subsystem}" and user "${owner?.name ?? ""}". Grant permission by calling sp_grant_proxy_to_subsystem or sp_grant_login_to_proxy.`,
  );
}

function isGrantedToSubsystem({ tables }: AgentCall, proxyId: number, subsystem: string): boolean {
  const row = tables.first("syssubsystems", { subsystem });
  const link = { proxy_id: proxyId, subsystem_id: row?.number("subsystem_id") ?? -1 };
  return tables.first("sysproxysubsystem", link) !== undefined;
}

function isGrantedTo({ tables, session: { server } }: AgentCall, proxyId: number, login: LoginRecord): boolean {
  if (isSysadmin(server, login.id)) return true;
  const sids = { server: sidsOfServer(server, login), msdb: sidsOfMsdb(server.msdb, server, login) };
  return tables.rows("sysproxylogin", { proxy_id: proxyId }).some((grant) => {
    const flags = grant.number("flags");
    const candidates = flags === TO_MSDB_ROLE ? sids.msdb : flags === TO_SERVER_ROLE ? sids.server : [login.sid];
    return candidates.some((sid) => sameSid(sid, grant.bytes("sid")));
  });
}

function sidsOfServer(server: Server, login: LoginRecord): Uint8Array[] {
  return [...serverPrincipals(server, login.id)].flatMap((id) => server.master.metadata.get("login", id)?.sid ?? []);
}

function sidsOfMsdb(msdb: Database, server: Server, login: LoginRecord): Uint8Array[] {
  const user = findUser(server, { ...login, principalId: login.id }, msdb);
  if (!user) return [];
  return [...databasePrincipals(msdb, user.id)].flatMap((id) => msdb.metadata.get("principal", id)?.sid ?? []);
}
