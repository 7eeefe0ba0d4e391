/** What the interpreter asks of linked servers; implemented by ../../linked and set when it is loaded. */
import type { ExecuteArgument, ObjectName, Statement, TableSource } from "../../tsql/ast";
import type { RowsBinding } from "../query/queryEnvironment";
import type { SqlType, Value } from "../values";
import type { Activation } from "./activation";
import type { Steps } from "./steps";

export interface RemoteArgument {
  /** With @; "" by position. */
  name: string;
  type: SqlType;
  value: Value;
  output: boolean;
}

export interface RemoteAccess {
  /** EXEC [server].[database].[schema].[procedure]: results go to the session's output. Gives the return code and output values. */
  callProcedure(
    activation: Activation,
    name: ObjectName,
    args: RemoteArgument[],
  ): Steps<{ returnValue: number; outputs: Map<string, Value> }>;
  /** EXEC ('text', arguments) AT server. Gives the values of output arguments by their positions. */
  executeText(activation: Activation, server: string, text: string, args: RemoteArgument[]): Steps<Map<number, Value>>;
  /** Rows of a four-part table name or of OPENQUERY, read before the statement runs. */
  fetch(activation: Activation, source: ObjectName | Extract<TableSource, { kind: "openquery" }>): Steps<RowsBinding>;
  /** INSERT, UPDATE or DELETE whose target is a four-part name; gives the row count. */
  modify(
    activation: Activation,
    statement: Extract<Statement, { kind: "insert" | "update" | "delete" }>,
  ): Steps<number>;
}

let access: RemoteAccess | undefined;

export function setRemoteAccess(implementation: RemoteAccess): void {
  access = implementation;
}

export function remoteAccess(): RemoteAccess {
  if (!access) throw new Error("linked servers are not loaded");
  return access;
}

export type { ExecuteArgument };
