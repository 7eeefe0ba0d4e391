import type { JoinedDatabase } from "../objects/joinedDatabase";
import type { MemberDatabase } from "../objects/memberDatabase";
import { type MemberParts, noParts, type OwnSetup } from "../objects/memberSetup";
import { displayName } from "../objects/server";
import { inputsOf } from "./arguments";
import { type CustomBackupDatabaseSettings, customBackupDatabaseSchema } from "./customBackupDatabaseArguments";
import { parseInputs } from "./validation";
import { parseVersions, type Versions, versionsText } from "./versionsText";
import { type Properties, toState } from "./wire";

/** What create added, which is what delete takes away. */
export interface Made {
  readonly parts: MemberParts;
  readonly adopted: boolean;
  readonly row: JoinedDatabase;
  /** The row under former names, as long as it may still be there. */
  readonly formerRows: readonly JoinedDatabase[];
  readonly previousRecoveryModel: string;
  /** The scripts of a folder that were run here, by file with a digest; absent for the built-in set-up. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** What those scripts made, by `schema.name` with a digest of its text. */
  readonly digests?: Readonly<Record<string, string>>;
}

/** The input that check adds: what the package, or the folder, brings. No program gives it. */
export const versionsKey = "setupVersions";

/** What a program says, without what check has added. */
export function settingsOf(inputs: Properties): CustomBackupDatabaseSettings {
  const { [versionsKey]: _, ...program } = inputs;
  return parseInputs(customBackupDatabaseSchema, program);
}

/** The inputs among the outputs, as the program gave them. */
export function inputsIn(state: Properties): Properties {
  const versions = state[versionsKey];
  return {
    ...inputsOf(customBackupDatabaseSchema, state),
    ...(versions !== undefined && versions !== null && { [versionsKey]: versions }),
  };
}

/** The settings under which the resource was made. */
export function recordedIn(state: Properties): CustomBackupDatabaseSettings {
  const inputs = inputsIn(state);
  // Once, a refresh put the recovery model that it found here.
  return settingsOf(inputs.recoveryModel === "SIMPLE" ? { ...inputs, recoveryModel: "FULL" } : inputs);
}

/** What create added as one text, for the same reason as `versionsText`. */
export function madeText(made: Made): string {
  return JSON.stringify(made);
}

export function madeIn(state: Properties, recorded: CustomBackupDatabaseSettings): Made {
  if (typeof state.made === "string") return JSON.parse(state.made) as Made;
  // Nothing is recorded of what was not made here.
  const serverName = recorded.serverName ?? String(state.joinedServerName ?? state.realServerName ?? "");
  return {
    parts: noParts,
    adopted: true,
    row: {
      defaultDatabaseName: recorded.defaultDatabaseName ?? recorded.database,
      databaseName: recorded.database,
      serverName,
      btsServerName: serverName,
    },
    formerRows: [],
    previousRecoveryModel: recorded.recoveryModel,
  };
}

/** What planning a set-up has to know of the earlier one. */
export function ownSetup({ parts, scripts }: Made): OwnSetup {
  return { procedures: parts.procedures, byScripts: scripts !== undefined };
}

/** Which versions are installed, by procedure or by script; nothing where somebody else's procedures are used. */
export function installedVersionsIn(state: Properties): Versions {
  return parseVersions(state.installedVersions);
}

export function outputs(
  wanted: CustomBackupDatabaseSettings,
  made: Made,
  member: MemberDatabase,
  versions: { readonly installed: Versions; readonly wanted: unknown },
): Properties {
  return toState({
    ...wanted,
    ...(versions.wanted !== undefined && { [versionsKey]: versions.wanted }),
    server: displayName(wanted.connection),
    joinedServerName: made.row.serverName,
    realServerName: member.serverName,
    previousRecoveryModel: made.previousRecoveryModel,
    installedVersions: versionsText(versions.installed),
    made: madeText(made),
    findings: {},
  });
}
