/** What a BACKUP statement asks for, checked as far as the statement alone tells. */
import { NotEmulatedError } from "../engine/errors";
import type { DeviceName } from "./devices";
import { cause, conflictingOptions, unsupportedOptions } from "./errors";
import { statsStep } from "./operation";
import type { Options } from "./options";
import { TICKS_PER_DAY } from "./times";

export interface BackupPlan {
  readonly what: "database" | "log";
  readonly databaseName: string;
  readonly devices: readonly DeviceName[];
  /** Further copies, each to as many devices. */
  readonly mirrors: readonly (readonly DeviceName[])[];
  readonly differential: boolean;
  readonly copyOnly: boolean;
  readonly format: boolean;
  readonly init: boolean;
  readonly skip: boolean;
  readonly name: string | null;
  readonly description: string | null;
  readonly mediaName: string | null;
  readonly mediaDescription: string | null;
  readonly expireDate: bigint | undefined;
  readonly retainDays: number | undefined;
  readonly compression: boolean | undefined;
  readonly checksum: boolean | undefined;
  readonly stats: number | undefined;
  /** What becomes of the database after a backup of the tail of the log. */
  readonly leave: "online" | "restoring" | "standby";
  readonly noTruncate: boolean;
}

const ONLY_FOR_DATABASE = ["DIFFERENTIAL"];
const ONLY_FOR_LOG = ["NORECOVERY", "STANDBY", "NO_TRUNCATE"];

export function backupPlan(
  what: "database" | "log",
  databaseName: string,
  devices: readonly DeviceName[],
  options: Options,
  mirrors: readonly (readonly DeviceName[])[] = [],
): BackupPlan {
  const foreign = (what === "log" ? ONLY_FOR_DATABASE : ONLY_FOR_LOG).filter((name) => options.has(name));
  if (foreign.length > 0) throw unsupportedOptions(foreign.join(", ").toLowerCase());
  if (devices.length === 0) {
    throw cause(
      3207,
      "Backup or restore requires at least one backup device. Rerun your statement specifying a backup device.",
    );
  }
  requireMirrors(devices, mirrors);
  options.exclusive("INIT", "NOINIT");
  options.exclusive("SKIP", "NOSKIP");
  options.exclusive("FORMAT", "NOFORMAT");
  options.exclusive("FORMAT", "NOINIT");
  options.exclusive("COMPRESSION", "NO_COMPRESSION");
  options.exclusive("CHECKSUM", "NO_CHECKSUM");
  options.exclusive("STOP_ON_ERROR", "CONTINUE_AFTER_ERROR");
  options.exclusive("EXPIREDATE", "RETAINDAYS");
  options.exclusive("NORECOVERY", "STANDBY");
  if (options.has("COPY_ONLY") && options.has("NORECOVERY")) throw conflictingOptions("copy_only", "norecovery");
  requireTransferSizes(options);
  if (options.encryption) requireEncryption(options.encryption);
  const retainDays = options.number("RETAINDAYS");
  if (retainDays !== undefined && (retainDays < 0 || retainDays > 99_999)) {
    throw cause(3250, `The value '${retainDays}' is not within range for the RETAINDAYS parameter.`);
  }
  const format = options.has("FORMAT");
  const flag = (on: string, off: string) => (options.has(on) ? true : options.has(off) ? false : undefined);
  return {
    what,
    databaseName,
    devices,
    mirrors,
    differential: options.has("DIFFERENTIAL"),
    copyOnly: options.has("COPY_ONLY") && !options.has("DIFFERENTIAL"),
    format,
    init: options.has("INIT") || format,
    skip: options.has("SKIP") || format,
    name: options.text("NAME"),
    description: options.text("DESCRIPTION"),
    mediaName: options.text("MEDIANAME"),
    mediaDescription: options.text("MEDIADESCRIPTION"),
    expireDate: options.time("EXPIREDATE"),
    retainDays,
    compression: flag("COMPRESSION", "NO_COMPRESSION"),
    checksum: flag("CHECKSUM", "NO_CHECKSUM"),
    stats: statsStep(options.has("STATS"), options.number("STATS")),
    leave: options.has("NORECOVERY") ? "restoring" : options.has("STANDBY") ? "standby" : "online",
    noTruncate: options.has("NO_TRUNCATE"),
  };
}

const MAX_MIRRORS = 3;

function requireMirrors(devices: readonly DeviceName[], mirrors: readonly (readonly DeviceName[])[]): void {
  if (mirrors.length > MAX_MIRRORS)
    throw cause(3214, `Too many backup mirrors are specified. Only ${MAX_MIRRORS + 1} are allowed.`);
  if (mirrors.some((mirror) => mirror.length !== devices.length)) {
    throw cause(3010, "Invalid backup mirror specification. All mirrors must have the same number of members.");
  }
}

/** When the set may be overwritten; null: at once. */
export function expiration(plan: BackupPlan, start: bigint, mediaRetentionDays: number): bigint | null {
  if (plan.expireDate !== undefined) return plan.expireDate;
  const days = plan.retainDays ?? mediaRetentionDays;
  return days > 0 ? start + BigInt(days) * TICKS_PER_DAY : null;
}

const LARGEST_BLOCK = 65_536;
const LARGEST_TRANSFER = 4_194_304;

/** They change nothing here, but wrong ones are errors 3253, 3250 and 3217. */
function requireTransferSizes(options: Options): void {
  const block = options.number("BLOCKSIZE");
  if (block !== undefined && (block <= 0 || (block & (block - 1)) !== 0)) {
    throw cause(3253, "The block size parameter must supply a value that is a power of 2.");
  }
  if (block !== undefined && (block < 512 || block > LARGEST_BLOCK)) {
    throw cause(3250, `The value '${block}' is not within range for the BLOCKSIZE parameter.`);
  }
  const transfer = options.number("MAXTRANSFERSIZE");
  if (transfer !== undefined && (transfer <= 0 || transfer % LARGEST_BLOCK !== 0 || transfer > LARGEST_TRANSFER)) {
    throw cause(3217, "Invalid value specified for MAXTRANSFERSIZE parameter.");
  }
  const buffers = options.number("BUFFERCOUNT");
  if (buffers !== undefined && buffers < 1) throw cause(3217, "Invalid value specified for BUFFERCOUNT parameter.");
}

/** CREATE CERTIFICATE is refused, so there is none to encrypt with. */
function requireEncryption(values: Record<string, string>): never {
  const certificate = values["SERVER CERTIFICATE"];
  if (certificate === undefined) throw new NotEmulatedError("BACKUP … WITH ENCRYPTION by an asymmetric key");
  throw cause(
    15151,
    `Cannot find the certificate '${certificate}', because it does not exist or you do not have permission.`,
  );
}
