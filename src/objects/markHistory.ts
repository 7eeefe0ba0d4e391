import { type Lsn, lsn, type MarkName, markName, nvarchar, query, type Statement } from "../sqlserver";
import type { Instance } from "./instance";

/** A mark as the instance of a database recorded it. */
export interface RecordedMark {
  readonly database: string;
  readonly mark: MarkName;
  readonly lsn: Lsn;
  /** Its commit, by the clock of the instance. */
  readonly markedAt: string;
}

/** Reads one mark, of every database of the instance that has it. */
export function readMark(name: MarkName): Statement {
  return query(
    `SELECT database_name AS [database], mark_name AS mark, CONVERT(varchar(25), lsn) AS lsn,
  CONVERT(varchar(23), mark_time, 126) AS markedAt
FROM msdb.dbo.logmarkhistory
WHERE mark_name = @name;`,
    { name: nvarchar(name) },
    `look for the mark ${name}`,
  );
}

/** Reads all marks of one database that its instance remembers. */
export function readMarksOfDatabase(database: string): Statement {
  return query(
    `SELECT database_name AS [database], mark_name AS mark, CONVERT(varchar(25), lsn) AS lsn,
  CONVERT(varchar(23), mark_time, 126) AS markedAt
FROM msdb.dbo.logmarkhistory
WHERE database_name = @database;`,
    { database: nvarchar(database) },
    `read the marks of ${database}`,
  );
}

interface MarkRow {
  database: string;
  mark: string;
  lsn: string | null;
  markedAt: string;
}

/** Runs one of the statements above on an instance. */
export async function readMarks(
  instance: Instance,
  statement: Statement,
  signal?: AbortSignal,
): Promise<RecordedMark[]> {
  const rows = await instance.rows<MarkRow>(statement, { database: "msdb", ...(signal && { signal }) });
  return rows.flatMap((row) =>
    row.lsn === null
      ? []
      : [{ database: row.database, mark: markName(row.mark), lsn: lsn(row.lsn), markedAt: row.markedAt }],
  );
}
