/** Expressions that tables keep as text: DEFAULT, CHECK, computed columns. Compiled once per record. */
import type { ObjectRecord } from "../../../storage/records";
import { parseConditionText, parseExpressionText } from "../../../tsql";
import { compileExpression } from "../../expressions/compile";
import { compileCondition } from "../../expressions/conditions";
import type { Compiled, CompiledCondition, Scope, ScopeColumn } from "../../expressions/scope";
import type { BaseTableBinding, QueryEnvironment } from "../queryEnvironment";
import { walk } from "../syntax";

interface Kept<T> {
  compiled: T;
  /** Names of the columns that it reads, lower case. */
  columns: ReadonlySet<string>;
}

/** By table record and text: both are immutable, and a change of the table makes a new record. */
const cache = new WeakMap<ObjectRecord, Map<string, Kept<Compiled> | Kept<CompiledCondition>>>();

export function storedExpression(
  text: string,
  binding: BaseTableBinding,
  environment: QueryEnvironment,
): Kept<Compiled> {
  return kept(
    `e${text}`,
    binding,
    () => parseExpressionText(text),
    (tree) => compileExpression(tree, tableScope(binding, environment)),
  );
}

export function storedCondition(
  text: string,
  binding: BaseTableBinding,
  environment: QueryEnvironment,
): Kept<CompiledCondition> {
  return kept(
    `c${text}`,
    binding,
    () => parseConditionText(text),
    (tree) => compileCondition(tree, tableScope(binding, environment)),
  );
}

function kept<Tree, T extends Compiled | CompiledCondition>(
  key: string,
  { table }: BaseTableBinding,
  parse: () => Tree,
  compile: (tree: Tree) => T,
): Kept<T> {
  let known = cache.get(table.record);
  if (!known) {
    known = new Map();
    cache.set(table.record, known);
  }
  const found = known.get(key);
  if (found) return found as Kept<T>;
  const tree = parse();
  const entry: Kept<T> = { compiled: compile(tree), columns: columnsOf(tree) };
  if (!callsUserObject(tree)) known.set(key, entry as Kept<Compiled> | Kept<CompiledCondition>);
  return entry;
}

function columnsOf(tree: unknown): Set<string> {
  const names = new Set<string>();
  walk(tree, (node) => {
    if (node.kind === "column") names.add(((node.parts as string[]).at(-1) ?? "").toLowerCase());
    return true;
  });
  return names;
}

/** User functions and sequences, which may be altered without the table's record changing. */
function callsUserObject(tree: unknown): boolean {
  let found = false;
  walk(tree, (node) => {
    if (node.kind === "call" && (node.name as { schema?: string }).schema !== undefined) found = true;
    if (node.kind === "nextValue") found = true;
    return !found;
  });
  return found;
}

function tableScope(binding: BaseTableBinding, environment: QueryEnvironment): Scope {
  const columns: ScopeColumn[] = binding.table.columns.map(({ name, type, nullable }) => ({ name, type, nullable }));
  return {
    sources: [{ alias: binding.name, columns }],
    parent: null,
    environment: environment.forDatabase(binding.database),
  };
}
