import type { BackupRecord } from "../../../src/objects/backupRecord";
import { markName } from "../../../src/objects/markNames";
import { type DatabasePlan, planStatements } from "../../../src/restore/restorePlan";
import { lsn } from "../../../src/sqlserver/names";

const backup = (kind: "full" | "log", ...files: string[]): BackupRecord => ({
  kind,
  files,
  position: 2,
  firstLsn: lsn("1"),
  lastLsn: lsn("2"),
  finishedAt: "2026-01-01T00:00:00",
  checksum: true,
});

const plan = (database: string, existing?: string): DatabasePlan => ({
  member: { server: "S", database },
  target: { server: "S", database },
  existing,
  chain: {
    full: backup("full", "f1.bak", "f2.bak"),
    logs: [backup("log", "l'1.bak"), backup("log", "https://x/l2.bak")],
  },
  moves: [],
});

const texts = (...databases: DatabasePlan[]) =>
  planStatements({ mark: markName("M"), at: "2026-01-01T00:00:00.000Z", databases }).map(
    ({ phase, text }) => `${phase}: ${text}`,
  );

describe("the T-SQL of a plan", () => {
  test("restores full and logs up to the mark, and recovers only after all databases have reached it", () => {
    expect(texts(plan("a]b"), plan("c"))).toEqual([
      "restore: RESTORE DATABASE [a]]b] FROM DISK = N'f1.bak', DISK = N'f2.bak' WITH NORECOVERY, FILE = 2, CHECKSUM;",
      "restore: RESTORE LOG [a]]b] FROM DISK = N'l''1.bak' WITH NORECOVERY, FILE = 2, CHECKSUM, STOPATMARK = N'M';",
      "restore: RESTORE LOG [a]]b] FROM URL = N'https://x/l2.bak' WITH NORECOVERY, FILE = 2, CHECKSUM, STOPATMARK = N'M';",
      "restore: RESTORE DATABASE [c] FROM DISK = N'f1.bak', DISK = N'f2.bak' WITH NORECOVERY, FILE = 2, CHECKSUM;",
      "restore: RESTORE LOG [c] FROM DISK = N'l''1.bak' WITH NORECOVERY, FILE = 2, CHECKSUM, STOPATMARK = N'M';",
      "restore: RESTORE LOG [c] FROM URL = N'https://x/l2.bak' WITH NORECOVERY, FILE = 2, CHECKSUM, STOPATMARK = N'M';",
      "recover: RESTORE DATABASE [a]]b] WITH RECOVERY;",
      "recover: RESTORE DATABASE [c] WITH RECOVERY;",
      "prove: SELECT COUNT(*) AS marks FROM [a]]b].[dbo].[MarkLog] WHERE MarkName = N'M';",
      "prove: SELECT COUNT(*) AS marks FROM [c].[dbo].[MarkLog] WHERE MarkName = N'M';",
    ]);
  });

  test("takes a database in use offline and replaces it", () => {
    expect(texts(plan("a", "ONLINE")).slice(0, 2)).toEqual([
      "restore: ALTER DATABASE [a] SET OFFLINE WITH ROLLBACK IMMEDIATE;",
      "restore: RESTORE DATABASE [a] FROM DISK = N'f1.bak', DISK = N'f2.bak' WITH NORECOVERY, FILE = 2, CHECKSUM, REPLACE;",
    ]);
  });

  test("goes on from a restore that failed half-way", () => {
    expect(texts(plan("a", "RESTORING"))[0]).toContain("REPLACE");
    expect(texts(plan("a", "RESTORING"))[0]).toContain("RESTORE DATABASE");
  });

  test("moves files where asked", () => {
    const moved = { ...plan("a"), moves: [{ logicalName: "o'ne", path: "/x/one.mdf" }] };
    expect(texts(moved)[0]).toContain("MOVE N'o''ne' TO N'/x/one.mdf'");
  });
});
