/** Runs statements: control of flow, TRY…CATCH, and what an error does to what follows. */
import type { Statement } from "../../tsql/ast";
import { NotEmulatedError, SqlError } from "../errors";
import { compileCondition } from "../expressions/conditions";
import type { Activation } from "./activation";
import { asSqlError } from "./asSqlError";
import { executeCall, executeText } from "./calls";
import type { Completion } from "./completion";
import { executeCursor } from "./cursorStatements";
import { executeData } from "./dataStatements";
import { requireNoDeadlock } from "./deadlock";
import { scopeOf } from "./environment";
import { isCompileError } from "./errorRules";
import { failStatement } from "./failures";
import { executeSetting } from "./settings";
import { executeSimple } from "./simpleStatements";
import { statementHandler } from "./statements";
import type { Steps } from "./steps";
import { wait } from "./steps";
import { executeTransaction } from "./transactionStatements";

export function* executeList(statements: Statement[], activation: Activation): Steps<Completion> {
  let index = 0;
  while (index < statements.length) {
    const completion = yield* executeStatement(statements[index] as Statement, activation);
    if (completion) {
      const target = completion.kind === "goto" ? findLabel(statements, completion.label) : -1;
      if (target < 0) return completion;
      index = target;
    }
    index++;
  }
  return undefined;
}

function findLabel(statements: Statement[], label: string): number {
  const wanted = label.toLowerCase();
  return statements.findIndex((s) => s.kind === "label" && s.name.toLowerCase() === wanted);
}

function* executeStatement(statement: Statement, activation: Activation): Steps<Completion> {
  const { session } = activation;
  session.checkCancelled();
  activation.beginStatement(statement.span.line);
  try {
    return yield* dispatch(statement, activation);
  } catch (thrown) {
    const error = asSqlError(thrown);
    locate(error, activation);
    return yield* failStatement(error, activation);
  }
}

/** An error belongs to the innermost module and statement that met it. */
function locate(error: SqlError, activation: Activation): void {
  error.raisedIn ??= activation;
  for (const one of [...error.precedingErrors, error]) {
    if (one.line !== 0) continue;
    one.line = activation.line;
    one.procedure ||= activation.module ? activation.session.moduleName(activation.module) : "";
  }
}

function* dispatch(statement: Statement, activation: Activation): Steps<Completion> {
  // SET NOEXEC ON: nothing is carried out until it is set off.
  if (activation.session.settings.noExec && statement.kind !== "setOption" && statement.kind !== "block")
    return undefined;
  switch (statement.kind) {
    case "block":
      return yield* executeList(statement.statements, activation);
    case "if": {
      const condition = yield* activation.session.evaluate(activation, (context) => {
        const compiled = compileCondition(statement.condition, scopeOf(activation));
        return compiled.test(context);
      });
      if (condition) return yield* executeStatement(statement.then, activation);
      if (statement.otherwise) return yield* executeStatement(statement.otherwise, activation);
      return undefined;
    }
    case "while":
      return yield* executeWhile(statement, activation);
    case "break":
    case "continue":
      return { kind: statement.kind };
    case "return":
      if (statement.value) {
        if (activation.kind !== "procedure" && activation.kind !== "function")
          throw new SqlError(178, "A RETURN statement with a return value cannot be used in this context.", 1, 15);
        const value = statement.value;
        activation.returnValue = yield* activation.session.evaluateReturn(activation, value);
      }
      return { kind: "return" };
    case "goto":
      return { kind: "goto", label: statement.label };
    case "label":
      return undefined;
    case "tryCatch":
      return yield* executeTry(statement, activation);
    case "execute":
      return yield* executeCall(statement, activation);
    case "executeText":
      return yield* executeText(statement, activation);
    case "unsupported":
      throw new NotEmulatedError(statement.what);
    default:
      yield* executeOther(statement, activation);
      return undefined;
  }
}

function* executeOther(statement: Statement, activation: Activation): Steps<void> {
  if (yield* executeData(statement, activation)) return;
  if (yield* executeSimple(statement, activation)) return;
  if (executeSetting(statement, activation)) return;
  if (yield* executeTransaction(statement, activation)) return;
  if (yield* executeCursor(statement, activation)) return;
  const handler = statementHandler(statement.kind);
  if (!handler) throw new NotEmulatedError(`the statement ${statement.kind}`);
  requireNoDeadlock(activation, statement);
  const result = handler(statement, activation);
  if (result instanceof Promise) yield* wait(result);
  else if (result) yield* result;
  activation.session.lastError = 0;
}

function* executeWhile(statement: Extract<Statement, { kind: "while" }>, activation: Activation): Steps<Completion> {
  const compiled = compileCondition(statement.condition, scopeOf(activation));
  let turns = 0;
  for (;;) {
    activation.session.checkCancelled();
    // A loop without anything to wait for must not keep other sessions, or the attention that ends it, from running.
    if (++turns % 1000 === 0 && activation.kind !== "function") yield new Promise((resolve) => setImmediate(resolve));
    activation.beginStatement(statement.span.line);
    const go = yield* activation.session.evaluate(activation, (context) => compiled.test(context));
    if (!go) return undefined;
    const completion = yield* executeStatement(statement.body, activation);
    if (completion?.kind === "break") return undefined;
    if (completion && completion.kind !== "continue") return completion;
  }
}

function* executeTry(statement: Extract<Statement, { kind: "tryCatch" }>, activation: Activation): Steps<Completion> {
  const { session } = activation;
  session.tryDepth++;
  let caught: SqlError;
  try {
    return yield* executeList(statement.try, activation);
  } catch (thrown) {
    if (!(thrown instanceof SqlError) || thrown.severity >= 20) throw thrown;
    if (thrown.raisedIn === activation && isCompileError(thrown)) throw thrown;
    caught = thrown;
  } finally {
    session.tryDepth--;
  }
  const outer = activation.currentError;
  activation.currentError = caught;
  session.lastError = caught.number;
  try {
    return yield* executeList(statement.catch, activation);
  } finally {
    activation.currentError = outer;
  }
}
