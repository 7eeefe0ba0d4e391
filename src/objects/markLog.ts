import { type MarkName, nvarchar, query, quotePath, quoteString, type Statement } from "../sqlserver";

/** Takes the rows of old marks out of the current database's MarkLog, by the database's own procedure. */
export function cleanUpMarkLog(marks: readonly MarkName[]): Statement {
  return {
    text: marks.map((_, index) => `EXEC dbo.sp_CleanUpMarkLog @MarkName = @mark${index};`).join("\n"),
    parameters: Object.fromEntries(marks.map((mark, index) => [`mark${index}`, nvarchar(mark)])),
    summary: "clear old rows of MarkLog",
    repeatable: true,
  };
}

/** Asks whether the mark's row is in a database: after a restore it is there only if the mark was reached. */
export function countMarkRows(mark: MarkName, database: string): Statement {
  return query(
    `SELECT COUNT(*) AS marks FROM ${quotePath(database, "dbo", "MarkLog")} WHERE MarkName = ${quoteString(mark)};`,
    undefined,
    `look for the mark ${mark} in MarkLog`,
  );
}
