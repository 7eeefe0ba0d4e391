import type { StoredAgentJob } from "../objects/agentJob";
import type { UserState } from "../objects/databaseUser";
import type { JobSettings } from "../objects/jobSettings";
import type { JoinedDatabase } from "../objects/joinedDatabase";
import type { LinkedServerState } from "../objects/linkedServer";
import type { MemberDatabase } from "../objects/memberDatabase";
import type { ConnectionConfig } from "../objects/server";
import type { LoginState } from "../objects/serverLogin";

/** A running installation, as far as it could be read. */
export interface Installation {
  readonly managementDatabase: string;
  /** BizTalk's own, or one of ours. */
  readonly bizTalk: boolean;
  /** The control server first. */
  readonly servers: readonly InstalledServer[];
  readonly jobs: readonly JobSettings[];
  readonly agentJobs: readonly StoredAgentJob[];
  readonly remarks: readonly Remark[];
}

export interface InstalledServer {
  /** The name by which members are joined: its own, or that of a linked server. */
  readonly name: string;
  /** The name by which the server knows itself; undefined when it was not reached. */
  readonly realName: string | undefined;
  readonly connection: ConnectionConfig;
  /** The linked server that leads there from the control server. */
  readonly link: LinkedServerState | undefined;
  readonly databases: readonly InstalledDatabase[];
  /** Members that BizTalk names itself, without a row in `adm_OtherBackupDatabases`; the management database is one. */
  readonly ownMembers: readonly string[];
  readonly logins: readonly InstalledLogin[];
}

export interface InstalledDatabase {
  readonly row: JoinedDatabase;
  readonly state: MemberDatabase;
}

export interface InstalledLogin {
  readonly state: LoginState;
  /** What it is in each database where it is in `BTS_BACKUP_USERS`. */
  readonly users: readonly UserState[];
}

/** Something that was found and is not, or not wholly, in the program. */
export interface Remark {
  readonly what: string;
  readonly why: string;
}
