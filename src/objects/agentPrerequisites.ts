import { isSqlServerError, query, type Row, type SqlServer, type Statement, sysname } from "../sqlserver";
import type { AgentJob } from "./agentJob";

/** What an Agent job rests on, as a server has it. */
export interface AgentPrerequisites {
  /** `SERVERPROPERTY('EngineEdition')`: 4 is Express, which has no Agent. */
  readonly engineEdition: number;
  /** Whether the Agent runs command lines here; on Linux it does not. */
  readonly runsCommands: boolean;
  readonly ownerExists: boolean;
  /** A Windows group, which cannot own a job. */
  readonly ownerIsGroup: boolean;
  /** Undefined for a Windows account that SQL Server cannot tell it of. */
  readonly ownerIsSysadmin: boolean | undefined;
  readonly operatorExists: boolean;
  readonly proxyExists: boolean;
  readonly proxyEnabled: boolean;
  readonly proxyRunsCommands: boolean;
  /** Whether the proxy was granted to the owner, or to a role or group that the owner may be in. */
  readonly proxyMayServeOwner: boolean;
}

const express = 4;

/** Reads all of it in one round trip. */
export function readAgentPrerequisitesStatement({ owner, operator, steps }: AgentJob): Statement {
  const proxy = steps.find((step) => step.proxy !== undefined)?.proxy;
  return query(
    `SELECT CAST(SERVERPROPERTY('EngineEdition') AS int) AS engineEdition,
  (SELECT COUNT(*) FROM msdb.dbo.syssubsystems WHERE subsystem = N'CmdExec') AS runsCommands,
  CASE WHEN SUSER_SID(@owner) IS NULL THEN 0 ELSE 1 END AS ownerExists,
  (SELECT COUNT(*) FROM sys.server_principals WHERE name = @owner AND type = 'G') AS ownerIsGroup,
  IS_SRVROLEMEMBER(N'sysadmin', @owner) AS ownerIsSysadmin,
  (SELECT COUNT(*) FROM msdb.dbo.sysoperators WHERE name = @operator) AS operatorExists,
  (SELECT COUNT(*) FROM msdb.dbo.sysproxies WHERE name = @proxy) AS proxyExists,
  (SELECT COUNT(*) FROM msdb.dbo.sysproxies WHERE name = @proxy AND enabled = 1) AS proxyEnabled,
  (SELECT COUNT(*) FROM msdb.dbo.sysproxies AS p
    JOIN msdb.dbo.sysproxysubsystem AS g ON g.proxy_id = p.proxy_id
    JOIN msdb.dbo.syssubsystems AS s ON s.subsystem_id = g.subsystem_id
    WHERE p.name = @proxy AND s.subsystem = N'CmdExec') AS proxyRunsCommands,
  (SELECT COUNT(*) FROM msdb.dbo.sysproxies AS p
    JOIN msdb.dbo.sysproxylogin AS g ON g.proxy_id = p.proxy_id
    LEFT JOIN sys.server_principals AS l ON l.sid = g.sid
    WHERE p.name = @proxy AND (g.flags <> 0 OR g.sid = SUSER_SID(@owner) OR l.type = 'G')) AS proxyMayServeOwner;`,
    { owner: sysname(owner), operator: sysname(operator), proxy: sysname(proxy) },
    "look for what the Agent job needs",
  );
}

/** Reads the row of `readAgentPrerequisitesStatement`. */
export function parseAgentPrerequisites([row]: readonly Row[]): AgentPrerequisites {
  const count = (name: keyof AgentPrerequisites) => Number(row?.[name] ?? 0) > 0;
  return {
    engineEdition: Number(row?.engineEdition),
    runsCommands: count("runsCommands"),
    ownerExists: count("ownerExists"),
    ownerIsGroup: count("ownerIsGroup"),
    ownerIsSysadmin: row?.ownerIsSysadmin == null ? undefined : count("ownerIsSysadmin"),
    operatorExists: count("operatorExists"),
    proxyExists: count("proxyExists"),
    proxyEnabled: count("proxyEnabled"),
    proxyRunsCommands: count("proxyRunsCommands"),
    proxyMayServeOwner: count("proxyMayServeOwner"),
  };
}

/**
 * Why a server cannot carry a job out, all reasons at once, each with the property of the job that it is about; empty
 * when it can. The Agent itself would say some of it only when the job runs: "Non-SysAdmins have been denied permission
 * to run CmdExec job steps without a proxy account".
 */
export function agentProblems(job: AgentJob, server: AgentPrerequisites): string[] {
  if (server.engineEdition === express) {
    return [
      "Express Edition has no SQL Server Agent: leave the Agent job out, and start the runner by another scheduler",
    ];
  }
  const problems: string[] = [];
  if (!server.runsCommands) {
    problems.push("the Agent runs no command lines here (no subsystem CmdExec): start the runner by another scheduler");
  }
  return [...problems, ...ownerProblems(job, server), ...operatorProblems(job, server), ...proxyProblems(job, server)];
}

function ownerProblems({ owner, steps }: AgentJob, server: AgentPrerequisites): string[] {
  if (!server.ownerExists) return [`owner: there is no login ${owner}`];
  if (server.ownerIsGroup) return [`owner: ${owner} is a Windows group, which cannot own a job: name a login`];
  if (server.ownerIsSysadmin === false && steps.every(({ proxy }) => proxy === undefined)) {
    return [
      `owner: ${owner} is not a member of sysadmin, whose jobs alone may run command lines without a proxy account: give a proxy, or an owner in sysadmin`,
    ];
  }
  return [];
}

function operatorProblems({ operator }: AgentJob, server: AgentPrerequisites): string[] {
  if (operator === undefined || server.operatorExists) return [];
  return [`operator: there is no operator ${operator}: create it with msdb.dbo.sp_add_operator`];
}

function proxyProblems({ owner, steps }: AgentJob, server: AgentPrerequisites): string[] {
  const proxy = steps.find((step) => step.proxy !== undefined)?.proxy;
  if (proxy === undefined) return [];
  if (!server.proxyExists) return [`proxy: there is no proxy ${proxy}: create it with msdb.dbo.sp_add_proxy`];
  const problems: string[] = [];
  if (!server.proxyEnabled) problems.push(`proxy: ${proxy} is disabled`);
  if (!server.proxyRunsCommands) {
    problems.push(
      `proxy: ${proxy} may not run command lines: grant it with msdb.dbo.sp_grant_proxy_to_subsystem @proxy_name = …, @subsystem_name = N'CmdExec'`,
    );
  }
  if (server.ownerExists && server.ownerIsSysadmin === false && !server.proxyMayServeOwner) {
    problems.push(
      `proxy: the owner ${owner} may not use ${proxy}: grant it with msdb.dbo.sp_grant_login_to_proxy @login_name = …, @proxy_name = …`,
    );
  }
  return problems;
}

const noPermission = [229, 916];

/** Runs what reads or changes msdb, and says what a login lacks that may not. */
export async function inMsdb<T>(server: Pick<SqlServer, "displayName">, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isSqlServerError(error) || !error.has(...noPermission)) throw error;
    throw new Error(
      `The login may not manage Agent jobs on ${server.displayName}: use one in sysadmin for a BackupJob with an Agent job, or leave "agent" out and start the runner by another scheduler.\n${error.message}`,
      { cause: error },
    );
  }
}
