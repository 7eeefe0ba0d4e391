/** An error in a batch's text, numbered and worded as SQL Server does. Nothing of the batch runs. */
export class TsqlSyntaxError extends Error {
  constructor(
    readonly number: number,
    message: string,
    /** Line of the batch, from 1. */
    readonly line: number,
    readonly state = 1,
    readonly severity = 15,
  ) {
    super(message);
    this.name = "SyntaxError";
  }
}
