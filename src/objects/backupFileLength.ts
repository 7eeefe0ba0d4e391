import { type BackupKind, joinBackupPath, maximumDeviceNameLength } from "./backupPath";
import { longestMarkLength } from "./markNames";

/** What of a job's settings goes into the names of its backup files. */
export interface FileNaming {
  readonly fullPath: string;
  readonly logPath: string;
  readonly logMarkName: string;
  readonly stripes: number;
}

/** A member whose backup files would have longer paths than SQL Server takes. */
export interface OverlongFile {
  readonly kind: BackupKind;
  readonly server: string;
  readonly database: string;
  /** Characters of the longest path. */
  readonly length: number;
}

/**
 * The members whose backup files cannot be written under these settings: SQL Server refuses a longer device name (3057),
 * and the real job would have cut it.
 */
export function overlongFiles(
  naming: FileNaming,
  members: readonly { readonly server: string; readonly database: string }[],
): OverlongFile[] {
  const mark = longestMarkLength(naming.logMarkName);
  const stripes = naming.stripes > 1 ? `_${naming.stripes}of${naming.stripes}`.length : 0;
  const paths = { full: naming.fullPath, log: naming.logPath } as const;
  return members.flatMap(({ server, database }) =>
    (["full", "log"] as const).flatMap((kind) => {
      const folder = joinBackupPath(paths[kind], "").length;
      const fixed = `__${kind === "full" ? "Full" : "Log"}_.bak`.length;
      const length = folder + server.length + database.length + fixed + mark + stripes;
      return length > maximumDeviceNameLength ? [{ kind, server, database, length }] : [];
    }),
  );
}
