/** Old versions of rows. */
import type { RowEntry } from "./rowEntry";
import type { Table } from "./table";

/** Forgets versions that nobody can read any more, and with them their index entries and deleted rows. */
export function pruneVersions(table: Table, entry: RowEntry): void {
  if (entry.writer !== undefined) return;
  const current = entry.current.row;
  const kept = current ? [current] : [];
  for (let version = entry.current.older; version; version = version.older) {
    if (version.row && version.row !== current) table.removeIndexEntries(version.row, entry, kept);
  }
  entry.current.older = undefined;
  if (!current && table.entries.get(entry.id) === entry) table.entries.delete(entry.id);
}
