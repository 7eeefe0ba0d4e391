/** sp_add_category, sp_update_category, sp_delete_category, sp_help_category. */
import { SqlError } from "../engine/errors";
import { sendRows } from "../procedures/define";
import { type AgentCall, agentProcedure } from "./call";
import { alreadyExists, doesNotExist, notAmong, notListed } from "./messages";
import { INT, name, number, required, SYSNAME } from "./parameters";

/** `[Uncategorized (Local)]` */
export const UNCATEGORIZED = 0;

const CLASSES: Record<string, number> = { JOB: 1, ALERT: 2, OPERATOR: 3 };
const TYPES: Record<string, number> = { LOCAL: 1, "MULTI-SERVER": 2, NONE: 3 };

/** What a class falls back to when one of its categories goes. */
const FALLBACK: Record<number, number> = { 1: UNCATEGORIZED, 2: 98, 3: 99 };

const LAST_PERMANENT = 99;

/** The job category that `@category_name` or `@category_id` means; undefined when neither is given. */
export function categoryId({ args, tables }: AgentCall): number | undefined {
  const wanted = args.text("@category_name");
  const id = args.number("@category_id");
  if (wanted === undefined && id === undefined) return undefined;
  const row = tables.first("syscategories", {
    category_class: 1,
    ...(wanted === undefined ? { category_id: id ?? 0 } : { name: wanted }),
  });
  if (!row) throw notListed("@category_name", "sp_help_category");
  return row.number("category_id");
}

function classOf({ args }: AgentCall): number {
  const found = CLASSES[(args.text("@class") ?? "").trim().toUpperCase()];
  if (found === undefined) throw new SqlError(14233, "The specified '@class' is invalid.");
  return found;
}

/** Jobs' categories are local or multi-server; the others have no type. */
function categoryType({ args }: AgentCall, categoryClass: number): number {
  const type = TYPES[(args.text("@type") ?? "").trim().toUpperCase()];
  if (categoryClass !== 1) {
    if (args.isGiven("@type") && type !== 3) throw notAmong("@type", "NONE");
    return 3;
  }
  if (type !== 1 && type !== 2) throw notAmong("@type", "LOCAL, MULTI-SERVER");
  return type;
}

function addCategory(call: AgentCall): void {
  const { args, tables } = call;
  const categoryClass = classOf(call);
  const wanted = (args.text("@name") ?? "").trim();
  const type = categoryType(call, categoryClass);
  if (tables.first("syscategories", { category_class: categoryClass, name: wanted }))
    throw alreadyExists("@name", wanted);
  tables.insert("syscategories", { category_class: categoryClass, category_type: type, name: wanted });
}

function existing(call: AgentCall, categoryClass: number) {
  const wanted = (call.args.text("@name") ?? "").trim();
  const row = call.tables.first("syscategories", { category_class: categoryClass, name: wanted });
  if (!row) throw doesNotExist("@name", wanted);
  if (row.number("category_id") <= LAST_PERMANENT) {
    throw new SqlError(
      14276,
      `'${wanted}' is a permanent ${(call.args.text("@class") ?? "").toUpperCase()} category and cannot be deleted.`,
    );
  }
  return row;
}

function updateCategory(call: AgentCall): void {
  const categoryClass = classOf(call);
  const row = existing(call, categoryClass);
  const newName = (call.args.text("@new_name") ?? "").trim();
  if (call.tables.first("syscategories", { category_class: categoryClass, name: newName }))
    throw alreadyExists("@new_name", newName);
  call.tables.update("syscategories", row, { name: newName });
}

function deleteCategory(call: AgentCall): void {
  const { tables } = call;
  const categoryClass = classOf(call);
  const row = existing(call, categoryClass);
  const users = categoryClass === 1 ? "sysjobs" : categoryClass === 3 ? "sysoperators" : undefined;
  if (users) {
    for (const user of tables.rows(users, { category_id: row.number("category_id") })) {
      tables.update(users, user, { category_id: FALLBACK[categoryClass] ?? UNCATEGORIZED });
    }
  }
  tables.deleteRow("syscategories", row);
}

function helpCategory(call: AgentCall): void {
  const categoryClass = classOf(call);
  const wanted = call.args.text("@name");
  const rows = call.tables.rows("syscategories", {
    category_class: categoryClass,
    ...(wanted === undefined ? {} : { name: wanted }),
  });
  sendRows(
    call.activation,
    [
      ["category_id", INT],
      ["category_type", { kind: "tinyint" }],
      ["name", SYSNAME],
    ],
    rows.map((row) => [row.number("category_id"), row.number("category_type"), row.text("name")]),
  );
}

export function registerCategories(): void {
  const categoryClass = { ...name("@class"), default: "JOB" };
  const administratorsOnly = { administratorsOnly: true };
  agentProcedure(
    "sp_add_category",
    [categoryClass, { ...name("@type"), default: "LOCAL" }, name("@name")],
    addCategory,
    administratorsOnly,
  );
  agentProcedure(
    "sp_update_category",
    [required("@class"), required("@name"), required("@new_name")],
    updateCategory,
    administratorsOnly,
  );
  agentProcedure("sp_delete_category", [required("@class"), required("@name")], deleteCategory, administratorsOnly);
  agentProcedure("sp_help_category", [categoryClass, name("@type"), name("@name"), number("@suffix", 0)], helpCategory);
}
