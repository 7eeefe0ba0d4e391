/** Reading a stored table: whole, in the order of its clustered index, or by the key of an index. */
import type { ReadView, TableHints } from "../../../storage/readView";
import type { RowId, StoredRow } from "../../../storage/rowEntry";
import type { RowIndex } from "../../../storage/rowIndex";
import type { Table } from "../../../storage/table";
import type { Row, Value } from "../../values";
import { type ComputedColumns, computedColumns } from "../modify/computedColumns";
import type { BaseTableBinding, QueryContext, QueryEnvironment } from "../queryEnvironment";
import { compareValues } from "../typing";

export interface AccessOptions {
  hints: TableHints;
  /** Row ids follow the columns. */
  locator: boolean;
  /** Rows come in the order of the clustered index. */
  ordered: boolean;
  /** The rows are about to be changed. */
  forUpdate: boolean;
}

export class TableAccess {
  private readonly computed: ComputedColumns | undefined;

  constructor(
    readonly binding: BaseTableBinding,
    environment: QueryEnvironment,
    private readonly options: AccessOptions,
  ) {
    this.computed = computedColumns(binding, environment).virtual;
  }

  table(context: QueryContext): Table {
    return instanceOf(this.binding, context);
  }

  scan(context: QueryContext): Iterable<Row> {
    const table = this.table(context);
    const stored = table.scan(this.view(context));
    const clustered = this.options.ordered ? table.indexes.find((index) => index.record.clustered) : undefined;
    return this.rows(clustered ? inOrderOf(clustered, stored) : stored, context);
  }

  /** One row by its id. */
  row(id: RowId, context: QueryContext): Row | undefined {
    const stored = this.table(context).get(id, this.view(context));
    if (!stored) return undefined;
    for (const row of this.rows([stored], context)) return row;
    return undefined;
  }

  /** `keys` are values of the index's first columns, converted to their types. */
  seek(indexPosition: number, keys: Value[], context: QueryContext): Iterable<Row> {
    const table = this.table(context);
    const index = table.indexes[indexPosition] as RowIndex;
    const found = table.seek(index, keys, this.view(context));
    const whole = keys.length === index.ordinals.length && index.record.unique;
    const clustered =
      this.options.ordered && !whole ? table.indexes.find((other) => other.record.clustered) : undefined;
    return this.rows(clustered ? inOrderOf(clustered, found) : found, context);
  }

  private *rows(stored: Iterable<StoredRow>, context: QueryContext): Iterable<Row> {
    const { locator } = this.options;
    const { computed } = this;
    for (const { id, row } of stored) {
      const full = computed ? computed.fill(row.slice(), context) : row;
      yield locator ? [...full, id] : full;
    }
  }

  private view(context: QueryContext): ReadView {
    return readView(context, this.options.hints, this.options.forUpdate);
  }
}

export function instanceOf(binding: BaseTableBinding, context: QueryContext): Table {
  return binding.variable === undefined ? binding.table : context.tableVariable(binding.variable);
}

export function readView(context: QueryContext, hints: TableHints, forUpdate: boolean): ReadView {
  return { transaction: context.transaction, isolation: context.session.settings.isolation, hints, forUpdate };
}

/** Sorts only where insertion order is not the index's order already. */
function inOrderOf(index: RowIndex, stored: Iterable<StoredRow>): StoredRow[] {
  const rows = [...stored];
  const compare = (one: StoredRow, other: StoredRow): number => {
    for (let i = 0; i < index.ordinals.length; i++) {
      const ordinal = index.ordinals[i] as number;
      const type = index.types[i];
      const order = type ? compareValues(one.row[ordinal] ?? null, other.row[ordinal] ?? null, type) : 0;
      if (order !== 0) return index.record.columns[i]?.descending ? -order : order;
    }
    return 0;
  };
  for (let i = 1; i < rows.length; i++) {
    if (compare(rows[i - 1] as StoredRow, rows[i] as StoredRow) > 0) return rows.sort(compare);
  }
  return rows;
}
