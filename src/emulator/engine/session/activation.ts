/** A running batch, procedure, function, trigger or dynamic text: its variables, cursors and temporary tables. */
import type { SqlMessage } from "../errors";
import { SqlError } from "../errors";
import type { ExecutionContext } from "../expressions/scope";
import type { Row, SqlType, Value } from "../values";
import type { Table } from "../../storage/table";
import type { Cursor } from "./cursor";
import type { SessionRuntime } from "./runtime";

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
  inserted: { columns: Table["columns"]; rows: Row[] };
  deleted: { columns: Table["columns"]; rows: Row[] };
  updatedColumns: Set<number>;
  columnCount: number;
}

export type ActivationKind = "batch" | "procedure" | "function" | "trigger" | "dynamic";

export class Activation implements ExecutionContext {
  readonly variables = new Map<string, Variable>();
  readonly tableVariables = new Map<string, Table>();
  /** Local cursors, and cursor variables (with @). */
  readonly cursors = new Map<string, Cursor | null>();
  /** `#name` (lower case) → table in tempdb; found by activations called from here too. */
  readonly temporaryTables = new Map<string, Table>();
  statementCache = new Map<unknown, unknown>();
  currentError: SqlMessage | null = null;
  module: RunningModule | null = null;
  trigger: TriggerRows | null = null;
  returnValue: Value = 0;
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

  findTemporaryTable(name: string): Table | undefined {
    const key = name.toLowerCase();
    for (let activation: Activation | null = this; activation; activation = activation.parent) {
      const table = activation.temporaryTables.get(key);
      if (table) return table;
    }
    return this.session.temporaryTables.get(key);
  }

  findCursor(name: string): Cursor | null | undefined {
    const key = name.toLowerCase();
    return this.cursors.has(key) ? this.cursors.get(key) : undefined;
  }
}
