/** What writing a row of one stored table takes: defaults, identity, rowversion, computed columns, NOT NULL, CHECK. */
import type { ColumnRecord, ObjectRecord } from "../../../storage/records";
import type { Table } from "../../../storage/table";
import type { Compiled, CompiledCondition } from "../../expressions/scope";
import type { Row, SqlType, Value } from "../../values";
import type { OutputColumn } from "../compiledQuery";
import { resultColumn } from "../from/baseColumns";
import { instanceOf } from "../from/tableAccess";
import type { BaseTableBinding, QueryContext, QueryEnvironment } from "../queryEnvironment";
import { assigned } from "../typing";
import { type ComputedColumnSets, computedColumns } from "./computedColumns";
import {
  cannotInsertNull,
  constraintConflict,
  fullTableText,
  identityOverflow,
  tableText,
  type Verb,
} from "./modificationErrors";
import { nextRowVersion } from "./rowVersion";
import { storedCondition, storedExpression } from "./storedExpressions";

interface Check {
  name: string;
  condition: CompiledCondition;
  /** Lower case. */
  columns: ReadonlySet<string>;
}

const IDENTITY_RANGES: Partial<Record<SqlType["kind"], readonly [bigint, bigint]>> = {
  tinyint: [0n, 255n],
  smallint: [-32768n, 32767n],
  int: [-2147483648n, 2147483647n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
};

export class TableWriter {
  readonly columns: readonly ColumnRecord[];
  readonly identityOrdinal: number;
  readonly rowVersionOrdinal: number;
  readonly computed: ComputedColumnSets;
  private readonly defaults: readonly (Compiled | undefined)[];
  private readonly checks: readonly Check[];
  private readonly required: readonly number[];
  /** Whether a CHECK reads columns that are computed at reading. */
  private readonly checksRead: boolean;

  constructor(
    readonly binding: BaseTableBinding,
    environment: QueryEnvironment,
  ) {
    const { table, database } = binding;
    this.columns = table.columns;
    this.identityOrdinal = table.columns.findIndex((column) => column.identity);
    this.rowVersionOrdinal = table.columns.findIndex((column) => column.type.kind === "timestamp");
    this.computed = computedColumns(binding, environment);
    this.defaults = table.columns.map((column) => {
      const constraint =
        column.defaultId === undefined ? undefined : database.metadata.get("object", column.defaultId)?.constraint;
      if (constraint?.kind !== "default") return undefined;
      const { compiled } = storedExpression(constraint.text, binding, environment);
      return assigned(compiled, { type: column.type, name: column.name, table: fullTableText(binding) });
    });
    this.checks = database.metadata.children(table.id).flatMap((child) => this.check(child, environment));
    const virtual = new Set(
      table.columns.flatMap((column) =>
        column.computed && !column.computed.persisted ? [column.name.toLowerCase()] : [],
      ),
    );
    this.checksRead = this.checks.some(({ columns }) => [...columns].some((name) => virtual.has(name)));
    this.required = table.columns.flatMap((column, i) =>
      column.nullable || (column.computed && !column.computed.persisted) ? [] : [i],
    );
  }

  /** Columns as `inserted` and `deleted` show them. */
  get resultColumns(): OutputColumn[] {
    return this.columns.map(resultColumn);
  }

  table(context: QueryContext): Table {
    return instanceOf(this.binding, context);
  }

  /** The DEFAULT of a column, NULL without one. */
  defaultOf(ordinal: number): Compiled | undefined {
    return this.defaults[ordinal];
  }

  /** The table's next identity value in the column's type. */
  takeIdentity(table: Table): Value {
    const column = this.columns[this.identityOrdinal] as ColumnRecord;
    const value = table.takeIdentity();
    const range = IDENTITY_RANGES[column.type.kind];
    if (range && (value < range[0] || value > range[1])) throw identityOverflow(column.type.kind);
    return identityValue(value, column.type);
  }

  /** Rowversion and stored computed columns, then NOT NULL and CHECK. Changes the row and gives it back. */
  complete(row: Row, verb: Verb, context: QueryContext, updated?: ReadonlySet<number>): Row {
    if (this.rowVersionOrdinal >= 0) row[this.rowVersionOrdinal] = nextRowVersion(this.binding.database);
    this.computed.stored?.fill(row, context);
    for (const ordinal of this.required) {
      if (row[ordinal] === null)
        throw cannotInsertNull((this.columns[ordinal] as ColumnRecord).name, this.binding, verb);
    }
    if (this.checks.length > 0) this.verifyChecks(row, verb, context, updated);
    return row;
  }

  /** The row as queries see it, with computed columns that are not stored. */
  visible(row: Row, context: QueryContext): Row {
    return this.computed.virtual ? this.computed.virtual.fill(row.slice(), context) : row;
  }

  /** Column ordinals that an UPDATE of these changes as well. */
  withDependents(updated: ReadonlySet<number>): Set<number> {
    const names = new Set([...updated].map((ordinal) => (this.columns[ordinal] as ColumnRecord).name.toLowerCase()));
    const all = new Set(updated);
    for (const set of [this.computed.stored, this.computed.virtual])
      for (const ordinal of set?.dependingOn(names) ?? []) all.add(ordinal);
    return all;
  }

  private verifyChecks(row: Row, verb: Verb, context: QueryContext, updated: ReadonlySet<number> | undefined): void {
    const frame = { tuple: [this.checksRead ? this.visible(row, context) : row], slots: [], parent: null, context };
    for (const { name, condition, columns } of this.checks) {
      if (updated && !this.touches(updated, columns)) continue;
      if (condition.test(frame) !== false) continue;
      const only =
        columns.size === 1 ? this.columns.find((column) => columns.has(column.name.toLowerCase()))?.name : undefined;
      throw constraintConflict(verb, "CHECK", name, this.binding.database.name, tableText(this.binding), only);
    }
  }

  private touches(updated: ReadonlySet<number>, columns: ReadonlySet<string>): boolean {
    if (columns.size === 0) return true;
    for (const ordinal of this.withDependents(updated)) {
      if (columns.has((this.columns[ordinal] as ColumnRecord).name.toLowerCase())) return true;
    }
    return false;
  }

  private check(child: ObjectRecord, environment: QueryEnvironment): Check[] {
    const { constraint } = child;
    if (constraint?.kind !== "check" || constraint.disabled) return [];
    const { compiled, columns } = storedCondition(constraint.text, this.binding, environment);
    return [{ name: child.name, condition: compiled, columns }];
  }
}

export function identityValue(value: bigint, type: SqlType): Value {
  return type.kind === "bigint" || type.kind === "decimal" || type.kind === "numeric" ? value : Number(value);
}
