/** Four-part names, EXEC … AT, OPENQUERY: the interpreter's requests to linked servers. */
import { NotEmulatedError, SqlError } from "../engine/errors";
import type { RowsBinding } from "../engine/query/queryEnvironment";
import type { Activation } from "../engine/session/activation";
import { select } from "../engine/session/dataStatements";
import type { RemoteAccess, RemoteArgument } from "../engine/session/remote";
import { type Steps, wait } from "../engine/session/steps";
import { typeDeclaration } from "../engine/types";
import type { Row, SqlType, Value } from "../engine/values";
import type { RpcParameter } from "../engine/wire";
import type { LinkedServerRecord } from "../storage/records";
import { type TdsResponse, toSqlError } from "../tds/client";
import type { ObjectName, Statement, TableSource } from "../tsql/ast";
import { ForwardingSink } from "./forwardingSink";
import { isOn, requireLinkedServer } from "./linkedServers";
import { type RemoteSession, remoteSession, requireDataAccess, requireRpc } from "./remoteSession";
import { localizedText, tablesOf, variablesOf } from "./statementText";

const TEXT: SqlType = { kind: "nvarchar", length: -1 };

function quote(name: string): string {
  return `[${name.replaceAll("]", "]]")}]`;
}

/** `[database].[schema].[name]` as the other server takes it. */
function remoteName(name: ObjectName): string {
  const parts = [name.database ?? "", name.schema ?? "", name.name];
  while (parts[0] === "") parts.shift();
  return parts.map((part) => (part === "" ? "" : quote(part))).join(".");
}

function* callProcedure(
  activation: Activation,
  name: ObjectName,
  args: RemoteArgument[],
): Steps<{ returnValue: number; outputs: Map<string, Value> }> {
  const record = requireLinkedServer(activation.session.server, name.server ?? "");
  requireRpc(record);
  const remote = remoteSession(activation.session, record);
  yield* enlistForCall(activation, record, remote);
  const parameters = args.map(
    (a): RpcParameter => ({
      name: a.name,
      type: a.type.isNullLiteral ? { kind: "int" } : a.type,
      value: a.value,
      output: a.output,
      default: false,
    }),
  );
  const sink = new ForwardingSink(activation);
  const response = yield* wait(remote.rpc({ procedure: remoteName(name), parameters }, sink));
  throwErrors(sink, record);
  const outputs = new Map<string, Value>();
  for (const output of response.outputs) {
    const index = args.findIndex(
      (a, i) =>
        (output.name !== "" && a.name.toLowerCase() === output.name.toLowerCase()) ||
        (a.name === "" && i === output.ordinal),
    );
    const argument = args[index];
    if (argument) outputs.set(argument.name === "" ? String(index) : argument.name.toLowerCase(), output.value);
  }
  return { returnValue: response.returnStatus ?? 0, outputs };
}

function* executeText(
  activation: Activation,
  server: string,
  text: string,
  args: RemoteArgument[],
): Steps<Map<number, Value>> {
  const record = requireLinkedServer(activation.session.server, server);
  requireRpc(record);
  const remote = remoteSession(activation.session, record);
  yield* enlistForCall(activation, record, remote);
  const sink = new ForwardingSink(activation);
  const named = args.map((argument, index) => ({ ...argument, name: `@P${index + 1}` }));
  const response = yield* wait(
    args.length === 0 ? remote.batch(text, sink) : remote.rpc(executeSql(numbered(text), named), sink),
  );
  throwErrors(sink, record);
  return new Map(
    response.outputs.map(({ name, value }) => [named.findIndex((argument) => argument.name === name), value]),
  );
}

/** `?` outside of quotes and comments stands for the arguments in their order. */
function numbered(text: string): string {
  let count = 0;
  return text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\[(?:[^\]]|\]\])*\]|--[^\n]*|\/\*[\s\S]*?\*\/|\?/g, (token) => {
    if (token !== "?") return token;
    count++;
    return `@P${count}`;
  });
}

function executeSql(text: string, parameters: RemoteArgument[]) {
  const declarations = parameters
    .map((p) => `${p.name} ${typeDeclaration(p.type)}${p.output ? " OUTPUT" : ""}`)
    .join(", ");
  const value = (name: string, type: SqlType, content: Value, output = false): RpcParameter => ({
    name,
    type,
    value: content,
    output,
    default: false,
  });
  return {
    procedure: "sp_executesql",
    parameters: [
      value("", TEXT, text),
      ...(parameters.length > 0
        ? [
            value("", TEXT, declarations),
            ...parameters.map((p) =>
              value(p.name, p.type.isNullLiteral ? { kind: "int" as const } : p.type, p.value, p.output),
            ),
          ]
        : []),
    ],
  };
}

/** A remote procedure joins the transaction only if promotion is on, or the transaction is distributed already. */
function* enlistForCall(activation: Activation, record: LinkedServerRecord, remote: RemoteSession): Steps<void> {
  const { transactions, settings } = activation.session;
  if (transactions.count === 0) return;
  if (isOn(record, "remote proc transaction promotion") || settings.remoteProcTransactions || transactions.distributed)
    yield* wait(remote.enlist());
}

function throwErrors(sink: ForwardingSink, record: LinkedServerRecord): void {
  const errors = sink.errors.map((message) => {
    const error = toSqlError(message);
    error.server ??= record.name;
    return error;
  });
  const last = errors.pop();
  if (!last) return;
  last.precedingErrors = errors;
  throw last;
}

// ---------------------------------------------------------------- tables

function* fetch(
  activation: Activation,
  source: ObjectName | Extract<TableSource, { kind: "openquery" }>,
): Steps<RowsBinding> {
  const isQuery = "kind" in source;
  const record = requireLinkedServer(activation.session.server, source.server ?? "");
  requireDataAccess(record);
  const remote = remoteSession(activation.session, record);
  if (activation.session.transactions.count > 0) yield* wait(remote.enlist());
  const response = yield* wait(remote.batch(isQuery ? source.query : `SELECT * FROM ${remoteName(source)}`, undefined));
  const errors = response.messages.filter((m) => m.class > 10);
  const notFound = errors.find((e) => e.number === 208);
  if (notFound && !isQuery) {
    throw new SqlError(
      7314,
      `The OLE DB provider "${record.provider}" for linked server "${record.name}" does not contain the table "${remoteName(source)}". The table either does not exist or the current user does not have permissions on that table.`,
    );
  }
  const failure = errors.at(-1);
  if (failure) throw toSqlError(failure);
  const [result] = response.results;
  if (!result)
    throw new SqlError(
      7357,
      `Cannot process the object "${isQuery ? source.query : remoteName(source)}". The OLE DB provider "${record.provider}" for linked server "${record.name}" indicates that either the object has no columns or the current user does not have permissions on that object.`,
      2,
    );
  const rows: Row[] = result.rows;
  return {
    kind: "rows",
    name: isQuery ? (source.alias ?? "") : source.name,
    ...(isQuery ? {} : { schema: source.schema ?? "dbo", databaseName: source.database ?? "" }),
    columns: result.columns,
    rows: () => rows,
  };
}

type Modification = Extract<Statement, { kind: "insert" | "update" | "delete" }>;

/**
 * A statement that touches only tables of one linked server is sent there as it is; rows that come
 * from here are sent as INSERTs.
 */
function* modify(activation: Activation, statement: Modification): Steps<number> {
  if (statement.target.kind !== "table") throw new NotEmulatedError("this change of a remote table");
  const record = requireLinkedServer(activation.session.server, statement.target.name.server ?? "");
  requireDataAccess(record);
  const remote = remoteSession(activation.session, record);
  if (activation.session.transactions.count > 0) yield* wait(remote.enlist());
  const elsewhere = tablesOf(statement).some((name) => name.server?.toLowerCase() !== record.name.toLowerCase());
  if (statement.output?.length) throw new NotEmulatedError("OUTPUT of a change of a remote table");
  if (
    !elsewhere &&
    (statement.kind !== "insert" ||
      statement.source.kind === "values" ||
      statement.source.kind === "defaultValues" ||
      statement.source.kind === "query")
  ) {
    const parameters = variablesOf(statement).map((name): RemoteArgument => {
      const { type, value } = activation.variable(name);
      return { name, type, value, output: false };
    });
    return countOf(yield* wait(remote.rpc(executeSql(localizedText(statement, activation), parameters), undefined)));
  }
  if (statement.kind !== "insert" || statement.source.kind !== "query") {
    throw new NotEmulatedError(`${statement.kind.toUpperCase()} of a remote table together with tables of this server`);
  }
  const { query, span } = { query: statement.source.query, span: statement.span };
  const rows = yield* select(
    { kind: "select", query, span, ...(statement.with ? { with: statement.with } : {}) },
    activation,
  );
  return yield* insertRows(remote, statement, rows);
}

function* insertRows(
  remote: RemoteSession,
  statement: Extract<Modification, { kind: "insert" }>,
  result: { columns: { type: SqlType }[]; rows: Row[] },
): Steps<number> {
  if (statement.target.kind !== "table") return 0;
  const columns = statement.columns ? ` (${statement.columns.map(quote).join(", ")})` : "";
  const values = result.columns.map((_, i) => `@c${i}`).join(", ");
  const text = `INSERT INTO ${remoteName(statement.target.name)}${columns} VALUES (${values})`;
  for (const row of result.rows) {
    const parameters = result.columns.map(
      ({ type }, i): RemoteArgument => ({ name: `@c${i}`, type, value: row[i] ?? null, output: false }),
    );
    countOf(yield* wait(remote.rpc(executeSql(text, parameters), undefined)));
  }
  return result.rows.length;
}

function countOf(response: TdsResponse): number {
  const errors = response.messages.filter((m) => m.class > 10).map(toSqlError);
  const last = errors.pop();
  if (last) {
    last.precedingErrors = errors;
    throw last;
  }
  return response.rowCounts.at(-1) ?? 0;
}

export const linkedServerAccess: RemoteAccess = { callProcedure, executeText, fetch, modify };

/** For sp_testlinkedserver: connects and asks something; throws what goes wrong. */
export function* testConnection(activation: Activation, record: LinkedServerRecord): Steps<void> {
  countOf(yield* wait(remoteSession(activation.session, record).batch("SELECT 1", undefined)));
}
