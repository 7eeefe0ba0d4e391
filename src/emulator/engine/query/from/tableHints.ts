/** Table hints as the storage layer understands them. */
import type { TableHints } from "../../../storage/readView";
import type { TableHint } from "../../../tsql/ast";
import { NotEmulatedError, SqlError } from "../../errors";

/** Hints that choose a plan or a granularity and change no result. */
const WITHOUT_EFFECT = new Set([
  "INDEX",
  "FORCESEEK",
  "FORCESCAN",
  "FASTFIRSTROW",
  "NOEXPAND",
  "PAGLOCK",
  "KEEPIDENTITY",
  "KEEPDEFAULTS",
  "IGNORE_CONSTRAINTS",
  "IGNORE_TRIGGERS",
  "SPATIAL_WINDOW_MAX_CELLS",
]);

type HintFlag = { -readonly [K in keyof TableHints]: boolean };

const EFFECTS: Record<string, HintFlag> = {
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

export function tableHints(hints: readonly TableHint[]): TableHints {
  let result: HintFlag = {};
  for (const { name } of hints) {
    const key = name.toUpperCase();
    const effect = EFFECTS[key];
    if (effect) result = { ...result, ...effect };
    else if (key === "SNAPSHOT") throw new NotEmulatedError("the table hint SNAPSHOT");
    else if (!WITHOUT_EFFECT.has(key)) {
      throw new SqlError(
        321,
        `"${name}" is not a recognized table hints option. If it is intended as a parameter to a table-valued function or to the CHANGETABLE function, ensure that your database compatibility mode is set to 90.`,
        1,
        15,
      );
    }
  }
  if (result.nolock && (result.updlock || result.xlock || result.tablockx || result.holdlock || result.readcommitted)) {
    throw new SqlError(1047, "Conflicting locking hints are specified.", 1, 15);
  }
  return result;
}
