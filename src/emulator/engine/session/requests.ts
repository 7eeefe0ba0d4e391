/** Batches and remote procedure calls, as they come from the client. */
import { parseBatch } from "../../tsql";
import type { ObjectName } from "../../tsql/ast";
import { SqlError } from "../errors";
import type { ResultSink, RpcRequest } from "../wire";
import { Activation } from "./activation";
import { type CallResult, callProcedure } from "./calls";
import { failStatement } from "./failures";
import { executeList } from "./interpreter";
import { parseObjectName } from "./names";
import type { SessionRuntime } from "./runtime";
import { declareAhead } from "./simpleStatements";
import { type Steps, wait } from "./steps";
import { checkVariables } from "./variableCheck";

const NO_SPAN: ObjectName["span"] = { line: 1, start: 0, end: 0 };

export function* runBatch(session: SessionRuntime, text: string): Steps<void> {
  const batch = parseBatch(text, { quotedIdentifier: session.settings.quotedIdentifier });
  const declarations = checkVariables(batch.statements, []);
  if (session.settings.parseOnly) return;
  const activation = new Activation(session, "batch", null);
  activation.text = text;
  declareAhead(declarations, activation);
  try {
    yield* executeList(batch.statements, activation);
  } finally {
    session.endActivation(activation);
  }
  yield* endDoomed(session);
}

/** A doomed transaction does not outlive its batch: 3998. */
function* endDoomed(session: SessionRuntime): Steps<void> {
  if (!session.transactions.doomed) return;
  yield* wait(session.transactions.rollbackAll());
  throw new SqlError(
    3998,
    "Uncommittable transaction is detected at the end of the batch. The transaction is rolled back.",
  );
}

export function* runRpc(session: SessionRuntime, request: RpcRequest, sink: ResultSink): Steps<void> {
  const activation = new Activation(session, "batch", null);
  const name = parseObjectName(request.procedure, NO_SPAN);
  const args = request.parameters.map((p) => ({
    name: p.name === "" ? undefined : p.name,
    type: p.type,
    value: p.default ? undefined : p.value,
    output: p.output,
  }));
  activation.line = 1;
  let result: CallResult;
  try {
    result = yield* callProcedure(name, args, activation);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    if (error.line === 0) error.line = 1;
    yield* failStatement(error, activation);
    return;
  }
  yield* endDoomed(session);
  sink.returnStatus(Number(result.returnValue ?? 0));
  request.parameters.forEach((parameter, ordinal) => {
    if (!parameter.output) return;
    const output = result.outputs.get(parameter.name.toLowerCase()) ?? result.outputs.get(ordinal);
    if (output) sink.returnValue({ name: parameter.name, ordinal, type: output.type, value: output.value });
  });
}
