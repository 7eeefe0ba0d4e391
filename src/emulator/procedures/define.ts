/** The three ways in which the procedures of this folder are written. */
import { NotEmulatedError, SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import { runText } from "../engine/session/calls";
import type { Steps } from "../engine/session/steps";
import {
  registerProcedure,
  type SystemProcedureCall,
  type SystemProcedureParameter,
} from "../engine/session/systemProcedures";
import type { Row, SqlType, Value } from "../engine/values";
import type { ResultColumn } from "../engine/wire";

export const NAME: SqlType = { kind: "nvarchar", length: 128 };
export const LONG_NAME: SqlType = { kind: "nvarchar", length: 1035 };
export const TEXT: SqlType = { kind: "nvarchar", length: 4000 };
export const INT: SqlType = { kind: "int" };

/** TDS CurCmd of SELECT. */
const SELECT = 0xc1;

export function required(name: string, type = NAME): SystemProcedureParameter {
  return { name, type };
}

export function optional(name: string, type = NAME, value: Value = null): SystemProcedureParameter {
  return { name, type, default: value };
}

/** The arguments of a call as texts and numbers; undefined for NULL and what was left out. */
export class Arguments {
  constructor(private readonly call: SystemProcedureCall) {}

  get activation(): Activation {
    return this.call.activation;
  }

  text(name: string): string | undefined {
    const value = this.call.arguments.get(name);
    return value === null || value === undefined ? undefined : String(value);
  }

  number(name: string): number | undefined {
    const value = this.call.arguments.get(name);
    return value === null || value === undefined ? undefined : Number(value);
  }

  value(name: string): Value {
    return this.call.arguments.get(name) ?? null;
  }

  isGiven(name: string): boolean {
    return this.call.given.has(name);
  }

  output(name: string, value: Value): void {
    this.call.output(name, value);
  }
}

/**
 * A procedure that changes something: in the open transaction or one of its own, and again from its
 * beginning after waiting for a lock. Its errors are what RAISERROR and RETURN make of them.
 */
export function change(
  name: string,
  parameters: SystemProcedureParameter[],
  execute: (args: Arguments) => number | undefined,
  database?: "msdb",
): void {
  registerProcedure({
    name,
    parameters,
    ...(database ? { database } : {}),
    *execute(call): Steps<number> {
      const { activation } = call;
      const { session } = activation;
      try {
        const code = yield* session.inTransaction(activation, () =>
          session.runBody(activation, () => execute(new Arguments(call))),
        );
        return code ?? 0;
      } catch (error) {
        return raised(error, name, activation);
      }
    },
  });
}

/** SQL Server's own procedures report errors by RAISERROR, which neither ends the batch nor the transaction, and return 1. */
export function raised(error: unknown, procedure: string, activation: Activation): number {
  if (!(error instanceof SqlError) || error instanceof NotEmulatedError) throw error;
  const { session } = activation;
  error.isRaiserror = true;
  error.procedure ||= procedure;
  error.line ||= 1;
  if (session.tryDepth > 0) throw error;
  session.lastError = error.number;
  const { number, state, message, line } = error;
  session.message({ number, state, class: error.class, message, procedure: error.procedure, line });
  return 1;
}

/** A procedure that only shows something, as T-SQL over the system views; its parameters are the text's variables. */
export function report(
  name: string,
  parameters: SystemProcedureParameter[],
  text: string,
  check?: (args: Arguments) => void,
): void {
  registerProcedure({
    name,
    parameters,
    *execute(call): Steps<number> {
      check?.(new Arguments(call));
      const variables = parameters.map((parameter) => ({
        name: parameter.name,
        type: parameter.type,
        value: call.arguments.get(parameter.name.toLowerCase()) ?? null,
      }));
      yield* runText(`SET NOCOUNT ON;\n${text}`, variables, call.activation);
      return 0;
    },
  });
}

/** Sends one result set. */
export function sendRows(
  activation: Activation,
  columns: readonly (readonly [name: string, type: SqlType])[],
  rows: Iterable<Row>,
): void {
  const { output } = activation.session;
  output.columns(columns.map(([name, type]): ResultColumn => ({ name, type, nullable: true })));
  let rowCount = 0;
  for (const row of rows) {
    output.row(row);
    rowCount += 1;
  }
  output.statementDone({
    ...(activation.session.settings.noCount ? {} : { rowCount }),
    error: false,
    inProcedure: true,
    command: SELECT,
  });
  activation.session.rowCount = rowCount;
}

/** Procedures that SQL Server has and the emulator refuses by name, rather than as unknown. */
export function refuse(names: string): void {
  for (const name of names.trim().split(/\s+/)) {
    registerProcedure({
      name,
      parameters: [],
      variadic: true,
      execute() {
        throw new NotEmulatedError(`the procedure ${name}`);
      },
    });
  }
}
