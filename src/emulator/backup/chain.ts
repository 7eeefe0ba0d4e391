/** Which backups follow which: pure rules over LSNs and recovery forks. */
import type { SqlError } from "../engine/errors";
import type { BootState, RestoreProgress } from "../storage/boot";
import type { LogRecord, Lsn } from "../storage/log";
import type { RecoveryModel } from "../storage/records";
import { cause } from "./errors";
import type { SetHeader } from "./mediaFormat";

/** Where a log backup begins and which forks it spans. */
export function forksOf(
  boot: BootState,
  firstLsn: Lsn,
): Pick<SetHeader, "firstForkGuid" | "lastForkGuid" | "forkPointLsn"> {
  const spans = boot.forkPointLsn !== null && boot.forkedFromGuid !== null && firstLsn <= boot.forkPointLsn;
  return {
    firstForkGuid: spans ? (boot.forkedFromGuid as string) : boot.recoveryForkGuid,
    lastForkGuid: boot.recoveryForkGuid,
    forkPointLsn: spans ? boot.forkPointLsn : null,
  };
}

/** What a finished data backup changes in the database's chain. */
export function afterDataBackup(boot: BootState, header: SetHeader, recoveryModel: RecoveryModel): Partial<BootState> {
  if (header.copyOnly && header.type === "D") return {};
  const chain: Partial<BootState> =
    recoveryModel !== "SIMPLE" && boot.logBackupStart === null
      ? { logBackupStart: header.firstLsn, logChainBegins: true }
      : {};
  if (header.type === "I") return chain;
  return {
    ...chain,
    databaseBackupLsn: header.checkpointLsn,
    differentialBase: { lsn: header.firstLsn, guid: header.setId, date: header.start },
  };
}

/** Why a differential backup cannot follow what has been restored. */
export function differentialObstacle(progress: RestoreProgress, header: SetHeader): SqlError | undefined {
  if (header.differentialBaseGuid !== progress.baseGuid) {
    return cause(
      3136,
      "This differential backup cannot be restored because the database has not been restored to the correct earlier state.",
      1,
    );
  }
  if (header.lastLsn < progress.redoLsn) {
    return cause(
      3120,
      "This backup set will not be restored because all data has already been restored to a point beyond the time covered by this backup set.",
    );
  }
  return undefined;
}

/** Why a log backup cannot follow what has been restored. */
export function logObstacle(progress: RestoreProgress, header: SetHeader): SqlError | undefined {
  if (header.firstLsn > progress.redoLsn) {
    return cause(
      4305,
      `The log in this backup set begins at LSN ${header.firstLsn}, which is too recent to apply to the database. An earlier log backup that includes LSN ${progress.redoLsn} can be restored.`,
    );
  }
  if (header.lastLsn < progress.redoLsn) {
    return cause(
      4326,
      `The log in this backup set terminates at LSN ${header.lastLsn}, which is too early to apply to the database. A more recent log backup that includes LSN ${progress.redoLsn} can be restored.`,
    );
  }
  const sameFork = header.lastForkGuid === progress.forkGuid;
  const leavesFork =
    header.firstForkGuid === progress.forkGuid &&
    header.forkPointLsn !== null &&
    progress.redoLsn <= header.forkPointLsn;
  if (sameFork || leavesFork) return undefined;
  return cause(
    4330,
    "This backup set cannot be applied because it is on a recovery path that is inconsistent with the database. The recovery path is the sequence of data and log backups that have brought the database to a particular recovery point. Find a compatible backup to restore, or restore the rest of the database to match a recovery point within this backup set, which will restore the database to a different point in time.  For more information about recovery paths, see SQL Server Books Online.",
  );
}

/** Where a RESTORE LOG is to stop. */
export type StopPoint =
  | { readonly kind: "time"; readonly at: bigint }
  | { readonly kind: "mark"; readonly name: string; readonly before: boolean; readonly after: bigint | null }
  | { readonly kind: "lsn"; readonly lsn: Lsn; readonly before: boolean };

export interface RollForward {
  readonly records: readonly LogRecord[];
  /** Whether the stop point lies in this log (or there is none). */
  readonly reached: boolean;
  readonly redoLsn: Lsn;
}

/** The records of a log backup to apply, up to the stop point. */
export function rollForward(
  records: readonly LogRecord[],
  header: SetHeader,
  progress: RestoreProgress,
  stop: StopPoint | undefined,
): RollForward {
  const pending = records.filter(({ commitLsn }) => commitLsn >= progress.redoLsn);
  const whole = (reached: boolean): RollForward => ({ records: pending, reached, redoLsn: header.lastLsn });
  if (!stop) return whole(true);
  const upTo = (index: number): RollForward => {
    const taken = pending.slice(0, index);
    const last = taken[taken.length - 1];
    return { records: taken, reached: true, redoLsn: last ? last.commitLsn + 1n : progress.redoLsn };
  };
  switch (stop.kind) {
    case "time": {
      const index = pending.findIndex(({ time }) => time > stop.at);
      if (index >= 0) return upTo(index);
      return whole(stop.at <= header.start);
    }
    case "mark": {
      const { name, after, before } = stop;
      const index = pending.findIndex(({ mark, time }) => mark?.name === name && (after === null || time >= after));
      return index < 0 ? whole(false) : upTo(before ? index : index + 1);
    }
    case "lsn": {
      const index = pending.findIndex(({ commitLsn }) => commitLsn >= stop.lsn);
      if (index < 0) return whole(stop.lsn < header.lastLsn);
      const holds = (pending[index] as LogRecord).beginLsn <= stop.lsn;
      return upTo(holds && !stop.before ? index + 1 : index);
    }
  }
}

/** Why the stop point cannot be used with this log at all. */
export function stopObstacle(
  progress: RestoreProgress,
  header: SetHeader,
  stop: StopPoint | undefined,
): SqlError | undefined {
  if (!stop) return undefined;
  if (header.bulkLogged) {
    return cause(
      4341,
      "This log backup contains bulk-logged changes. It cannot be used to stop at an arbitrary point in time.",
    );
  }
  const tooEarly =
    (stop.kind === "time" && stop.at < progress.redoTime) || (stop.kind === "lsn" && stop.lsn < progress.redoLsn);
  if (!tooEarly) return undefined;
  return cause(
    4335,
    "The specified STOPAT time is too early. All or part of the database is already rolled forward beyond that point.",
  );
}
