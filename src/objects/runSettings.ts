import { query, type SqlSession, type Statement } from "../sqlserver";
import { type JobRow, type JobSettings, parseJob, selectJobText } from "./jobSettings";
import { rowsIfThere } from "./optionalTable";

export type { JobSettings } from "./jobSettings";

/** Reads what BizTalk's own table says beside compression: whether a full was asked for. */
export function readForceFull(): Statement {
  return query(
    "SELECT TOP (1) ForceFull AS forceFull FROM dbo.adm_BackupSettings;",
    undefined,
    "read the backup settings",
  );
}

/** The settings of all jobs of a management database; none where another job than ours is in charge. */
export async function readJobs(session: SqlSession, database: string, signal?: AbortSignal): Promise<JobSettings[]> {
  const statement = query(selectJobText, undefined, "read the settings of the jobs");
  const rows = await rowsIfThere<JobRow>(session, statement, { database, ...(signal && { signal }) });
  return rows.map(parseJob);
}

/** Whether the next run was asked to take a full of every member. */
export async function isFullForced(session: SqlSession, database: string, signal?: AbortSignal): Promise<boolean> {
  const [row] = await session.rows<{ forceFull: boolean }>(readForceFull(), { database, ...(signal && { signal }) });
  return row?.forceFull ?? false;
}
