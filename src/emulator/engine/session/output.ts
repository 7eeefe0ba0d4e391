/** Where results go: to the client, or into INSERT … EXEC. */
import type { SqlMessage } from "../errors";
import type { Row } from "../values";
import type { EnvironmentChange, ResultColumn, ResultSink } from "../wire";

/** The sink of a request; what the interpreter writes to. */
export type Output = Pick<ResultSink, "columns" | "row" | "statementDone" | "message" | "environment" | "flush">;

/** Keeps the rows of every result set for INSERT … EXEC; everything else goes on to the client. */
export class CollectingOutput implements Output {
  resultSets: { columns: ResultColumn[]; rows: Row[] }[] = [];

  constructor(private readonly outer: Output) {}

  columns(columns: ResultColumn[]): void {
    this.resultSets.push({ columns, rows: [] });
  }

  row(row: Row): void {
    this.resultSets.at(-1)?.rows.push(row);
  }

  statementDone(): void {}

  message(message: SqlMessage): void {
    this.outer.message(message);
  }

  environment(change: EnvironmentChange): void {
    this.outer.environment(change);
  }

  flush(): Promise<void> {
    return this.outer.flush();
  }
}
