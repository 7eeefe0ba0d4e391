import type { MemberAtPoint } from "./restorePoint";

/** Says in words whether a member can be restored to a point, and if not, why and what helps. */
export function describeMember(member: MemberAtPoint): string {
  const name = `${member.database} on ${member.server}`;
  const { found } = member;
  if (!("problem" in found)) return `${name}: one full and ${found.logs.length} log backups`;
  switch (found.problem) {
    case "serverUnreadable":
      return `${name}: its server could not be asked about its backups: ${found.reason}`;
    case "markUnknown":
      return `${name}: the mark was not placed in it (it may have joined later)`;
    case "markNotBackedUp":
      return `${name}: no log backup holds the mark yet; the next log backup will, if the database is intact`;
    case "noFull":
      return `${name}: no full backup ended before the mark`;
    case "gap":
      return `${name}: the log backups have a gap after LSN ${found.after ?? "unknown"}`;
  }
}
