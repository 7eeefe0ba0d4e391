/** Table hints as the storage layer understands them. */
import type { TableHints } from "../../../storage/readView";
import type { TableHint } from "../../../tsql/ast";
import { NotEmulatedError, SqlError } from "../../errors";
import type { BaseTableBinding, QueryContext } from "../queryEnvironment";
import { instanceOf } from "./tableAccess";

type HintFlags = { -readonly [K in keyof TableHints]: boolean };

/** The other hints choose a plan or a granularity and change no result. */
const EFFECTS: Readonly<Record<string, HintFlags>> = {
  NOLOCK: { nolock: true },
  READUNCOMMITTED: { nolock: true },
  UPDLOCK: { updlock: true },
  XLOCK: { xlock: true },
  TABLOCK: { tablock: true },
  TABLOCKX: { tablockx: true },
  HOLDLOCK: { holdlock: true },
  SERIALIZABLE: { holdlock: true },
  READPAST: { readpast: true },
  ROWLOCK: { rowlock: true },
  NOWAIT: { nowait: true },
  READCOMMITTED: { readcommitted: true },
  READCOMMITTEDLOCK: { readcommittedlock: true },
  REPEATABLEREAD: { repeatableread: true },
};

export function tableHints(hints: readonly TableHint[], binding: BaseTableBinding): TableHints {
  let flags: HintFlags = {};
  for (const hint of hints) {
    if (hint.name === "SNAPSHOT") throw new NotEmulatedError("the table hint SNAPSHOT");
    if (hint.name === "INDEX") requireIndexes(hint.arguments ?? [], binding);
    flags = { ...flags, ...EFFECTS[hint.name] };
  }
  const locking = flags.updlock || flags.xlock || flags.tablockx || flags.holdlock || flags.readcommitted;
  if (flags.nolock && locking) throw new SqlError(1047, "Conflicting locking hints are specified.", 1, 15);
  return flags;
}

function requireIndexes(names: readonly string[], { table, name }: BaseTableBinding): void {
  const known = new Set(table.indexes.map((index) => index.record.name.toLowerCase()));
  for (const wanted of names) {
    if (/^\d+$/.test(wanted) || known.has(wanted.toLowerCase())) continue;
    throw new SqlError(
      308,
      `Index '${wanted}' on table '${name}' (specified in the FROM clause) does not exist.`,
      1,
      16,
    );
  }
}

/** INSERT … WITH (TABLOCK): nobody else writes until the transaction ends. */
export function lockForInsert(hints: TableHints, binding: BaseTableBinding, context: QueryContext): void {
  const table = instanceOf(binding, context);
  if (!table.transactional || !(hints.tablock || hints.tablockx)) return;
  context.transaction.locks.acquire(context.transaction, table, "X");
}
