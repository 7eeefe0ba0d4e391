/** One call of an Agent procedure: its arguments, msdb's tables, and who calls. */
import { SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import type { SessionRuntime } from "../engine/session/runtime";
import type { SystemProcedureParameter } from "../engine/session/systemProcedures";
import { type Arguments, change } from "../procedures/define";
import { databasePrincipals } from "../security/memberships";
import { sameSid } from "../security/users";
import type { LoginRecord } from "../storage/records";
import { type AgentRow, AgentTables } from "./tables";

/** The fixed roles of msdb; each has the rights of those before it. */
const ROLES = ["SQLAgentUserRole", "SQLAgentReaderRole", "SQLAgentOperatorRole"] as const;

export class AgentCall {
  readonly activation: Activation;
  readonly session: SessionRuntime;
  readonly tables: AgentTables;
  readonly isAdministrator: boolean;
  private readonly roles: Set<string>;

  constructor(
    readonly args: Arguments,
    readonly procedure: string,
  ) {
    this.activation = args.activation;
    this.session = this.activation.session;
    this.tables = new AgentTables(this.session.server, this.session.requireTransaction());
    this.isAdministrator = this.session.security.isServerRoleMember("sysadmin");
    this.roles = rolesOf(this.session);
  }

  get isOperator(): boolean {
    return this.isAdministrator || this.roles.has("sqlagentoperatorrole");
  }

  /** May see the jobs of others. */
  get isReader(): boolean {
    return this.isOperator || this.roles.has("sqlagentreaderrole");
  }

  /** EXECUTE on Agent's procedures goes with its roles; error 229 without one. */
  requireRole(): void {
    if (this.isAdministrator || ROLES.some((role) => this.roles.has(role.toLowerCase())) || this.roles.has("db_owner"))
      return;
    this.denyExecute();
  }

  requireAdministrator(): void {
    if (!this.isAdministrator) this.denyExecute();
  }

  private denyExecute(): never {
    throw new SqlError(
      229,
      `The EXECUTE permission was denied on the object '${this.procedure}', database 'msdb', schema 'dbo'.`,
      5,
      14,
    );
  }

  owns(row: AgentRow): boolean {
    return sameSid(row.bytes("owner_sid"), this.session.login.sid);
  }

  login(name: string): LoginRecord | undefined {
    const login = this.session.server.master.metadata.findOne("login", name);
    return login && login.type !== "R" ? login : undefined;
  }

  now(): bigint {
    return this.activation.now().local;
  }

  inform(number: number, message: string): void {
    this.activation.inform({ number, message, state: 1, class: 0, procedure: this.procedure, line: 1 });
  }
}

/** Names of the roles of msdb that the session's user is in, lower case. */
function rolesOf(session: SessionRuntime): Set<string> {
  const { msdb } = session.server;
  const names = new Set<string>();
  for (const id of databasePrincipals(msdb, session.security.userIn(msdb).id)) {
    const name = msdb.metadata.get("principal", id)?.name;
    if (name !== undefined) names.add(name.toLowerCase());
  }
  return names;
}

/** Registers a procedure of msdb that members of Agent's roles may execute. */
export function agentProcedure(
  name: string,
  parameters: SystemProcedureParameter[],
  execute: (call: AgentCall) => void,
  options: { administratorsOnly?: boolean } = {},
): void {
  change(
    name,
    parameters,
    (args) => {
      const call = new AgentCall(args, name);
      if (options.administratorsOnly) call.requireAdministrator();
      else call.requireRole();
      execute(call);
      return 0;
    },
    "msdb",
  );
}
