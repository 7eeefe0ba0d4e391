/** Stores new rows in one table: from given columns, defaults, identity and so on to the stored row. */
import { DuplicateKey } from "../../../storage/duplicateKey";
import type { RowId } from "../../../storage/rowEntry";
import type { Table } from "../../../storage/table";
import type { Compiled } from "../../expressions/scope";
import type { Row, Value } from "../../values";
import type { BaseTableBinding, QueryContext, QueryEnvironment } from "../queryEnvironment";
import { information } from "../queryErrors";
import {
  duplicateKey,
  identityDefault,
  identityInsertOff,
  identityValueMissing,
  type Verb,
} from "./modificationErrors";
import { TableWriter } from "./tableWriter";

export interface InsertedRow {
  id: RowId;
  row: Row;
}

export class RowInserter {
  readonly writer: TableWriter;
  private readonly explicitIdentity: boolean;
  private readonly defaulted: { ordinal: number; value: Compiled }[];

  constructor(
    readonly binding: BaseTableBinding,
    environment: QueryEnvironment,
    /** Ordinals of the columns that values are given for. */
    private readonly ordinals: readonly number[],
  ) {
    this.writer = new TableWriter(binding, environment);
    const given = new Set(ordinals);
    this.explicitIdentity = given.has(this.writer.identityOrdinal);
    this.defaulted = this.writer.columns.flatMap((_, ordinal) => {
      const value = given.has(ordinal) ? undefined : this.writer.defaultOf(ordinal);
      return value ? [{ ordinal, value }] : [];
    });
  }

  /** Tells whether SET IDENTITY_INSERT fits the columns given (544, 545). */
  begin(context: QueryContext): Table {
    const { identityInsert } = context;
    const { binding, writer } = this;
    if (writer.identityOrdinal >= 0) {
      const on = identityInsert?.objectId === binding.table.id && identityInsert.databaseId === binding.database.id;
      if (this.explicitIdentity && !on) throw identityInsertOff(binding);
      if (!this.explicitIdentity && on) throw identityValueMissing(binding);
    }
    return writer.table(context);
  }

  /** The row before rowversion and constraints: given values, defaults, identity. */
  draft(values: readonly Value[], table: Table, context: QueryContext): Row {
    const { ordinals, writer, defaulted } = this;
    const row = new Array<Value>(writer.columns.length).fill(null);
    for (let i = 0; i < ordinals.length; i++) row[ordinals[i] as number] = values[i] ?? null;
    if (defaulted.length > 0) {
      const frame = { tuple: [], slots: [], parent: null, context };
      for (const { ordinal, value } of defaulted) row[ordinal] = value.evaluate(frame);
    }
    const identity = writer.identityOrdinal;
    if (identity >= 0) {
      if (!this.explicitIdentity) row[identity] = writer.takeIdentity(table);
      else if (row[identity] === null) throw identityDefault();
      else table.noteIdentity(BigInt(row[identity] as number | bigint));
    }
    return row;
  }

  /** Stores the row; undefined when IGNORE_DUP_KEY left it out. */
  insert(values: readonly Value[], table: Table, verb: Verb, context: QueryContext): InsertedRow | undefined {
    const row = this.writer.complete(this.draft(values, table, context), verb, context);
    try {
      return { id: context.transaction.insert(table, row), row };
    } catch (error) {
      if (!(error instanceof DuplicateKey)) throw error;
      const failure = duplicateKey(error.index, error.key, table, this.binding);
      if (!error.index.ignoreDuplicateKey) throw failure;
      if (!context.statementCache.has(IGNORED)) {
        context.statementCache.set(IGNORED, true);
        context.inform(information(3604, "Duplicate key was ignored."));
      }
      return undefined;
    }
  }

  /** The identity value of a row, for @@IDENTITY; null when the table has none. */
  identityOf(row: Row): bigint | null {
    const value = row[this.writer.identityOrdinal];
    return value === undefined || value === null ? null : BigInt(value as number | bigint);
  }
}

/** Key of the statement cache: the message comes once a statement. */
const IGNORED = Symbol("duplicate key ignored");
