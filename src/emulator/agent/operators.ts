/** sp_add_operator, sp_update_operator, sp_delete_operator, sp_help_operator. */
import type { SystemProcedureParameter } from "../engine/session/systemProcedures";
import type { SqlType, Value } from "../engine/values";
import { sendRows } from "../procedures/define";
import { type AgentCall, agentProcedure } from "./call";
import { alreadyExists, doesNotExist, notListed, requireAmong } from "./messages";
import { INT, name, number, required, SYSNAME } from "./parameters";
import { requireTime } from "./times";

const ADDRESS: SqlType = { kind: "nvarchar", length: 100 };
const UNCATEGORIZED = 99;
const OPERATOR_CLASS = 3;
const MORNING = 90000;
const EVENING = 180000;

const SETTINGS: readonly (readonly [column: string, type: SqlType, initial: Value])[] = [
  ["enabled", INT, 1],
  ["email_address", ADDRESS, null],
  ["pager_address", ADDRESS, null],
  ["weekday_pager_start_time", INT, MORNING],
  ["weekday_pager_end_time", INT, EVENING],
  ["saturday_pager_start_time", INT, MORNING],
  ["saturday_pager_end_time", INT, EVENING],
  ["sunday_pager_start_time", INT, MORNING],
  ["sunday_pager_end_time", INT, EVENING],
  ["pager_days", INT, 0],
  ["netsend_address", ADDRESS, null],
];

const PARAMETERS: SystemProcedureParameter[] = [
  ...SETTINGS.map(([column, type]) => name(`@${column}`, type)),
  name("@category_name"),
];

function given({ args, tables }: AgentCall): Record<string, Value> {
  const values: Record<string, Value> = {};
  for (const [column] of SETTINGS) {
    const value = args.value(`@${column}`);
    if (value === null) continue;
    if (column.endsWith("_time")) requireTime(`@${column}`, Number(value));
    values[column] = value;
  }
  if (values.enabled !== undefined) requireAmong("@enabled", Number(values.enabled), [0, 1]);
  const category = args.text("@category_name");
  if (category !== undefined) {
    const row = tables.first("syscategories", { category_class: OPERATOR_CLASS, name: category });
    if (!row) throw notListed("@category_name", "sp_help_category");
    values.category_id = row.number("category_id");
  }
  return values;
}

function existing({ args, tables }: AgentCall) {
  const wanted = (args.text("@name") ?? "").trim();
  const row = tables.first("sysoperators", { name: wanted });
  if (!row) throw doesNotExist("@name", wanted);
  return row;
}

function add(call: AgentCall): void {
  const wanted = (call.args.text("@name") ?? "").trim();
  if (call.tables.first("sysoperators", { name: wanted })) throw alreadyExists("@name", wanted);
  call.tables.insert("sysoperators", {
    ...Object.fromEntries(SETTINGS.map(([column, , initial]) => [column, initial])),
    category_id: UNCATEGORIZED,
    ...given(call),
    name: wanted,
    last_email_date: 0,
    last_email_time: 0,
    last_pager_date: 0,
    last_pager_time: 0,
    last_netsend_date: 0,
    last_netsend_time: 0,
  });
}

function update(call: AgentCall): void {
  const row = existing(call);
  const newName = call.args.text("@new_name")?.trim();
  if (newName !== undefined) {
    const other = call.tables.first("sysoperators", { name: newName });
    if (other && other.id !== row.id) throw alreadyExists("@new_name", newName);
  }
  call.tables.update("sysoperators", row, { ...given(call), ...(newName === undefined ? {} : { name: newName }) });
}

/** Jobs that told the operator tell another one, or nobody. */
function remove(call: AgentCall): void {
  const { tables, args } = call;
  const row = existing(call);
  const heir = args.text("@reassign_to_operator");
  const successor = heir === undefined ? undefined : tables.first("sysoperators", { name: heir });
  if (heir !== undefined && !successor) throw notListed("@reassign_to_operator", "sp_help_operator");
  for (const job of tables.rows("sysjobs")) {
    const change: Record<string, Value> = {};
    for (const kind of ["email", "netsend", "page"]) {
      if (job.number(`notify_${kind}_operator_id`) !== row.number("id")) continue;
      change[`notify_${kind}_operator_id`] = successor?.number("id") ?? 0;
      if (!successor) change[`notify_level_${kind}`] = 0;
    }
    if (Object.keys(change).length > 0) tables.update("sysjobs", job, change);
  }
  tables.deleteRow("sysoperators", row);
}

function help(call: AgentCall): void {
  const { args, tables } = call;
  const wanted = args.text("@operator_name");
  const id = args.number("@operator_id");
  const rows = tables.rows("sysoperators", {
    ...(wanted === undefined ? {} : { name: wanted }),
    ...(id === undefined ? {} : { id }),
  });
  if (wanted !== undefined && rows.length === 0) throw doesNotExist("@operator_name", wanted);
  const columns = ["id", "name", ...SETTINGS.map(([column]) => column)];
  sendRows(
    call.activation,
    columns.map((column) => [
      column,
      column === "name" ? SYSNAME : (SETTINGS.find(([setting]) => setting === column)?.[1] ?? INT),
    ]),
    rows.map((row) => columns.map((column) => row.value(column))),
  );
}

export function registerOperators(): void {
  const administratorsOnly = { administratorsOnly: true };
  agentProcedure("sp_add_operator", [required("@name"), ...PARAMETERS], add, administratorsOnly);
  agentProcedure(
    "sp_update_operator",
    [required("@name"), name("@new_name"), ...PARAMETERS],
    update,
    administratorsOnly,
  );
  agentProcedure("sp_delete_operator", [required("@name"), name("@reassign_to_operator")], remove, administratorsOnly);
  agentProcedure("sp_help_operator", [name("@operator_name"), number("@operator_id")], help);
}
