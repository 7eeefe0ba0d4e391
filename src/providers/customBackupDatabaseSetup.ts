import { modulesOf } from "../objects/installation";
import type { MemberDatabase } from "../objects/memberDatabase";
import {
  addedParts,
  builtInBatches,
  failedBatch,
  installMember,
  joinParts,
  type MadeObject,
  memberSetupProblems,
  missingFoundations,
  missingGrants,
  objectKey,
  parseTouched,
  planMemberSetup,
} from "../objects/memberSetup";
import { isSqlServerError, type SqlServer } from "../objects/server";
import {
  definitionDigest,
  makesObject,
  placeOfBatch,
  readSetupScripts,
  type SetupScripts,
} from "../objects/setupScripts";
import type { CustomBackupDatabaseSettings } from "./customBackupDatabaseArguments";
import { type Made, ownSetup } from "./customBackupDatabaseState";
import { sameValue } from "./difference";
import { unknownValue } from "./unknowns";
import { parseVersions, type Versions } from "./versionsText";

/** What is to be run in a database so that it can be marked and backed up. */
export interface SetupPlan {
  /** None where everything is there. */
  readonly batches: readonly string[];
  /** Where the batches come from, unless they are built in. */
  readonly scripts?: SetupScripts;
  /** The built-in procedures that they make or alter. */
  readonly installs: readonly string[];
}

const nothingToRun: SetupPlan = { batches: [], installs: [] };

/** Decides what is to be run. Reads the scripts of a folder only if they may be needed. */
export function planSetup(wanted: CustomBackupDatabaseSettings, member: MemberDatabase, made: Made): SetupPlan {
  if (wanted.setup === "builtIn") return planBuiltIn(member, made);
  if (made.scripts === undefined && isSomebodyElses(member, made)) return nothingToRun;
  const complete = made.scripts !== undefined && setupProblems(wanted, member, made).length === 0;
  const scripts = complete ? newer(wanted.setup, made) : readSetupScripts(wanted.setup);
  return scripts ? { batches: scripts.batches.map(({ text }) => text), scripts, installs: [] } : nothingToRun;
}

function planBuiltIn(member: MemberDatabase, made: Made): SetupPlan {
  const setup = planMemberSetup(member, ownSetup(made));
  if ("refused" in setup || setup.complete) return nothingToRun;
  return { batches: builtInBatches(setup), installs: setup.installs };
}

/** The scripts of the folder if they are others than those that were run; a folder that is gone has no others. */
function newer(folder: string, made: Made): SetupScripts | undefined {
  const versions = broughtVersions(folder);
  return versions === undefined || sameValue(versions, made.scripts) ? undefined : readSetupScripts(folder);
}

/** Whether somebody else has set the database up, completely: that stays as it is. */
function isSomebodyElses(member: MemberDatabase, made: Made): boolean {
  const setup = planMemberSetup(member, ownSetup(made));
  return !("refused" in setup) && setup.foreign;
}

/** Runs a plan, and sets the recovery model where one is given. Returns what is made now. */
export async function runSetup(
  server: SqlServer,
  database: string,
  plan: SetupPlan,
  made: Made,
  recoveryModel: string | undefined,
): Promise<Made> {
  if (plan.batches.length === 0 && recoveryModel === undefined) return made;
  const { recordsets } = await server
    .execute(installMember(database, plan.batches, recoveryModel), { database })
    .catch((error: unknown) => {
      throw withPlace(error, plan);
    });
  if (plan.batches.length === 0) return made;
  const { scripts } = plan;
  const touched = parseTouched(recordsets, scripts ? (object) => makesObject(scripts, object) : isBuiltIn);
  const { scripts: _, digests: __, ...before } = made;
  const after = { ...before, parts: joinParts(made.parts, addedParts(touched)) };
  if (!scripts) return after;
  const objects = touched.filter(({ schema }) => schema !== "");
  return {
    ...after,
    scripts: scripts.digests,
    digests: Object.fromEntries(objects.map((object) => [objectKey(object), definitionDigest(object.definition)])),
  };
}

function isBuiltIn({ schema, name }: MadeObject): boolean {
  return schema === "dbo" && (name === "MarkLog" || modulesOf("member").has(name));
}

/** An error of a folder's script with the file, batch and line that failed. */
function withPlace(error: unknown, { scripts }: SetupPlan): unknown {
  if (!scripts || !isSqlServerError(error)) return error;
  const batch = failedBatch(error.messages);
  if (batch === undefined) return error;
  const place = placeOfBatch(scripts, batch, error.line);
  return new Error(`${place}: ${error.message}\n  Nothing of the scripts in ${scripts.folder} has taken effect.`, {
    cause: error,
  });
}

/** What of the set-up is not as it should be, in words. */
export function setupProblems(recorded: CustomBackupDatabaseSettings, member: MemberDatabase, made: Made): string[] {
  if (made.scripts === undefined || recorded.setup === "builtIn") return memberSetupProblems(member, ownSetup(made));
  const problems = missingFoundations(member);
  for (const [key, digest] of Object.entries(made.digests ?? {})) {
    const definition = member.definitions.get(key);
    const name = key.replace(/^dbo\./, "");
    if (name === "marklog") continue;
    if (definition === undefined) problems.push(`${properName(name, made)} is missing`);
    else if (definitionDigest(definition) !== digest) problems.push(`${properName(name, made)} is changed`);
  }
  return [...problems, ...missingGrants(member)];
}

/** A name as it was written. */
function properName(name: string, { parts }: Made): string {
  return parts.procedures.find((procedure) => procedure.toLowerCase() === name) ?? name;
}

/** The names of objects that a read has to look at beside our own procedures. */
export function watchedObjects({ digests = {} }: Made): string[] {
  return Object.keys(digests).map((key) => key.slice(key.indexOf(".") + 1));
}

/**
 * What the package, or the folder, brings: versions by procedure, or digests by script. Undefined where the folder
 * cannot be read on this machine, which matters only when its scripts have to be run.
 */
export function broughtVersions(setup: unknown): Versions | undefined {
  if (typeof setup !== "string" || setup === unknownValue) return undefined;
  if (setup === "builtIn")
    return Object.fromEntries([...modulesOf("member").values()].map(({ name, version }) => [name, version]));
  try {
    return readSetupScripts(setup).digests;
  } catch {
    return undefined;
  }
}

/**
 * What is installed now: nothing where somebody else's procedures are used.
 *
 * @param ran what has been run since the database was read
 */
export function installedVersions(
  wanted: CustomBackupDatabaseSettings,
  member: MemberDatabase,
  made: Made,
  ran: SetupPlan = nothingToRun,
): Versions {
  if (wanted.setup !== "builtIn") return made.scripts ?? {};
  if (ran.batches.length === 0 && isSomebodyElses(member, made)) return {};
  return Object.fromEntries(
    [...member.procedures].flatMap(([name, { version }]) => {
      const now = ran.installs.includes(name) ? modulesOf("member").get(name)?.version : version;
      return now === undefined ? [] : [[name, now]];
    }),
  );
}

/** Whether what is installed is older than what is brought. Newer versions, and somebody else's, are left alone. */
export function isOutdated(installed: Versions, brought: unknown): boolean {
  if (Object.keys(installed).length === 0 || brought === unknownValue) return false;
  return Object.entries(parseVersions(brought)).some(([name, version]) => {
    const there = installed[name];
    if (typeof version === "number") return typeof there !== "number" || there < version;
    return there !== version;
  });
}
