/** How a list of statements ended, when it did not simply run to its end. */
export type Completion =
  | undefined
  | { kind: "break" | "continue" }
  | { kind: "return" }
  | { kind: "goto"; label: string }
  /** An error that ends this batch, procedure or dynamic text but not its caller. */
  | { kind: "endOfScope" };

/** Unwinds to the end of the batch; its error has been reported already. */
export class BatchAborted extends Error {
  constructor() {
    super("the batch was aborted");
    this.name = "BatchAborted";
  }
}

/** The client sent an attention: unwinds without any error being reported. */
export class Cancelled extends Error {
  constructor() {
    super("the request was cancelled by the client");
    this.name = "Cancelled";
  }
}
