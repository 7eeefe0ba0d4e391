/** EXEC: procedures of this server, system procedures, linked servers, and dynamic text. */
import type { Database } from "../../storage/database";
import type { ObjectRecord } from "../../storage/records";
import { parseBatch } from "../../tsql";
import type { ExecuteArgument, ExecuteStatement, ExecuteTextStatement, ObjectName } from "../../tsql/ast";
import { SqlError } from "../errors";
import { compileExpression } from "../expressions/compile";
import { NULL_TYPE } from "../types";
import type { SqlType, Value } from "../values";
import { Activation } from "./activation";
import { asSqlError } from "./asSqlError";
import { type Argument, bindArguments } from "./binding";
import { BatchAborted, type Completion } from "./completion";
import { convertArgument, convertParameter } from "./conversion";
import { requireNoDeadlock } from "./deadlock";
import { scopeOf } from "./environment";
import { failStatement } from "./failures";
import { callScalarFunction } from "./functions";
import { executeList } from "./interpreter";
import { moduleDefinition, moduleOf } from "./modules";
import { findObject, parseObjectName } from "./names";
import { remoteAccess } from "./remote";
import { declareAhead } from "./simpleStatements";
import { type Steps, wait } from "./steps";
import { type SystemProcedure, systemProcedure } from "./systemProcedures";
import { checkVariables } from "./variableCheck";

const MAX_NESTING = 32;

export function* executeCall(statement: ExecuteStatement, activation: Activation): Steps<Completion> {
  const { session } = activation;
  const name = procedureName(statement, activation);
  if (!name.server && mayBeDeadlockVictim(name)) requireNoDeadlock(activation, statement);
  const args = yield* evaluateArguments(statement.arguments, activation);
  const result = name.server ? yield* callRemote(name, args, activation) : yield* callProcedure(name, args, activation);
  assignOutputs(statement.arguments, result.outputs, activation);
  if (statement.returnInto) {
    const target = activation.variable(statement.returnInto);
    target.value = convertArgument(result.returnValue, result.returnType ?? { kind: "int" }, target.type, activation);
  }
  if (session.endOfBatch) throw new BatchAborted();
  return undefined;
}

/**
 * System procedures take locks on what they change. Those that run a text leave that to its statements, and
 * sp_getapplock tells of a deadlock by its return code (-3).
 */
function mayBeDeadlockVictim({ name }: ObjectName): boolean {
  const procedure = systemProcedure(name);
  return procedure !== undefined && !procedure.variadic && procedure.name !== "sp_getapplock";
}

/** Output values by lower-case parameter name or by position. */
type Outputs = Map<string | number, { type: SqlType; value: Value }>;

/** What a procedure gives back: its return code and its output values. */
export interface CallResult {
  returnValue: Value;
  /** Of a function; procedures return int. */
  returnType?: SqlType;
  outputs: Outputs;
}

/** Puts output values into the variables that were passed with OUTPUT. */
function assignOutputs(args: readonly ExecuteArgument[], outputs: Outputs, activation: Activation): void {
  args.forEach((argument, position) => {
    if (!argument.output || argument.value.kind !== "variable") return;
    const value = outputs.get(argument.name?.toLowerCase() ?? position);
    if (value === undefined) return;
    const target = activation.variable(argument.value.name);
    target.value = convertArgument(value.value, value.type, target.type, activation);
  });
}

function procedureName(statement: ExecuteStatement, activation: Activation): ObjectName {
  if (!("variable" in statement.procedure)) return statement.procedure;
  const value = activation.getVariable(statement.procedure.variable);
  if (value === null || value === "") throw new SqlError(2812, "Could not find stored procedure ''.", 62);
  return parseObjectName(String(value), statement.span);
}

function* evaluateArguments(list: ExecuteArgument[], activation: Activation): Steps<Argument[]> {
  const args: Argument[] = [];
  for (const { name, value, output } of list) {
    if (value.kind === "default") {
      args.push({ name, type: NULL_TYPE, value: undefined, output });
    } else if (value.kind === "variable" && activation.tableVariables.has(value.name.toLowerCase())) {
      args.push({ name, type: NULL_TYPE, value: undefined, output, table: value.name.toLowerCase() });
    } else if (value.kind === "column" && value.parts.length === 1) {
      // EXEC p word: a bare word is a string.
      args.push({ name, type: { kind: "nvarchar", length: 128 }, value: value.parts[0] as string, output });
    } else {
      const compiled = compileExpression(value, scopeOf(activation));
      const result = yield* activation.session.evaluate(activation, (context) => compiled.evaluate(context));
      args.push({ name, type: compiled.type, value: result, output });
    }
  }
  return args;
}

function* callRemote(name: ObjectName, args: Argument[], activation: Activation): Steps<CallResult> {
  const { returnValue, outputs } = yield* remoteAccess().callProcedure(
    activation,
    name,
    args.map((a) => ({ name: a.name ?? "", type: a.type, value: a.value ?? null, output: a.output })),
  );
  const byKey: Outputs = new Map();
  args.forEach((argument, position) => {
    const key = argument.name?.toLowerCase();
    const value = outputs.get(key ?? String(position));
    if (argument.output && value !== undefined) byKey.set(key ?? position, { type: argument.type, value });
  });
  return { returnValue, outputs: byKey };
}

/** Finds and runs a procedure of this server. Also what an RPC request calls. */
export function* callProcedure(name: ObjectName, args: Argument[], activation: Activation): Steps<CallResult> {
  const { session } = activation;
  if (session.nestLevel >= MAX_NESTING) {
    throw new SqlError(
      217,
      `Maximum stored procedure, function, trigger, or view nesting level exceeded (limit ${MAX_NESTING}).`,
    );
  }
  const target = findProcedure(name, activation);
  if (!target) throw new SqlError(2812, `Could not find stored procedure '${displayName(name)}'.`, 62);
  if (target.kind === "system") return yield* callSystem(target.procedure, target.database, args, activation);
  if (target.kind === "remote") return yield* callRemote(target.name, args, activation);
  session.security.requireExecute(activation, target.database, target.record);
  if (target.record.type === "FN") return callFunction(target.record, target.database, args, activation);
  return yield* callModule(target.record, target.database, args, activation);
}

/** EXEC @result = function arguments */
function callFunction(record: ObjectRecord, database: Database, args: Argument[], caller: Activation): CallResult {
  const [result, ...parameters] = [...(record.module?.parameters ?? [])].sort((a, b) => a.id - b.id);
  const bound = bindArguments(record.name, parameters, args);
  const values = parameters.map(({ type }, i) => {
    const argument = bound[i];
    return argument?.value === undefined ? undefined : convertParameter(argument.value, argument.type, type, caller);
  });
  const returnValue = callScalarFunction(record, database, values, caller);
  return { returnValue, returnType: result?.type ?? { kind: "int" }, outputs: new Map() };
}

type Target =
  | { kind: "user"; record: ObjectRecord; database: Database }
  | { kind: "system"; procedure: SystemProcedure; database: Database }
  | { kind: "remote"; name: ObjectName };

function findProcedure(name: ObjectName, activation: Activation): Target | undefined {
  const { session } = activation;
  const database = name.database ? session.openDatabase(name.database) : session.database;
  const unqualified = !name.schema || /^(sys|dbo)$/i.test(name.schema);
  const shipped = unqualified ? systemProcedure(name.name) : undefined;
  if (shipped && (shipped.database !== "msdb" || database.name.toLowerCase() === "msdb"))
    return { kind: "system", procedure: shipped, database };
  const record = findObject(session, database, name);
  if (record?.synonymFor) {
    const aim = parseObjectName(record.synonymFor, name.span);
    return aim.server
      ? { kind: "remote", name: aim }
      : findProcedure({ ...aim, database: aim.database || database.name }, activation);
  }
  if (record?.type === "P" || record?.type === "FN") return { kind: "user", record, database };
  // A procedure of master whose name begins with sp_ is found from every database.
  const master = session.server.database("master");
  if (/^sp_/i.test(name.name) && unqualified && database !== master && master) {
    const common = findObject(session, master, { ...name, schema: "dbo" });
    if (common?.type === "P") return { kind: "user", record: common, database: master };
  }
  return undefined;
}

export function displayName(name: ObjectName): string {
  return [name.server, name.database, name.schema, name.name].filter((part) => part !== undefined).join(".");
}

function* callSystem(
  procedure: SystemProcedure,
  database: Database,
  args: Argument[],
  caller: Activation,
): Steps<CallResult> {
  const { session } = caller;
  const outputs: Outputs = new Map();
  const values = new Map<string, Value>();
  const given = new Set<string>();
  const parameters = procedure.parameters.map((p) => ({
    name: p.name,
    type: p.type,
    output: p.output === true,
    hasDefault: p.default !== undefined,
  }));
  const declared = procedure.variadic ? args.slice(0, parameters.length) : args;
  const bound = bindArguments(
    procedure.name,
    parameters,
    procedure.variadic
      ? declared.filter((a, i) => a.name === undefined || isDeclared(a, parameters) || i < 1)
      : declared,
  );
  procedure.parameters.forEach((parameter, index) => {
    const argument = bound[index];
    const key = parameter.name.toLowerCase();
    if (argument?.value !== undefined) {
      given.add(key);
      values.set(key, convertParameter(argument.value, argument.type, parameter.type, caller));
    } else {
      values.set(key, parameter.default ?? null);
    }
  });
  const restore = session.enterDatabase(database);
  session.nestLevel++;
  try {
    const result = procedure.execute({
      arguments: values,
      given,
      activation: caller,
      extra: procedure.variadic ? args : [],
      output(parameterName, value) {
        const key = parameterName.toLowerCase();
        const index = procedure.parameters.findIndex((p) => p.name.toLowerCase() === key);
        const type = procedure.parameters[index]?.type ?? NULL_TYPE;
        outputs.set(key, { type, value });
        const position = args.indexOf(bound[index] as Argument);
        if (position >= 0) outputs.set(position, { type, value });
      },
      outputs,
    });
    const returned =
      result instanceof Promise ? yield* wait(result) : typeof result === "object" ? yield* result : result;
    return { returnValue: returned ?? 0, outputs };
  } finally {
    session.nestLevel--;
    restore();
  }
}

function isDeclared(argument: Argument, parameters: { name: string }[]): boolean {
  return parameters.some((p) => p.name.toLowerCase() === argument.name?.toLowerCase());
}

/** Runs a stored procedure. */
export function* callModule(
  record: ObjectRecord,
  database: Database,
  args: Argument[],
  caller: Activation,
): Steps<CallResult> {
  const { session } = caller;
  const definition = moduleDefinition(record);
  const procedure = moduleOf(record, "procedure");
  const environment = scopeOf(caller).environment;
  const parameters = (record.module?.parameters ?? []).map((p) => ({
    name: p.name,
    type: p.type,
    output: p.output,
    hasDefault: p.hasDefault,
  }));
  const bound = bindArguments(record.name, parameters, args);
  const activation = new Activation(session, "procedure", caller);
  activation.module = session.runningModule(record, database);
  activation.text = definition.text;
  parameters.forEach((parameter, index) => {
    const argument = bound[index];
    const syntax = procedure.parameters[index];
    if (argument?.table !== undefined) {
      const table = caller.tableVariables.get(argument.table);
      if (table) activation.tableVariables.set(parameter.name.toLowerCase(), table);
      return;
    }
    let value: Value = null;
    if (argument?.value !== undefined) value = convertParameter(argument.value, argument.type, parameter.type, caller);
    else if (syntax?.default) {
      const compiled = compileExpression(syntax.default, { sources: [], parent: null, environment });
      value = convertArgument(
        compiled.evaluate({ tuple: [], slots: [], parent: null, context: caller }),
        compiled.type,
        parameter.type,
        caller,
      );
    }
    activation.variables.set(parameter.name.toLowerCase(), { type: parameter.type, value });
  });
  declareAhead(
    checkVariables(
      procedure.body,
      parameters.map((p) => p.name.toLowerCase()),
    ),
    activation,
  );
  const countBefore = session.transactionCount();
  yield* runModule(activation, definition.executeAs, record, database, function* () {
    yield* executeList(procedure.body, activation);
  });
  yield* checkTransactionCount(countBefore, record.name, caller);
  const outputs: Outputs = new Map();
  parameters.forEach((parameter, index) => {
    const argument = bound[index];
    if (!argument?.output) return;
    const value = { type: parameter.type, value: activation.getVariable(parameter.name) };
    outputs.set(parameter.name.toLowerCase(), value);
    if (argument.name === undefined) outputs.set(args.indexOf(argument), value);
  });
  return { returnValue: Number(activation.returnValue ?? 0), outputs };
}

/** A procedure or dynamic text leaves @@TRANCOUNT as it found it, or error 266 says so. */
function* checkTransactionCount(before: number, procedure: string, caller: Activation): Steps<void> {
  const { session } = caller;
  const count = session.transactionCount();
  if (count === before || session.endOfBatch) return;
  const error = new SqlError(
    266,
    `Transaction count after EXECUTE indicates a mismatching number of BEGIN and COMMIT statements. Previous count = ${before}, current count = ${count}.`,
    2,
  );
  error.procedure = procedure;
  error.line = caller.line;
  yield* failStatement(error, caller);
}

/** What is the same for procedures, functions and triggers: database, nesting, SET options and impersonation come and go. */
export function* runModule(
  activation: Activation,
  executeAs: ReturnType<typeof moduleDefinition>["executeAs"],
  record: ObjectRecord,
  database: Database,
  body: () => Steps<void>,
): Steps<void> {
  const { session } = activation;
  const leaveDatabase = session.enterDatabase(database);
  const settings = { ...session.settings };
  const revert = session.security.enterModule(activation, executeAs, record, database);
  if (record.module) {
    session.settings.ansiNulls = record.module.usesAnsiNulls;
    session.settings.quotedIdentifier = record.module.usesQuotedIdentifier;
  }
  session.nestLevel++;
  try {
    yield* body();
  } finally {
    session.nestLevel--;
    Object.assign(session.settings, settings);
    revert();
    leaveDatabase();
    session.endActivation(activation);
  }
}

export function* executeText(statement: ExecuteTextStatement, activation: Activation): Steps<Completion> {
  const { session } = activation;
  const compiled = compileExpression(statement.text, scopeOf(activation));
  const text = yield* session.evaluate(activation, (context) => compiled.evaluate(context));
  const args = yield* evaluateArguments(statement.arguments, activation);
  const content = text === null ? "" : String(text);
  if (statement.at) {
    const values = yield* remoteAccess().executeText(
      activation,
      statement.at,
      content,
      args.map((a) => ({ name: "", type: a.type, value: a.value ?? null, output: a.output })),
    );
    const outputs = [...values].map(
      ([position, value]) => [position, { type: (args[position] as Argument).type, value }] as const,
    );
    assignOutputs(statement.arguments, new Map(outputs), activation);
    return undefined;
  }
  const revert = statement.as
    ? session.security.impersonate(activation, statement.as.principal, statement.as.name)
    : undefined;
  try {
    yield* runText(content, [], activation);
  } finally {
    revert?.();
  }
  return undefined;
}

/**
 * Compiles a dynamic text. Its errors are raised one level below the caller, whose TRY therefore catches them
 * (docs/t-sql/language-elements/try-catch-transact-sql.md of MicrosoftDocs/sql-docs, "Errors unaffected by a
 * TRY...CATCH construct").
 */
function compileText(text: string, parameters: readonly { name: string }[], activation: Activation) {
  try {
    const batch = parseBatch(text, { quotedIdentifier: activation.session.settings.quotedIdentifier });
    const names = parameters.map(({ name }) => name.toLowerCase());
    return { batch, declarations: checkVariables(batch.statements, names) };
  } catch (thrown) {
    const error = asSqlError(thrown);
    error.raisedIn ??= activation;
    throw error;
  }
}

/** Runs a dynamic text in a scope of its own. `parameters` are those of sp_executesql. */
export function* runText(
  text: string,
  parameters: { name: string; type: SqlType; value: Value }[],
  caller: Activation,
): Steps<Activation> {
  const { session } = caller;
  if (session.nestLevel >= MAX_NESTING) {
    throw new SqlError(
      217,
      `Maximum stored procedure, function, trigger, or view nesting level exceeded (limit ${MAX_NESTING}).`,
    );
  }
  const activation = new Activation(session, "dynamic", caller);
  const { batch, declarations } = compileText(text, parameters, activation);
  activation.text = text;
  activation.module = caller.module ? { ...caller.module, ownerId: -1 } : null;
  for (const { name, type, value } of parameters) activation.variables.set(name.toLowerCase(), { type, value });
  declareAhead(declarations, activation);
  const settings = { ...session.settings };
  const { database } = session;
  const countBefore = session.transactionCount();
  session.nestLevel++;
  try {
    yield* executeList(batch.statements, activation);
  } finally {
    session.nestLevel--;
    Object.assign(session.settings, settings);
    // USE inside dynamic text ends with it.
    session.changeDatabase(database);
    session.endActivation(activation);
  }
  yield* checkTransactionCount(countBefore, "", caller);
  return activation;
}
