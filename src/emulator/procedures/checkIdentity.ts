/** DBCC CHECKIDENT */
import { SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import type { Table } from "../storage/table";
import type { Expression } from "../tsql/ast";
import { argumentWord, tableArgument } from "./dbccArguments";

export function checkIdentity(args: readonly Expression[], quiet: boolean, activation: Activation): void {
  const { session } = activation;
  const { database, table: record } = tableArgument(args[0], activation);
  session.security.requireObjectPermission(activation, database, record, "ALTER");
  const table = database.table(record.id);
  const column = table.columns.find((c) => c.identity);
  if (!column?.identity) throw new SqlError(7997, `'${record.name}' does not contain an identity column.`);
  const action = argumentWord(args[1])?.toUpperCase() ?? "RESEED";
  const wanted = argumentWord(args[2]);
  const current = table.lastIdentity();
  if (action === "NORESEED" || wanted === undefined) {
    const highest = extremeOf(table, column.id, column.identity.increment, activation);
    inform(current, highest, quiet, activation);
    const isBehind =
      highest !== undefined &&
      (current === undefined || (column.identity.increment > 0n ? highest > current : highest < current));
    if (action !== "NORESEED" && isBehind) table.setLastIdentity(highest);
    return;
  }
  const value = parse(wanted);
  if (!quiet) session.inform(7998, `Checking identity information: current identity value '${current ?? "NULL"}'.`, 1);
  // A table that never had a row begins with the new seed itself; any other continues after it.
  table.setLastIdentity(current === undefined ? value - column.identity.increment : value);
}

function parse(text: string): bigint {
  if (!/^[-+]?\d+$/.test(text)) throw new SqlError(2560, "Parameter 3 is incorrect for this DBCC statement.", 9);
  return BigInt(text);
}

function extremeOf(table: Table, columnId: number, increment: bigint, activation: Activation): bigint | undefined {
  const ordinal = table.ordinalOf(columnId);
  let extreme: bigint | undefined;
  for (const { row } of table.scan({ transaction: activation.transaction, isolation: "READ COMMITTED", hints: {} })) {
    const value = row[ordinal];
    if (typeof value !== "number" && typeof value !== "bigint") continue;
    const big = BigInt(value);
    if (extreme === undefined || (increment > 0n ? big > extreme : big < extreme)) extreme = big;
  }
  return extreme;
}

function inform(
  current: bigint | undefined,
  highest: bigint | undefined,
  quiet: boolean,
  { session }: Activation,
): void {
  if (quiet) return;
  session.inform(
    7998,
    `Checking identity information: current identity value '${current ?? "NULL"}', current column value '${highest ?? "NULL"}'.`,
    1,
  );
}
