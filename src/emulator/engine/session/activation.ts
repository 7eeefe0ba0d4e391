/** A running batch, procedure, function, trigger or dynamic text: its variables, cursors and temporary tables. */
import type { Table } from "../../storage/table";
import type { Transaction } from "../../storage/transaction";
import type { ObjectName, TableSource } from "../../tsql/ast";
import { createIntoTable } from "../definition/intoTable";
import type { SqlMessage } from "../errors";
import { SqlError } from "../errors";
import type { IntoColumn, ModificationAction, QueryContext, RowsBinding } from "../query/queryEnvironment";
import type { Row, SqlType, Value } from "../values";
import type { ResultColumn } from "../wire";
import type { Cursor } from "./cursor";
import type { SessionRuntime } from "./runtime";
import { triggerKind } from "./triggers";

export interface Variable {
  type: SqlType;
  value: Value;
}

export interface RunningModule {
  databaseId: number;
  objectId: number;
  schema: string;
  name: string;
  ownerId: number;
}

/** The rows a trigger sees, and which columns the statement set. */
export interface TriggerRows {
  columns: ResultColumn[];
  inserted: Row[];
  deleted: Row[];
  updatedColumns: Set<number>;
  columnCount: number;
}

export type ActivationKind = "batch" | "procedure" | "function" | "trigger" | "dynamic";

export class Activation implements QueryContext {
  readonly variables = new Map<string, Variable>();
  readonly tableVariables = new Map<string, Table>();
  /** Table variables that were made here, to be taken away at the end. */
  readonly ownTables: Table[] = [];
  /** Local cursors, and cursor variables (with @). */
  readonly cursors = new Map<string, Cursor | null>();
  /** `#name` (lower case) → table in tempdb; found by activations called from here too. */
  readonly temporaryTables = new Map<string, Table>();
  statementCache = new Map<unknown, unknown>();
  currentError: SqlMessage | null = null;
  module: RunningModule | null = null;
  trigger: TriggerRows | null = null;
  returnValue: Value = 0;
  /** Of a scalar function; procedures return int. */
  returnType: SqlType | undefined;
  /** SCOPE_IDENTITY() */
  scopeIdentity: Value = null;
  /** Rows of linked servers, fetched before the statement; by source node. */
  readonly remote = new Map<ObjectName | TableSource, RowsBinding>();
  private messages: SqlMessage[] = [];
  /** The source that statements' spans refer to. */
  text = "";
  /** Line of the statement that runs, for errors. */
  line = 0;
  private instant: { local: bigint; utc: bigint } | null = null;

  constructor(
    readonly session: SessionRuntime,
    readonly kind: ActivationKind,
    readonly parent: Activation | null,
  ) {
    if (parent) this.currentError = parent.currentError;
  }

  getVariable(name: string): Value {
    return this.variable(name).value;
  }

  triggerNestLevel(objectId?: number): number {
    let level = 0;
    for (let one: Activation | null = this; one; one = one.parent) {
      if (one.kind === "trigger" && (objectId === undefined || one.module?.objectId === objectId)) level++;
    }
    return level;
  }

  setVariable(name: string, value: Value): void {
    this.variable(name).value = value;
  }

  variable(name: string): Variable {
    const variable = this.variables.get(name.toLowerCase());
    if (!variable) throw new SqlError(137, `Must declare the scalar variable "${name}".`, 2, 15);
    return variable;
  }

  /** Statement start: GETDATE() is the same everywhere in one statement. */
  now(): { local: bigint; utc: bigint } {
    this.instant ??= this.session.server.clock();
    return this.instant;
  }

  /** Forgets what is kept per statement. */
  beginStatement(line: number): void {
    this.line = line;
    this.instant = null;
    if (this.statementCache.size > 0) this.statementCache = new Map();
  }

  // ---- QueryContext

  get transaction(): Transaction {
    return this.session.openTransaction();
  }

  tableVariable(name: string): Table {
    const table = this.tableVariables.get(name.toLowerCase());
    if (!table) throw new SqlError(1087, `Must declare the table variable "${name}".`, 1, 15);
    return table;
  }

  get identityInsert(): { databaseId: number; objectId: number } | null {
    return this.session.identityInsert;
  }

  triggers(databaseId: number, objectId: number, action: ModificationAction): "none" | "after" | "insteadOf" {
    return triggerKind(this, databaseId, objectId, action);
  }

  createIntoTable(name: ObjectName, columns: IntoColumn[]): Table {
    return createIntoTable(this, name, columns);
  }

  inform(message: SqlMessage): void {
    this.messages.push(message);
  }

  /** The statement starts, or starts over after waiting for a lock. */
  restart(): void {
    this.messages = [];
  }

  /** The statement has succeeded: its messages go to the client. */
  settle(): void {
    for (const message of this.messages) this.session.message({ ...message, line: message.line || this.line });
    this.messages = [];
  }

  remoteRows(source: ObjectName | TableSource): RowsBinding | undefined {
    return this.remote.get(source);
  }

  findTemporaryTable(name: string): Table | undefined {
    const key = name.toLowerCase();
    for (let activation: Activation | null = this; activation; activation = activation.parent) {
      const table = activation.temporaryTables.get(key);
      if (table && this.exists(table)) return table;
    }
    const table = this.session.temporaryTables.get(key);
    return table && this.exists(table) ? table : undefined;
  }

  /** A rollback takes the table away but not its name. */
  private exists(table: Table): boolean {
    return this.session.tempdb.tables.get(table.id) === table;
  }

  findCursor(name: string): Cursor | null | undefined {
    const key = name.toLowerCase();
    return this.cursors.has(key) ? this.cursors.get(key) : undefined;
  }
}
