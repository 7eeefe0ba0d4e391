import type { Value } from "../engine/values";
import type { IndexRecord } from "./records";
import type { Table } from "./table";

/** A unique index refused a row; the query layer makes errors 2627, 2601 or 1505 of it. */
export class DuplicateKey extends Error {
  constructor(
    readonly table: Table,
    readonly index: IndexRecord,
    /** Key values of the refused row. */
    readonly key: readonly Value[],
  ) {
    super(`duplicate key in ${index.name}`);
    this.name = "DuplicateKey";
  }
}
