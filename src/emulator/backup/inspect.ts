/** RESTORE HEADERONLY, FILELISTONLY, LABELONLY and VERIFYONLY. */
import { NotEmulatedError, SqlError } from "../engine/errors";
import { backupSetId } from "./backupHistory";
import type { DeviceName } from "./devices";
import { resolveDevices } from "./devices";
import { cause, type Operation, terminated } from "./errors";
import { fileList } from "./fileList";
import { headerList } from "./headerList";
import { label } from "./label";
import { DamagedBlock } from "./mediaFile";
import { type BackupSetReader, MediaSet } from "./mediaSet";
import { type OperationSession, Progress, requireNoTransaction, Slices, statsStep } from "./operation";
import type { Options } from "./options";
import { filePosition, requireReadOnlyOptions } from "./restorePlan";
import { createDatabaseDenied } from "./restoreTarget";

export type Inspection = "headeronly" | "filelistonly" | "labelonly" | "verifyonly" | "rewindonly";

const OPERATIONS: Record<Exclude<Inspection, "rewindonly">, Operation> = {
  headeronly: "RESTORE HEADERONLY",
  filelistonly: "RESTORE FILELIST",
  labelonly: "RESTORE LABELONLY",
  verifyonly: "VERIFY DATABASE",
};

const COMMON = [
  "MEDIANAME",
  "CHECKSUM",
  "NO_CHECKSUM",
  "CONTINUE_AFTER_ERROR",
  "STOP_ON_ERROR",
  "NOUNLOAD",
  "UNLOAD",
  "REWIND",
  "NOREWIND",
];
const ALLOWED: Record<Exclude<Inspection, "rewindonly">, readonly string[]> = {
  headeronly: [...COMMON, "FILE"],
  filelistonly: [...COMMON, "FILE"],
  labelonly: COMMON,
  verifyonly: [
    ...COMMON,
    "FILE",
    "MOVE",
    "LOADHISTORY",
    "STATS",
    "REPLACE",
    "BUFFERCOUNT",
    "MAXTRANSFERSIZE",
    "BLOCKSIZE",
  ],
};

export async function runInspection(
  what: Inspection,
  devices: readonly DeviceName[],
  options: Options,
  session: OperationSession,
): Promise<void> {
  if (what === "rewindonly") throw new NotEmulatedError("RESTORE REWINDONLY");
  const operation = OPERATIONS[what];
  try {
    if (what === "verifyonly") requireNoTransaction(session);
    if (!session.mayCreateDatabase()) throw createDatabaseDenied();
    requireReadOnlyOptions(options, ALLOWED[what]);
    const media = MediaSet.open(resolveDevices(session.server, devices), {
      mediaName: options.text("MEDIANAME") ?? undefined,
      single: what !== "verifyonly",
    });
    try {
      await inspect(what, media, options, session);
    } finally {
      media.close();
    }
  } catch (error) {
    throw error instanceof SqlError ? terminated(operation, error) : error;
  }
}

async function inspect(what: Inspection, media: MediaSet, options: Options, session: OperationSession): Promise<void> {
  switch (what) {
    case "headeronly": {
      const wanted = options.number("FILE");
      const sets = media.sets().filter(({ position }) => wanted === undefined || position === wanted);
      if (wanted !== undefined && sets.length === 0) media.set(wanted);
      const { columns, rows } = headerList(sets, media);
      session.resultSet(columns, rows);
      return;
    }
    case "filelistonly": {
      const { columns, rows } = fileList(media.set(filePosition(options)).header);
      session.resultSet(columns, rows);
      return;
    }
    case "labelonly": {
      const { columns, rows } = label(media.header);
      session.resultSet(columns, rows);
      return;
    }
    default:
      await verify(media, options, session);
  }
}

/** Reads the whole set as a restore would. */
async function verify(media: MediaSet, options: Options, session: OperationSession): Promise<void> {
  const position = filePosition(options);
  const reader = media.set(position);
  if (options.has("CHECKSUM") && !reader.header.checksums) {
    throw cause(
      3187,
      "RESTORE WITH CHECKSUM cannot be specified because the backup set does not contain checksum information.",
    );
  }
  const slices = new Slices(session);
  const progress = new Progress(session, statsStep(options.has("STATS"), options.number("STATS")));
  await readThrough(reader, options.has("CONTINUE_AFTER_ERROR"), slices, progress);
  if (options.has("LOADHISTORY")) {
    const set = { header: reader.header, media: media.headers, devices: media.devices };
    await session.server.whenUnlocked((transaction) => backupSetId(session.server, transaction, set));
  }
  session.inform(3262, `The backup set on file ${position} is valid.`);
}

async function readThrough(
  reader: BackupSetReader,
  continueAfterError: boolean,
  slices: Slices,
  progress: Progress,
): Promise<void> {
  try {
    for (const { share } of reader.blocks(continueAfterError)) {
      progress.report(share);
      await slices.next();
    }
  } catch (error) {
    if (error instanceof DamagedBlock) throw cause(3189, "Damage to the backup set was detected.");
    throw error;
  }
  if (reader.damage > 0) throw cause(3189, "Damage to the backup set was detected.");
}
