/** DECLARE, SET, PRINT, RAISERROR, THROW, WAITFOR, USE and the like. */
import type { AssignmentOperator, Declaration, Expression, Statement } from "../../tsql/ast";
import { NotEmulatedError, SqlError } from "../errors";
import { compileExpression } from "../expressions/compile";
import { formatMessage } from "../functions/messages";
import { isSystemTypeName, resolveTypeName } from "../types";
import type { SqlType, Value } from "../values";
import type { Activation } from "./activation";
import { convertArgument } from "./conversion";
import { environmentOf, scopeOf } from "./environment";
import { setIdentityInsert } from "./identityInsert";
import { findType } from "./names";

import type { Steps } from "./steps";
import { wait } from "./steps";
import { createTableVariable, createTypedTableVariable } from "./tableVariables";

const OTHER = 0xfd;

/** True when the statement was one of these. */
export function* executeSimple(statement: Statement, activation: Activation): Steps<boolean> {
  const { session } = activation;
  switch (statement.kind) {
    case "declare":
      for (const declaration of statement.declarations) yield* declare(declaration, activation);
      return true;
    case "set":
      yield* assign(statement.variable, statement.operator, statement.value, activation);
      session.rowCount = 1;
      session.lastError = 0;
      return true;
    case "print": {
      const text = yield* value(statement.value, activation);
      session.print(
        text.value === null
          ? " "
          : String(convertArgument(text.value, text.type, { kind: "nvarchar", length: -1 }, activation)).slice(0, 4000),
        activation,
      );
      session.lastError = 0;
      return true;
    }
    case "raiserror":
      yield* raiserror(statement, activation);
      return true;
    case "throw":
      yield* raise(statement, activation);
      return true;
    case "waitfor":
      yield* waitFor(statement.form, yield* value(statement.value, activation), activation);
      session.finishStatement(undefined, OTHER, activation);
      return true;
    case "use": {
      const previous = session.database.name;
      session.changeDatabase(session.openDatabase(statement.database));
      session.output.environment({ kind: "database", value: session.database.name, previous });
      session.inform(5701, `Changed database context to '${session.database.name}'.`, 2);
      session.finishStatement(undefined, OTHER, activation);
      return true;
    }
    case "setIdentityInsert":
      setIdentityInsert(statement.table, statement.on, activation);
      session.finishStatement(undefined, OTHER, activation);
      return true;
    case "executeAs":
      if (statement.principal === "caller") throw new NotEmulatedError("EXECUTE AS CALLER as a statement");
      session.security.impersonate(
        activation,
        statement.principal,
        String((yield* value(statement.name as Expression, activation)).value ?? ""),
      );
      session.finishStatement(undefined, OTHER, activation);
      return true;
    case "revert":
      session.security.revert(activation);
      session.finishStatement(undefined, OTHER, activation);
      return true;
    case "createStatistics":
    case "updateStatistics":
      session.finishStatement(undefined, OTHER, activation);
      return true;
    default:
      return false;
  }
}

function* value(expression: Expression, activation: Activation): Steps<{ type: SqlType; value: Value }> {
  const compiled = compileExpression(expression, scopeOf(activation));
  return {
    type: compiled.type,
    value: yield* activation.session.evaluate(activation, (context) => compiled.evaluate(context)),
  };
}

function* declare(declaration: Declaration, activation: Activation): Steps<void> {
  const key = declaration.name.toLowerCase();
  if (declaration.table) {
    if (!activation.tableVariables.has(key))
      activation.tableVariables.set(key, createTableVariable(declaration.name, declaration.table, activation));
    return;
  }
  if (declaration.cursor) {
    if (!activation.cursors.has(key)) activation.cursors.set(key, null);
    return;
  }
  if (!declaration.type) return;
  const tableType = findType(activation.session.database, declaration.type.schema ?? "dbo", declaration.type.name);
  if (tableType?.tableObjectId !== undefined) {
    if (!activation.tableVariables.has(key))
      activation.tableVariables.set(key, createTypedTableVariable(tableType.tableObjectId, activation));
    return;
  }
  declareScalar(declaration, activation);
  if (declaration.initial) yield* assign(declaration.name, "=", declaration.initial, activation);
}

function declareScalar(declaration: Declaration, activation: Activation): void {
  const key = declaration.name.toLowerCase();
  if (!declaration.type || activation.variables.has(key)) return;
  activation.variables.set(key, {
    type: resolveTypeName(declaration.type, environmentOf(activation), "declaration"),
    value: null,
  });
}

/** Variables of system types are there from the beginning of the text; others when their DECLARE runs. */
export function declareAhead(declarations: Declaration[], activation: Activation): void {
  for (const declaration of declarations) {
    if (declaration.type && isSystemTypeName(declaration.type.name)) declareScalar(declaration, activation);
  }
}

export function* assign(
  name: string,
  operator: AssignmentOperator,
  expression: Expression,
  activation: Activation,
): Steps<void> {
  const variable = activation.variable(name);
  const source: Expression =
    operator === "="
      ? expression
      : {
          kind: "binaryOperation",
          operator: operator[0] as "+",
          left: { kind: "variable", name, span: expression.span },
          right: expression,
          span: expression.span,
        };
  const result = yield* value(source, activation);
  variable.value = convertArgument(result.value, result.type, variable.type, activation);
}

const USER_MESSAGE = 50000;

function* raiserror(statement: Extract<Statement, { kind: "raiserror" }>, activation: Activation): Steps<void> {
  const { session } = activation;
  const message = yield* value(statement.message, activation);
  const severity = Number((yield* value(statement.severity, activation)).value ?? 0);
  const state = Math.max(0, Math.min(255, Number((yield* value(statement.state, activation)).value ?? 0)));
  const args: { type: SqlType; value: Value }[] = [];
  for (const argument of statement.arguments) args.push(yield* value(argument, activation));
  let number = USER_MESSAGE;
  let text: string;
  if (typeof message.value === "number" || typeof message.value === "bigint") {
    number = Number(message.value);
    if (number < 13000)
      throw new SqlError(
        2732,
        `Error number ${number} is invalid. The number must be from 13000 through 2147483647 and it cannot be 50000.`,
      );
    const known = session.userMessage(number);
    if (known === undefined) {
      throw new SqlError(
        18054,
        `Error ${number}, severity ${severity}, state ${state} was raised, but no message with that error number was found in sys.messages. If error is larger than 50000, make sure the user-defined message is added using sp_addmessage.`,
      );
    }
    text = formatMessage(known, args);
  } else {
    text = formatMessage(String(message.value ?? ""), args);
  }
  if (severity > 18 && !(statement.options.includes("log") && session.security.isServerRoleMember("sysadmin"))) {
    throw new SqlError(
      2754,
      "Error severity levels greater than 18 can only be specified by members of the sysadmin role, using the WITH LOG option.",
    );
  }
  if (severity <= 10) {
    session.message({
      number,
      message: text,
      state,
      class: Math.max(0, severity),
      procedure: activation.module ? session.moduleName(activation.module) : "",
      line: activation.line,
    });
    session.lastError = statement.options.includes("seterror") ? number : 0;
    if (statement.options.includes("nowait")) yield* wait(session.output.flush());
    return;
  }
  const error = new SqlError(number, text, state, Math.min(severity, 25));
  error.isRaiserror = true;
  throw error;
}

function* raise(statement: Extract<Statement, { kind: "throw" }>, activation: Activation): Steps<void> {
  if (!statement.number) {
    const { currentError } = activation;
    if (!currentError) {
      throw new SqlError(
        10704,
        "To rethrow an error, a THROW statement must be used inside a CATCH block. Insert the THROW statement inside a CATCH block, or add error parameters to the THROW statement.",
        1,
        15,
      );
    }
    const again = new SqlError(currentError.number, currentError.message, currentError.state, currentError.class);
    again.line = currentError.line;
    again.procedure = currentError.procedure;
    again.endsBatch = true;
    throw again;
  }
  const number = Number((yield* value(statement.number, activation)).value);
  if (number < 50000)
    throw new SqlError(
      35100,
      `Error number ${number} in the THROW statement is outside the valid range. Specify an error number in the valid range of 50000 to 2147483647.`,
      1,
    );
  const message = statement.message ? (yield* value(statement.message, activation)).value : "";
  const state = statement.state ? Number((yield* value(statement.state, activation)).value) : 1;
  const error = new SqlError(number, String(message ?? ""), state, 16);
  error.endsBatch = true;
  throw error;
}

function* waitFor(
  form: "delay" | "time",
  { type, value: given }: { type: SqlType; value: Value },
  activation: Activation,
): Steps<void> {
  const { session } = activation;
  const text =
    given === null ? "00:00:00" : String(convertArgument(given, type, { kind: "varchar", length: 40 }, activation));
  const match = /(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?\s*$/.exec(text.trim());
  if (!match || Number(match[1]) > 23 || Number(match[2]) > 59 || Number(match[3] ?? 0) > 59) {
    throw new SqlError(148, `Incorrect time syntax in time string '${text}' used with WAITFOR.`, 1, 15);
  }
  let milliseconds =
    (Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0)) * 1000 +
    Number(`0.${match[4] ?? 0}`) * 1000;
  if (form === "time") {
    const sinceMidnight = Number((activation.now().local % 864_000_000_000n) / 10_000n);
    milliseconds = (milliseconds - sinceMidnight + 86_400_000) % 86_400_000;
  }
  yield* wait(session.sleep(milliseconds));
}
