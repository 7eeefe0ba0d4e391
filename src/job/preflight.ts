import type { Member } from "../objects/backupMembers";
import { backupFileName, joinBackupPath, maximumDeviceNameLength } from "../objects/backupPath";
import { type Finding, findingFrom } from "../objects/finding";
import { inParallel } from "../objects/inParallel";
import type { Instance } from "../objects/instance";
import { type LinkState, readLinks } from "../objects/linkState";
import type { MarkName } from "../objects/markNames";
import { missingOptions } from "../objects/memberBackup";
import { type MemberState, memberProcedures, readMemberState } from "../objects/memberState";
import type { JobSettings } from "../objects/runSettings";
import { addFinding, type RunContext } from "./runContext";

/** A member that can be backed up now. */
export interface ReadyMember extends Member {
  readonly instance: Instance;
  readonly realServer: string;
  readonly state: MemberState;
}

const questionsAtOnce = 4;

/** A member as it was found; one with a finding cannot be backed up now. */
export interface InspectedMember extends Member {
  readonly instance: Instance;
  /** Undefined when the member could not be asked. */
  readonly state?: MemberState;
  readonly finding?: Finding;
}

/** Asks every member for its state. One that cannot take part becomes a finding; the others go on. */
export async function preflight(
  context: RunContext,
  members: readonly Member[],
  mark: MarkName,
): Promise<ReadyMember[]> {
  const inspected = await inspectMembers(context, members, mark);
  for (const { finding } of inspected) if (finding) addFinding(context, finding);
  const ready = readyMembers(inspected);
  context.report({ kind: "members", ready: ready.length, all: members.length });
  return ready;
}

/** Those that can be backed up now. */
export function readyMembers(inspected: readonly InspectedMember[]): ReadyMember[] {
  return inspected.flatMap(({ server, database, instance, state, finding }) =>
    state && !finding ? [{ server, database, instance, realServer: state.realServer, state }] : [],
  );
}

/**
 * Asks every member for its state, and looks for what would keep it out of a run.
 *
 * @param mark the mark of that run, for the length of its files' paths
 */
export async function inspectMembers(
  context: RunContext,
  members: readonly Member[],
  mark: MarkName,
): Promise<InspectedMember[]> {
  const { topology, signal } = context;
  const keyOf = (member: Member) => member.server;
  const links = await readLinks(topology.control, signal);
  return inParallel(members, { perKey: questionsAtOnce, keyOf }, (member) =>
    inspectMember(context, member, links.get(member.server.toUpperCase()), mark),
  );
}

async function inspectMember(
  { topology, signal, settings }: RunContext,
  member: Member,
  link: LinkState | undefined,
  mark: MarkName,
): Promise<InspectedMember> {
  const place = { step: "preflight", ...member } as const;
  const instance = topology.instance(member.server);
  const broken = instance.way === "control" ? undefined : linkProblem(member.server, link);
  if (broken) return { ...member, instance, finding: { ...place, ...broken } };
  try {
    const state = await readMemberState(instance, member.database, signal);
    const problem = findProblem(member, state, settings, mark);
    return { ...member, instance, state, ...(problem && { finding: { ...place, ...problem } }) };
  } catch (error) {
    return { ...member, instance, finding: findingFrom(error, place) };
  }
}

type Problem = Pick<Finding, "message" | "number" | "hint">;

/** What keeps a remote member from being marked in one transaction with the others. */
export function linkProblem(server: string, link: LinkState | undefined): Problem | undefined {
  if (!link) {
    return {
      message: `The control server has no linked server ${server}.`,
      number: 7202,
      hint: "declare it (LinkedServer), or mend the server's name in adm_OtherBackupDatabases; where it is, the login does not see it because no mapping of it is for this login",
    };
  }
  if (!link.rpcOut) {
    return {
      message: `The linked server ${server} is not configured for RPC.`,
      number: 7411,
      hint: "switch on 'rpc' and 'rpc out' of the linked server",
    };
  }
  if (!link.promotion) {
    return {
      message: `The linked server ${server} does not promote transactions: a mark there would commit by itself.`,
      hint: "switch on 'remote proc transaction promotion' of the linked server",
    };
  }
  return undefined;
}

/** What keeps a member from being backed up and marked, with the number SQL Server would give for it later. */
export function findProblem(
  member: Member,
  state: MemberState,
  settings: JobSettings,
  mark: MarkName,
): Problem | undefined {
  if (state.state !== "ONLINE") {
    return { message: `The database is ${state.state}, not ONLINE.`, number: 942, hint: "bring the database online" };
  }
  if (state.recoveryModel === "SIMPLE") {
    return {
      message: "The recovery model is SIMPLE: the database takes neither log backups nor marks.",
      number: 4208,
      hint: "set the recovery model to FULL; the next run takes the full backup it then needs",
    };
  }
  if (state.readOnly) {
    return {
      message: "The database is read-only: a mark cannot be written into it.",
      number: 3906,
      hint: "make the database writable, or take it out of the backup set",
    };
  }
  const missing = memberProcedures.filter((name) => !state.procedures.has(name));
  if (missing.length > 0) {
    return {
      message: `The database is joined to the backup set but lacks ${missing.join(", ")}.`,
      number: 2812,
      hint: "declare it as a CustomBackupDatabase, or run Backup_Setup_All_Procs.sql and Backup_Setup_All_Tables.sql in it; where they are, the login does not see them: make it a member of BTS_BACKUP_USERS",
    };
  }
  return optionProblem(state, settings) ?? pathProblem(member, state, settings, mark);
}

function optionProblem(state: MemberState, settings: JobSettings): Problem | undefined {
  const procedures = ["sp_BackupBizTalkFull", "sp_BackupBizTalkLog"] as const;
  const unknown = new Set(procedures.flatMap((name) => missingOptions(state.procedures.get(name) ?? [], settings)));
  if (unknown.size === 0) return undefined;
  return {
    message: `The job asks for ${[...unknown].join(", ")}, which the procedures of this database do not know.`,
    hint: "let this package install its own procedures there, or switch the option off in the job",
  };
}

function pathProblem(member: Member, state: MemberState, settings: JobSettings, mark: MarkName): Problem | undefined {
  const paths = [
    joinBackupPath(settings.fullPath, backupFileName(state.realServer, member.database, "full", mark)),
    joinBackupPath(settings.logPath, backupFileName(state.realServer, member.database, "log", mark)),
  ];
  const longest = Math.max(...paths.map((path) => path.length));
  if (longest <= maximumDeviceNameLength) return undefined;
  return {
    message: `The path of a backup file would have ${longest} characters; SQL Server takes ${maximumDeviceNameLength}.`,
    number: 3057,
    hint: "choose a shorter path for the backups",
  };
}
