/** A cursor: the rows of its SELECT as they were when it was opened. */
import type { CursorDefinition } from "../../tsql/ast";
import { SqlError } from "../errors";
import type { RowLocator } from "../query/queryEnvironment";
import type { Row, SqlType } from "../values";
import type { ResultColumn } from "../wire";

export type Orientation = "next" | "prior" | "first" | "last" | "absolute" | "relative";

export class Cursor {
  columns: ResultColumn[] = [];
  private rows: Row[] | undefined;
  private locators: (RowLocator | null)[][] | undefined;
  /** 0: before the first row; rows.length + 1: after the last. */
  private position = 0;
  /** How many names and variables refer to it. */
  references = 1;
  lastFetch = -1;

  constructor(
    readonly name: string,
    readonly definition: CursorDefinition,
    readonly global: boolean,
    /** Variables of the SELECT, bound when the cursor was declared. */
    readonly variables: Map<string, { type: SqlType; value: Row[number] }>,
  ) {}

  get isOpen(): boolean {
    return this.rows !== undefined;
  }

  get rowCount(): number {
    return this.rows?.length ?? 0;
  }

  get isForwardOnly(): boolean {
    const { options } = this.definition;
    if (options.includes("SCROLL")) return false;
    if (options.includes("FORWARD_ONLY") || options.includes("FAST_FORWARD")) return true;
    return !["STATIC", "KEYSET", "DYNAMIC"].some((o) => options.includes(o));
  }

  get isReadOnly(): boolean {
    const { options } = this.definition;
    return ["READ_ONLY", "STATIC", "INSENSITIVE", "FAST_FORWARD"].some((o) => options.includes(o));
  }

  open(columns: ResultColumn[], rows: Row[], locators: (RowLocator | null)[][] | undefined): void {
    if (this.rows) throw new SqlError(16905, "The cursor is already open.");
    this.columns = columns;
    this.rows = rows;
    this.locators = locators;
    this.position = 0;
  }

  close(): void {
    if (!this.rows) throw new SqlError(16917, "Cursor is not open.");
    this.rows = undefined;
    this.locators = undefined;
  }

  fetch(orientation: Orientation, offset: number): Row | undefined {
    if (!this.rows) throw new SqlError(16917, "Cursor is not open.");
    if (orientation !== "next" && this.isForwardOnly) {
      throw new SqlError(16911, `fetch: The fetch type ${orientation} cannot be used with forward only cursors.`);
    }
    const { length } = this.rows;
    const target = {
      next: this.position + 1,
      prior: this.position - 1,
      first: 1,
      last: length,
      absolute: offset >= 0 ? offset : length + 1 + offset,
      relative: this.position + offset,
    }[orientation];
    this.position = Math.max(0, Math.min(length + 1, target));
    const row = this.rows[this.position - 1];
    this.lastFetch = row ? 0 : -1;
    return row;
  }

  /** The row that WHERE CURRENT OF means. */
  current(): RowLocator {
    if (this.isReadOnly) throw new SqlError(16929, "The cursor is READ ONLY.");
    if (!this.rows?.[this.position - 1]) throw new SqlError(16931, "There are no rows in the current fetch buffer.");
    const locator = this.locators?.[this.position - 1]?.find((one) => one !== null);
    if (!locator) throw new SqlError(16929, "The cursor is READ ONLY.");
    return locator;
  }
}
