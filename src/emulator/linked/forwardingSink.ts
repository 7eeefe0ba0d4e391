/** Passes a remote request's results on to the local session; keeps its errors, which fail the local statement. */
import type { SqlMessage } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import type { Row } from "../engine/values";
import type { ResultColumn, ResultSink, RpcParameter } from "../engine/wire";

const FIRST_ERROR_CLASS = 11;

export class ForwardingSink implements ResultSink {
  readonly errors: SqlMessage[] = [];

  constructor(private readonly activation: Activation) {}

  columns(columns: ResultColumn[]): void {
    this.activation.session.output.columns(columns);
  }

  row(row: Row): void {
    this.activation.session.output.row(row);
  }

  statementDone(done: Parameters<ResultSink["statementDone"]>[0]): void {
    if (!done.error) this.activation.session.output.statementDone({ ...done, inProcedure: true });
  }

  message(message: SqlMessage): void {
    if (message.class >= FIRST_ERROR_CLASS) this.errors.push(message);
    else if (message.number !== 5701 && message.number !== 5703) this.activation.session.message(message);
  }

  // What the other session's environment is concerns only it.
  environment(): void {}
  returnStatus(): void {}
  returnValue(_parameter: { name: string; ordinal: number } & Pick<RpcParameter, "type" | "value">): void {}

  flush(): Promise<void> {
    return this.activation.session.output.flush();
  }
}
