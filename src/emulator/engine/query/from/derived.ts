/** Queries in the place of a table: derived tables and views. */
import type { QueryExpression } from "../../../tsql/ast";
import type { Scope } from "../../expressions/scope";
import { withCommonTables } from "../commonTables";
import type { CompiledQuery } from "../compiledQuery";
import type { ViewBinding } from "../queryEnvironment";
import { type StatementEnvironment, statementEnvironment } from "../queryScope";
import { compileQuery } from "../select/queryExpression";
import { namedColumns } from "./derivedColumns";

export interface DerivedOptions {
  locators: boolean;
  forUpdate: boolean;
}

export function compileDerived(
  query: QueryExpression,
  parent: Scope | null,
  environment: StatementEnvironment,
  options: DerivedOptions,
): CompiledQuery {
  return compileQuery(query, parent, environment, { ...options, role: "derived" });
}

export function compileView(
  view: ViewBinding,
  environment: StatementEnvironment,
  options: DerivedOptions,
): CompiledQuery {
  const own = statementEnvironment(view.environment, environment.plan);
  const inner = withCommonTables(view.query.with, own);
  return namedColumns(compileDerived(view.query.query, null, inner, options), view.columns, view.name);
}
