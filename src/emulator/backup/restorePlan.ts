/** What a RESTORE statement asks for, checked as far as the statement alone tells. */
import type { StopPoint } from "./chain";
import type { DeviceName } from "./devices";
import { cause, unsupportedOptions } from "./errors";
import { statsStep } from "./operation";
import type { Options } from "./options";

export type Ending = "recovery" | "norecovery" | "standby";

export interface RestorePlan {
  readonly what: "database" | "log";
  readonly databaseName: string;
  /** None: only recover what has been restored. */
  readonly devices: readonly DeviceName[];
  readonly position: number;
  readonly ending: Ending;
  readonly replace: boolean;
  readonly restart: boolean;
  readonly restricted: boolean;
  readonly broker: boolean;
  readonly moves: readonly { readonly logicalName: string; readonly physicalName: string }[];
  readonly stop: StopPoint | undefined;
  readonly mediaName: string | undefined;
  readonly checksum: boolean;
  readonly continueAfterError: boolean;
  readonly stats: number | undefined;
}

export function restorePlan(
  what: "database" | "log",
  databaseName: string,
  devices: readonly DeviceName[],
  options: Options,
): RestorePlan {
  options.exclusive("RECOVERY", "NORECOVERY", "STANDBY");
  options.exclusive("CHECKSUM", "NO_CHECKSUM");
  options.exclusive("STOP_ON_ERROR", "CONTINUE_AFTER_ERROR");
  options.exclusive("STOPAT", "STOPATMARK", "STOPBEFOREMARK");
  options.exclusive("RESTRICTED_USER", "NORECOVERY");
  options.exclusive("ENABLE_BROKER", "NEW_BROKER", "ERROR_BROKER_CONVERSATIONS");
  requireDistinctMoves(options);
  const stop = stopPoint(options);
  if (what === "database" && stop?.kind === "mark") {
    throw cause(
      4340,
      "The point-in-time clause of this RESTORE statement is restricted for use by RESTORE LOG statements only. Omit the clause or use a clause that includes a timestamp.",
    );
  }
  return {
    what,
    databaseName,
    devices,
    position: filePosition(options),
    ending: options.has("NORECOVERY") ? "norecovery" : options.has("STANDBY") ? "standby" : "recovery",
    replace: options.has("REPLACE"),
    restart: options.has("RESTART"),
    restricted: options.has("RESTRICTED_USER"),
    broker: options.has("ENABLE_BROKER") || options.has("NEW_BROKER"),
    moves: options.moves,
    stop,
    mediaName: options.text("MEDIANAME") ?? undefined,
    checksum: options.has("CHECKSUM"),
    continueAfterError: options.has("CONTINUE_AFTER_ERROR"),
    stats: statsStep(options.has("STATS"), options.number("STATS")),
  };
}

/** `FILE = n`; the first set by default. */
export function filePosition(options: Options): number {
  const position = options.number("FILE");
  if (position === undefined) return 1;
  if (position < 1) throw cause(3250, `The value '${position}' is not within range for the FILE parameter.`);
  return position;
}

/** Options that only make sense when data is restored. */
export function requireReadOnlyOptions(options: Options, allowed: readonly string[]): void {
  const foreign = options.names().filter((name) => !allowed.includes(name));
  if (options.moves.length > 0 && !allowed.includes("MOVE")) foreign.push("MOVE");
  if (foreign.length > 0) throw unsupportedOptions(foreign.join(", ").toLowerCase());
}

function requireDistinctMoves(options: Options): void {
  const seen = new Set<string>();
  for (const { logicalName } of options.moves) {
    const key = logicalName.toLowerCase();
    if (seen.has(key)) {
      throw cause(
        4353,
        `Conflicting file relocations have been specified for file '${logicalName}'. Only a single WITH MOVE clause should be specified for any logical file name.`,
      );
    }
    seen.add(key);
  }
}

function stopPoint(options: Options): StopPoint | undefined {
  if (options.has("STOPAT")) {
    const at = options.time("STOPAT");
    return at === undefined ? undefined : { kind: "time", at };
  }
  const before = options.has("STOPBEFOREMARK");
  if (!before && !options.has("STOPATMARK")) return undefined;
  const name = options.text(before ? "STOPBEFOREMARK" : "STOPATMARK") ?? "";
  const lsn = /^lsn:(.*)$/i.exec(name.trim());
  if (!lsn) return { kind: "mark", name, before, after: options.after };
  return { kind: "lsn", lsn: parseLsn(lsn[1] as string), before };
}

/** `34000000012800001`, or the three hexadecimal parts `00000022:00000080:0001`. */
function parseLsn(text: string): bigint {
  const parts = /^(?:0x)?([0-9a-f]{8}):([0-9a-f]{8}):([0-9a-f]{4})$/i.exec(text.trim());
  if (parts) {
    const [file, block, slot] = parts.slice(1).map((part) => BigInt(`0x${part}`)) as [bigint, bigint, bigint];
    return file * 10n ** 15n + block * 10n ** 5n + slot;
  }
  if (!/^\d{1,25}$/.test(text.trim())) throw cause(4334, "The named mark does not identify a valid LSN.");
  return BigInt(text.trim());
}
