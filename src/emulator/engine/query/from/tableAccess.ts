/** Reading a stored table: whole, in the order of its clustered index, or by the key of an index. */
import { locksRanges, type ReadView, type TableHints } from "../../../storage/readView";
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
  private constructor(
    readonly binding: BaseTableBinding,
    private readonly computed: ComputedColumns | undefined,
    private readonly options: AccessOptions,
  ) {}

  static to(binding: BaseTableBinding, environment: QueryEnvironment, options: AccessOptions): TableAccess {
    return new TableAccess(binding, computedColumns(binding, environment).virtual, options);
  }

  /** Whether each row read is locked, or left out because another has locked it. */
  get locksRows(): boolean {
    const { hints, forUpdate } = this.options;
    return forUpdate || Boolean(hints.updlock || hints.xlock || hints.readpast);
  }

  /** The same rows as they are at the moment, without any lock, with their ids. */
  unlocked(): TableAccess {
    const options: AccessOptions = { hints: { nolock: true }, locator: true, ordered: false, forUpdate: false };
    return new TableAccess(this.binding, this.computed, options);
  }

  table(context: QueryContext): Table {
    return instanceOf(this.binding, context);
  }

  scan(context: QueryContext): Iterable<Row> {
    const table = this.table(context);
    const view = this.view(context);
    const clustered = this.options.ordered ? table.indexes.find((index) => index.record.clustered) : undefined;
    return this.rows(clustered ? scanInOrder(table, clustered, view) : table.scan(view), context);
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
    return this.rows(clustered ? sorted([...found], clustered) : found, context);
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

/**
 * Rows in the order of the index. The order is found without locks and each row is read, and so
 * waited for or locked, only when it is asked for: TOP must not wait for rows that it does not take.
 */
function scanInOrder(table: Table, index: RowIndex, view: ReadView): Iterable<StoredRow> {
  const rows: StoredRow[] = [];
  for (const entry of table.entries.values()) {
    const row = entry.current.row ?? entry.rows()[0];
    if (row) rows.push({ id: entry.id, row });
  }
  const inOrder = sorted(rows, index);
  // Insertion order will do; and a range is locked as a whole.
  if (inOrder === rows || locksRanges(view))
    return inOrder === rows ? table.scan(view) : sorted([...table.scan(view)], index);
  return readEach(table, inOrder, view);
}

function* readEach(table: Table, rows: readonly StoredRow[], view: ReadView): Iterable<StoredRow> {
  for (const { id } of rows) {
    const stored = table.get(id, view);
    if (stored) yield stored;
  }
}

/** The very array where it is in order already. */
function sorted(rows: StoredRow[], index: RowIndex): StoredRow[] {
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
    if (compare(rows[i - 1] as StoredRow, rows[i] as StoredRow) > 0) return [...rows].sort(compare);
  }
  return rows;
}
