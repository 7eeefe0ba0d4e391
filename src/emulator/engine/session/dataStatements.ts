/** SELECT, INSERT, UPDATE, DELETE, MERGE: compile, run in a transaction, fire triggers, send results. */
import type { SelectStatement, Statement } from "../../tsql/ast";
import { SqlError } from "../errors";
import { compileDelete, compileInsert, compileMerge, compileSelect, compileUpdate } from "../query";
import type {
  CompiledModification,
  ModificationInput,
  ModificationResult,
  SelectResult,
} from "../query/queryEnvironment";
import type { Row } from "../values";
import type { ResultColumn } from "../wire";
import type { Activation } from "./activation";
import { executeCall, executeText } from "./calls";
import { currentRow } from "./cursorStatements";
import { requireNoDeadlock } from "./deadlock";
import { environmentOf } from "./environment";
import { CollectingOutput } from "./output";
import { remoteAccess } from "./remote";
import { fetchRemoteSources, remoteTarget } from "./remoteSources";
import type { Steps } from "./steps";
import { fireTriggers } from "./triggers";

/** TDS CurCmd. */
const COMMAND = { select: 0xc1, insert: 0xc3, delete: 0xc4, update: 0xc5, merge: 0x117 } as const;

type Modification = Extract<Statement, { kind: "insert" | "update" | "delete" | "merge" }>;

/** True when the statement was one of these. */
export function* executeData(statement: Statement, activation: Activation): Steps<boolean> {
  switch (statement.kind) {
    case "select":
      yield* executeSelect(statement, activation);
      return true;
    case "insert":
    case "update":
    case "delete":
    case "merge":
      yield* executeModification(statement, activation);
      return true;
    default:
      return false;
  }
}

function* executeSelect(statement: SelectStatement, activation: Activation): Steps<void> {
  const { session } = activation;
  const result = yield* select(statement, activation);
  if (session.settings.fmtOnly) result.rows.length = 0;
  if (result.columns.length > 0) {
    session.output.columns(result.columns);
    for (const row of result.rows) session.output.row(row);
  }
  session.finishStatement(
    result.rowCount,
    COMMAND.select,
    activation,
    result.columns.length > 0 || !isAssignment(statement),
  );
}

function isAssignment(statement: SelectStatement): boolean {
  const { body } = statement.query;
  return body.kind === "specification" && body.items.some((item) => item.kind === "assign");
}

/** Compiles and runs a SELECT; its messages have been sent, its rows not. */
export function* select(statement: SelectStatement, activation: Activation): Steps<SelectResult> {
  const { session } = activation;
  yield* fetchRemoteSources(statement, activation);
  return yield* session.inTransaction(activation, function* () {
    requireNoDeadlock(activation, statement);
    return yield* session.runBody(activation, () =>
      compileSelect(statement, environmentOf(activation)).execute(activation),
    );
  });
}

function compileModification(statement: Modification, activation: Activation): CompiledModification {
  const environment = environmentOf(activation);
  switch (statement.kind) {
    case "insert":
      return compileInsert(statement, environment);
    case "update":
      return compileUpdate(statement, environment);
    case "delete":
      return compileDelete(statement, environment);
    case "merge":
      return compileMerge(statement, environment);
  }
}

function* executeModification(statement: Modification, activation: Activation): Steps<void> {
  const { session } = activation;
  if (statement.kind !== "merge" && remoteTarget(statement, activation)) {
    const count = yield* remoteAccess().modify(activation, statement);
    session.finishStatement(count, COMMAND[statement.kind], activation);
    return;
  }
  const input: ModificationInput = {};
  if (statement.kind === "insert" && statement.source.kind === "execute") {
    input.rows = yield* rowsOfExecute(statement.source.statement, activation);
  }
  if ((statement.kind === "update" || statement.kind === "delete") && statement.currentOf) {
    input.current = currentRow(statement.currentOf, activation);
  }
  yield* fetchRemoteSources(statement, activation);
  session.transactions.requireUsable();
  const result = yield* session.inTransaction(activation, function* () {
    requireNoDeadlock(activation, statement);
    const done: ModificationResult = yield* session.runBody(activation, () =>
      compileModification(statement, activation).execute(activation, input),
    );
    yield* fireTriggers(done.changes, activation);
    return done;
  });
  if (result.identity !== undefined) {
    session.identity = result.identity;
    activation.scopeIdentity = result.identity;
  }
  if (result.output) {
    session.output.columns(result.output.columns);
    for (const row of result.output.rows) session.output.row(row);
  }
  session.finishStatement(result.rowCount, COMMAND[statement.kind], activation);
}

/** The rows of INSERT … EXEC. It does not nest (8164), and the procedure must not end the transaction (3915). */
function* rowsOfExecute(
  statement: Extract<Extract<Modification, { kind: "insert" }>["source"], { kind: "execute" }>["statement"],
  activation: Activation,
): Steps<{ columns: ResultColumn[]; rows: Row[] }> {
  const { session } = activation;
  if (session.output instanceof CollectingOutput)
    throw new SqlError(8164, "An INSERT EXEC statement cannot be nested.");
  const outer = session.output;
  const collected = new CollectingOutput(outer);
  session.output = collected;
  session.insertExecDepth++;
  session.insertExecCount = session.transactions.count;
  try {
    if (statement.kind === "execute") yield* executeCall(statement, activation);
    else yield* executeText(statement, activation);
  } finally {
    session.insertExecDepth--;
    session.output = outer;
  }
  const [first, ...others] = collected.resultSets;
  const rows = [...(first?.rows ?? [])];
  for (const set of others) {
    if (set.columns.length !== first?.columns.length)
      throw new SqlError(213, "Column name or number of supplied values does not match table definition.", 7);
    rows.push(...set.rows);
  }
  return { columns: first?.columns ?? [], rows };
}
