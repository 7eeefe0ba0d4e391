import { type ExecuteOptions, isSqlServerError, type SqlSession, type Statement } from "../sqlserver";

/** SQL Server's error for a table that does not exist; one that the login may not read gives 229. */
const noSuchTable = 208;

/** The rows of a table of ours; none where it does not exist, because another job than ours is in charge. */
export async function rowsIfThere<T extends object>(
  session: SqlSession,
  statement: Statement,
  options: ExecuteOptions,
): Promise<T[]> {
  try {
    return await session.rows<T>(statement, options);
  } catch (error) {
    if (isSqlServerError(error) && error.has(noSuchTable)) return [];
    throw error;
  }
}
