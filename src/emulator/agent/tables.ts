/** msdb's tables of jobs, read and written by the names of their columns. */
import type { Value } from "../engine/values";
import type { RowId } from "../storage/rowEntry";
import type { Server } from "../storage/server";
import { insertInto, rowsOf, systemTable } from "../storage/systemTable";
import type { Transaction } from "../storage/transaction";

export type AgentTableName =
  | "sysjobs"
  | "sysjobsteps"
  | "sysjobstepslogs"
  | "sysjobservers"
  | "sysjobhistory"
  | "sysjobactivity"
  | "syssessions"
  | "sysschedules"
  | "sysjobschedules"
  | "syscategories"
  | "sysoperators"
  | "sysproxies"
  | "sysproxylogin"
  | "sysproxysubsystem"
  | "syssubsystems";

export type Values = Readonly<Record<string, Value>>;

/** A row as read, with what it takes to change it. */
export class AgentRow {
  constructor(
    readonly id: RowId,
    readonly values: Values,
  ) {}

  text(column: string): string {
    const value = this.values[column];
    return value === null || value === undefined ? "" : String(value);
  }

  number(column: string): number {
    return Number(this.values[column] ?? 0);
  }

  value(column: string): Value {
    return this.values[column] ?? null;
  }

  bytes(column: string): Uint8Array {
    const value = this.values[column];
    return value instanceof Uint8Array ? value : new Uint8Array();
  }
}

export class AgentTables {
  constructor(
    readonly server: Server,
    private readonly transaction: Transaction,
  ) {}

  /** Rows of which every given column has the given value; texts compare without regard to case. */
  rows(table: AgentTableName, where: Values = {}): AgentRow[] {
    const found: AgentRow[] = [];
    for (const { id, values } of rowsOf(this.transaction, systemTable(this.server.msdb, table))) {
      if (matches(values, where)) found.push(new AgentRow(id, values));
    }
    return found;
  }

  first(table: AgentTableName, where: Values): AgentRow | undefined {
    return this.rows(table, where)[0];
  }

  /** Gives the identity value, if the table has one. */
  insert(table: AgentTableName, values: Values): number {
    return insertInto(this.transaction, systemTable(this.server.msdb, table), values);
  }

  update(table: AgentTableName, row: AgentRow, change: Values): void {
    const target = systemTable(this.server.msdb, table);
    const values = { ...row.values, ...change };
    this.transaction.update(
      target,
      row.id,
      target.columns.map((column) => values[column.name] ?? null),
    );
  }

  delete(table: AgentTableName, where: Values): number {
    const rows = this.rows(table, where);
    for (const row of rows) this.transaction.delete(systemTable(this.server.msdb, table), row.id);
    return rows.length;
  }

  deleteRow(table: AgentTableName, row: AgentRow): void {
    this.transaction.delete(systemTable(this.server.msdb, table), row.id);
  }
}

function matches(values: Values, where: Values): boolean {
  return Object.entries(where).every(([column, wanted]) => {
    const value = values[column] ?? null;
    if (typeof wanted === "string" && typeof value === "string") return wanted.toLowerCase() === value.toLowerCase();
    return value === wanted;
  });
}
