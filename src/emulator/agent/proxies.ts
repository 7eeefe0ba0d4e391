/** Proxies: the credentials that steps other than T-SQL run under. */
import { SqlError } from "../engine/errors";
import { sendRows } from "../procedures/define";
import type { CredentialRecord } from "../storage/records";
import { type AgentCall, agentProcedure } from "./call";
import { alreadyExists, doesNotExist, notListed, requireAmong } from "./messages";
import { DESCRIPTION, INT, name, number, output, required, SYSNAME } from "./parameters";
import type { AgentRow } from "./tables";

/** The proxy that `@proxy_id` or `@proxy_name` means for a step; null for none. */
export function proxyOf(call: AgentCall): number | null {
  const { args } = call;
  const wanted = args.text("@proxy_name");
  if (args.number("@proxy_id") === undefined && (wanted === undefined || wanted === "")) return null;
  return find(call).number("proxy_id");
}

function find({ args, tables }: AgentCall): AgentRow {
  const id = args.number("@proxy_id");
  const wanted = args.text("@proxy_name");
  const row = tables.first("sysproxies", id === undefined ? { name: wanted ?? "" } : { proxy_id: id });
  if (!row) throw id === undefined ? doesNotExist("@proxy_name", wanted ?? "") : doesNotExist("@proxy_id", id);
  return row;
}

function credentialOf({ args, session }: AgentCall): CredentialRecord | undefined {
  const wanted = args.text("@credential_name");
  const id = args.number("@credential_id");
  if (wanted === undefined && id === undefined) return undefined;
  const { metadata } = session.server.master;
  const record = wanted === undefined ? metadata.get("credential", id ?? 0) : metadata.findOne("credential", wanted);
  if (!record)
    throw wanted === undefined ? doesNotExist("@credential_id", id ?? 0) : doesNotExist("@credential_name", wanted);
  return record;
}

function add(call: AgentCall): void {
  const { args, tables } = call;
  const wanted = (args.text("@proxy_name") ?? "").trim();
  if (tables.first("sysproxies", { name: wanted })) throw alreadyExists("@name", wanted);
  const enabled = args.number("@enabled") ?? 1;
  requireAmong("@enabled", enabled, [0, 1]);
  const credential = credentialOf(call);
  if (!credential) throw doesNotExist("@credential_name", "");
  const id = tables.insert("sysproxies", {
    name: wanted,
    credential_id: credential.id,
    enabled,
    description: args.value("@description"),
    user_sid: call.session.login.sid,
    credential_date_created: credential.createDate,
  });
  args.output("@proxy_id", id);
}

function update(call: AgentCall): void {
  const { args, tables } = call;
  const row = find(call);
  const credential = credentialOf(call);
  const newName = args.text("@new_name")?.trim();
  const enabled = args.number("@enabled");
  if (enabled !== undefined) requireAmong("@enabled", enabled, [0, 1]);
  tables.update("sysproxies", row, {
    ...(newName === undefined ? {} : { name: newName }),
    ...(enabled === undefined ? {} : { enabled }),
    ...(credential ? { credential_id: credential.id, credential_date_created: credential.createDate } : {}),
    ...(args.text("@description") === undefined ? {} : { description: args.value("@description") }),
  });
}

function remove(call: AgentCall): void {
  const row = find(call);
  const where = { proxy_id: row.number("proxy_id") };
  if (call.tables.first("sysjobsteps", where)) {
    throw new SqlError(
      14518,
      `Cannot delete proxy (${row.number("proxy_id")}). It is used by at least one jobstep. Change this proxy for all jobsteps by calling sp_reassign_proxy.`,
    );
  }
  call.tables.delete("sysproxylogin", where);
  call.tables.delete("sysproxysubsystem", where);
  call.tables.deleteRow("sysproxies", row);
}

function subsystemId({ args, tables }: AgentCall): number {
  const id = args.number("@subsystem_id");
  const wanted = args.text("@subsystem_name");
  const row = tables.first("syssubsystems", id === undefined ? { subsystem: wanted ?? "" } : { subsystem_id: id });
  if (!row) throw notListed("@subsystem_name", "sp_enum_sqlagent_subsystems");
  return row.number("subsystem_id");
}

function grantSubsystem(call: AgentCall): void {
  const link = { proxy_id: find(call).number("proxy_id"), subsystem_id: subsystemId(call) };
  if (call.tables.first("sysproxysubsystem", link)) {
    throw new SqlError(
      14530,
      `Proxy ("${call.args.text("@proxy_name") ?? link.proxy_id}") has already been granted permission to use subsystem ("${link.subsystem_id}").`,
    );
  }
  call.tables.insert("sysproxysubsystem", link);
}

function revokeSubsystem(call: AgentCall): void {
  call.tables.delete("sysproxysubsystem", { proxy_id: find(call).number("proxy_id"), subsystem_id: subsystemId(call) });
}

/** A login, a server role or a role of msdb, by its sid. */
function grantee(call: AgentCall, login: string | undefined): Uint8Array {
  const { args, session } = call;
  if (login !== undefined) {
    const record = call.login(login);
    if (!record) throw notListed("@login_name", "sp_helplogins");
    return record.sid;
  }
  const serverRole = args.text("@fixed_server_role");
  const role =
    serverRole === undefined
      ? session.server.msdb.metadata.findOne("principal", args.text("@msdb_role") ?? "")
      : session.server.master.metadata.findOne("login", serverRole);
  if (role?.type !== "R" || !role.sid)
    throw doesNotExist(
      serverRole === undefined ? "@msdb_role" : "@fixed_server_role",
      serverRole ?? args.text("@msdb_role") ?? "",
    );
  return role.sid;
}

const FLAGS = { login: 0, serverRole: 1, msdbRole: 2 };

function grantLogin(call: AgentCall): void {
  const { args, tables } = call;
  const login = args.text("@login_name");
  const flags =
    login !== undefined
      ? FLAGS.login
      : args.text("@fixed_server_role") !== undefined
        ? FLAGS.serverRole
        : FLAGS.msdbRole;
  const proxyId = find(call).number("proxy_id");
  const sid = grantee(call, login);
  if (loginRows(call, proxyId, sid).length === 0) tables.insert("sysproxylogin", { proxy_id: proxyId, sid, flags });
}

function loginRows({ tables }: AgentCall, proxyId: number, sid: Uint8Array): AgentRow[] {
  return tables
    .rows("sysproxylogin", { proxy_id: proxyId })
    .filter((row) => Buffer.compare(row.bytes("sid"), sid) === 0);
}

function revokeLogin(call: AgentCall): void {
  const proxyId = find(call).number("proxy_id");
  for (const row of loginRows(call, proxyId, grantee(call, call.args.text("@name"))))
    call.tables.deleteRow("sysproxylogin", row);
}

function help(call: AgentCall): void {
  const wanted = call.args.text("@proxy_name");
  const rows = call.tables.rows("sysproxies", wanted === undefined ? {} : { name: wanted });
  const { metadata } = call.session.server.master;
  sendRows(
    call.activation,
    [
      ["proxy_id", INT],
      ["name", SYSNAME],
      ["credential_identity", { kind: "nvarchar", length: 4000 }],
      ["enabled", { kind: "tinyint" }],
      ["description", DESCRIPTION],
      ["user_sid", { kind: "varbinary", length: 85 }],
      ["credential_id", INT],
      ["credential_identity_exists", INT],
    ],
    rows.map((row) => {
      const credential = metadata.get("credential", row.number("credential_id"));
      return [
        row.number("proxy_id"),
        row.text("name"),
        credential?.identity ?? null,
        row.number("enabled"),
        row.value("description"),
        row.value("user_sid"),
        row.number("credential_id"),
        Number(credential !== undefined),
      ];
    }),
  );
}

export function registerProxies(): void {
  const administratorsOnly = { administratorsOnly: true };
  const proxy = [number("@proxy_id"), name("@proxy_name")];
  const subsystem = [number("@subsystem_id"), name("@subsystem_name")];
  const credential = [name("@credential_name"), number("@credential_id")];
  agentProcedure(
    "sp_add_proxy",
    [
      required("@proxy_name"),
      number("@enabled", 1),
      name("@description", DESCRIPTION),
      ...credential,
      output("@proxy_id", INT),
    ],
    add,
    administratorsOnly,
  );
  agentProcedure(
    "sp_update_proxy",
    [...proxy, ...credential, name("@new_name"), number("@enabled"), name("@description", DESCRIPTION)],
    update,
    administratorsOnly,
  );
  agentProcedure("sp_delete_proxy", proxy, remove, administratorsOnly);
  agentProcedure("sp_grant_proxy_to_subsystem", [...proxy, ...subsystem], grantSubsystem, administratorsOnly);
  agentProcedure("sp_revoke_proxy_from_subsystem", [...proxy, ...subsystem], revokeSubsystem, administratorsOnly);
  agentProcedure(
    "sp_grant_login_to_proxy",
    [name("@login_name"), name("@fixed_server_role"), name("@msdb_role"), ...proxy],
    grantLogin,
    administratorsOnly,
  );
  agentProcedure("sp_revoke_login_from_proxy", [required("@name"), ...proxy], revokeLogin, administratorsOnly);
  agentProcedure("sp_help_proxy", proxy, help);
}
