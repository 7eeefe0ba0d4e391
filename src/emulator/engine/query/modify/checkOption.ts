/** WITH CHECK OPTION: what is written through a view must be visible through it. */
import type { RowId } from "../../../storage/rowEntry";
import type { BaseTableBinding, QueryContext } from "../queryEnvironment";
import { checkOptionFailed } from "./modificationErrors";
import type { Target } from "./target";

export function verifyCheckOption(
  target: Target,
  ids: readonly RowId[],
  base: BaseTableBinding,
  context: QueryContext,
): void {
  if (target.kind !== "query" || !target.view?.checkOption || ids.length === 0) return;
  const locator = target.query.locators.find(({ binding }) => binding.table === base.table);
  if (!locator) return;
  const missing = new Set(ids);
  // What the statement read before it wrote is no longer so.
  context.statementCache.clear();
  for (const row of target.query.rows(null, context)) missing.delete(row[locator.position] as number);
  if (missing.size > 0) throw checkOptionFailed();
}
