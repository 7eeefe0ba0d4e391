import type { MarkName } from "../sqlserver/names";

/** SQL Server refuses longer names of a backup device (error 3057). */
export const maximumDeviceNameLength = 259;

export type BackupKind = "full" | "log";

/** The folder of a backup file and its name in it, as `adm_BackupHistory` keeps them. */
export interface BackupPlace {
  readonly location: string;
  readonly name: string;
}

/** The file name the members' procedures give: `<server>_<database>_Full_<mark>.bak`, `\` of an instance as `_`. */
export function backupFileName(server: string, database: string, kind: BackupKind, mark: MarkName): string {
  return `${server.replaceAll("\\", "_")}_${database}_${kind === "full" ? "Full" : "Log"}_${mark}.bak`;
}

/** Puts a file name behind a folder of Windows, of Linux, or of a storage URL, whichever the folder looks like. */
export function joinBackupPath(location: string, name: string): string {
  return /[\\/]$/.test(location) || location === "" ? location + name : location + separatorOf(location) + name;
}

/**
 * Takes a path apart for the history. The location is kept as the settings spell it, as the real job does,
 * unless the member's procedure put the file somewhere else.
 */
export function splitBackupPath(path: string, requestedLocation: string): BackupPlace {
  const cut = Math.max(path.lastIndexOf("\\"), path.lastIndexOf("/"));
  const name = path.slice(cut + 1);
  if (cut < 0 || name === "") {
    throw new RangeError(`Expected the path of a backup file with its folder, got \`${path}\``);
  }
  const asRequested = joinBackupPath(requestedLocation, name) === path;
  return { location: asRequested ? requestedLocation : path.slice(0, cut + 1), name };
}

function separatorOf(location: string): "\\" | "/" {
  return location.startsWith("/") || /^https?:\/\//i.test(location) || /^s3:\/\//i.test(location) ? "/" : "\\";
}
