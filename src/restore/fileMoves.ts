import type { DatabaseFile } from "../objects/backupFiles";
import { joinBackupPath } from "../objects/backupPath";
import type { FileMove } from "../objects/restoreStatements";

export interface MoveRequest {
  /** Name of the database in the backup. */
  readonly database: string;
  /** Name under which it is restored. */
  readonly newName: string;
  /** Folder for all its files; without one they stay where they were. */
  readonly folder?: string;
}

/**
 * Where the database's files go. A database under its own name, in its own place, needs no MOVE at all; one under a
 * new name gets files of that name, so that it does not claim those of the original (errors 3156 and 1834).
 */
export function fileMoves(files: readonly DatabaseFile[], { database, newName, folder }: MoveRequest): FileMove[] {
  const renamed = newName !== database;
  if (!renamed && folder === undefined) return [];
  const taken = new Set<string>();
  return files.map(({ logicalName, physicalName }) => {
    const cut = Math.max(physicalName.lastIndexOf("\\"), physicalName.lastIndexOf("/")) + 1;
    const oldName = physicalName.slice(cut);
    const name = unused(renamed ? fileNameFor(newName, logicalName, oldName) : oldName, taken);
    return { logicalName, path: joinBackupPath(folder ?? physicalName.slice(0, cut), name) };
  });
}

function fileNameFor(database: string, logicalName: string, oldName: string): string {
  const dot = oldName.lastIndexOf(".");
  const extension = dot > 0 ? oldName.slice(dot) : "";
  return `${safe(database)}_${safe(logicalName)}${extension}`;
}

/** Two files of one folder before may come from two folders. */
function unused(name: string, taken: Set<string>): string {
  let candidate = name;
  for (let number = 2; taken.has(candidate.toLowerCase()); number += 1) {
    candidate = name.replace(/(\.[^.]*)?$/, `_${number}$1`);
  }
  taken.add(candidate.toLowerCase());
  return candidate;
}

/** Database names may hold what file names may not. */
function safe(name: string): string {
  return name.replace(/[<>:"/\\|?*]/g, "_");
}
