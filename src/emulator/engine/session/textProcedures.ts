/** sp_executesql and the prepared statements of the drivers. */
import { parseBatch, parseParameterList } from "../../tsql";
import type { ModuleParameter } from "../../tsql/ast";
import { SqlError } from "../errors";
import { compileExpression } from "../expressions/compile";
import { resolveTypeName } from "../types";
import type { SqlType, Value } from "../values";
import type { Activation } from "./activation";
import { type Argument, bindArguments } from "./binding";
import { runText } from "./calls";
import { convertArgument } from "./conversion";
import { environmentOf, scopeOf } from "./environment";
import type { Steps } from "./steps";
import { registerProcedure, type SystemProcedureCall } from "./systemProcedures";

const INT: SqlType = { kind: "int" };

interface TextParameter {
  name: string;
  type: SqlType;
  output: boolean;
  default?: ModuleParameter["default"];
}

function declaredParameters(list: string | null, activation: Activation): TextParameter[] {
  if (list === null || list.trim() === "") return [];
  const environment = environmentOf(activation);
  return parseParameterList(list).map((p) => ({
    name: p.name,
    type: resolveTypeName(p.type, environment, "declaration"),
    output: p.output,
    ...(p.default ? { default: p.default } : {}),
  }));
}

/** Runs a text with its parameters; output values go back by name. */
function* runWithParameters(
  text: string,
  parameters: TextParameter[],
  args: Argument[],
  call: SystemProcedureCall,
  firstPosition: number,
): Steps<number> {
  const { activation } = call;
  const bound = bindArguments(
    "",
    parameters.map((p) => ({ name: p.name, type: p.type, output: true, hasDefault: true })),
    args,
  );
  requireAll(text, parameters, bound);
  const values = parameters.map((parameter, i) => {
    const argument = bound[i];
    let value: Value = null;
    if (argument?.value !== undefined)
      value = convertArgument(argument.value, argument.type, parameter.type, activation);
    else if (parameter.default) {
      const compiled = compileExpression(parameter.default, scopeOf(activation));
      value = convertArgument(
        compiled.evaluate({ tuple: [], slots: [], parent: null, context: activation }),
        compiled.type,
        parameter.type,
        activation,
      );
    }
    return { name: parameter.name, type: parameter.type, value };
  });
  const ran = yield* runText(text, values, activation);
  parameters.forEach((parameter, i) => {
    const argument = bound[i];
    if (!argument?.output) return;
    const output = { type: parameter.type, value: ran.getVariable(parameter.name) };
    call.outputs.set(parameter.name.toLowerCase(), output);
    call.outputs.set(firstPosition + args.indexOf(argument), output);
  });
  return Number(activation.session.lastError !== 0 ? activation.session.lastError : 0);
}

function requireAll(text: string, parameters: TextParameter[], bound: (Argument | undefined)[]): void {
  parameters.forEach(({ name, type, default: initial }, i) => {
    const given = bound[i]?.value !== undefined || bound[i]?.table !== undefined;
    if (given || initial) return;
    const query = `(${name} ${type.kind})${text}`;
    throw new SqlError(
      8178,
      `The parameterized query '${query}' expects the parameter '${name}', which was not supplied.`,
    );
  });
}

/** The text and the parameter list may be passed by any name in the first two places. */
function* executeSql(call: SystemProcedureCall): Steps<number> {
  const [statement, declarations, ...args] = call.extra;
  if (statement?.value === undefined || statement.value === null) return 0;
  if (typeof statement.value !== "string" || !/^n(char|varchar|text)$/.test(statement.type.kind)) {
    throw new SqlError(214, "Procedure expects parameter '@statement' of type 'ntext/nchar/nvarchar'.", 2);
  }
  if (declarations && declarations.value !== null && !/^n(char|varchar|text)$/.test(declarations.type.kind)) {
    throw new SqlError(214, "Procedure expects parameter '@params' of type 'ntext/nchar/nvarchar'.", 3);
  }
  const parameters = declaredParameters(
    declarations ? ((declarations.value ?? null) as string | null) : null,
    call.activation,
  );
  return yield* runWithParameters(statement.value, parameters, args, call, 2);
}

function prepare(text: string, parameters: TextParameter[], call: SystemProcedureCall): number {
  parseBatch(text, { quotedIdentifier: call.activation.session.settings.quotedIdentifier });
  return call.activation.session.prepared.add({ text, parameters });
}

function* execute(handle: number, args: Argument[], call: SystemProcedureCall, firstPosition: number): Steps<number> {
  const statement = call.activation.session.prepared.get(handle);
  if (!statement) throw new SqlError(8179, `Could not find prepared statement with handle ${handle}.`, 2);
  return yield* runWithParameters(statement.text, statement.parameters, args, call, firstPosition);
}

export function registerTextProcedures(): void {
  registerProcedure({
    name: "sp_executesql",
    parameters: [],
    variadic: true,
    execute: executeSql,
  });
  registerProcedure({
    name: "sp_prepare",
    parameters: [],
    variadic: true,
    execute(call) {
      const [handle, declarations, text] = call.extra;
      const parameters = declaredParameters((declarations?.value ?? null) as string | null, call.activation);
      setHandle(call, handle, prepare(String(text?.value ?? ""), parameters, call));
    },
  });
  registerProcedure({
    name: "sp_execute",
    parameters: [],
    variadic: true,
    execute(call) {
      const [handle, ...args] = call.extra;
      return execute(Number(handle?.value ?? 0), args, call, 1);
    },
  });
  registerProcedure({
    name: "sp_prepexec",
    parameters: [],
    variadic: true,
    execute: function* (call) {
      const [handle, declarations, text, ...args] = call.extra;
      const parameters = declaredParameters((declarations?.value ?? null) as string | null, call.activation);
      const made = prepare(String(text?.value ?? ""), parameters, call);
      setHandle(call, handle, made);
      return yield* execute(made, args, call, 3);
    },
  });
  registerProcedure({
    name: "sp_unprepare",
    parameters: [{ name: "@handle", type: INT }],
    execute(call) {
      const handle = Number(call.arguments.get("@handle"));
      if (!call.activation.session.prepared.remove(handle))
        throw new SqlError(8179, `Could not find prepared statement with handle ${handle}.`, 2);
    },
  });
}

function setHandle(call: SystemProcedureCall, argument: Argument | undefined, handle: number): void {
  const output = { type: INT, value: handle };
  call.outputs.set(0, output);
  if (argument?.name) call.outputs.set(argument.name.toLowerCase(), output);
}
