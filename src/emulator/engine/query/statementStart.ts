/** What compiling any SELECT or modification begins with: a plan, query hints, the WITH list. */
import type { CommonTableExpression, QueryHint } from "../../tsql/ast";
import { SqlError } from "../errors";
import { withCommonTables } from "./commonTables";
import type { QueryContext, QueryEnvironment } from "./queryEnvironment";
import { type StatementEnvironment, StatementPlan, statementEnvironment } from "./queryScope";

export interface StartedStatement {
  plan: StatementPlan;
  environment: StatementEnvironment;
  /** To be called before each execution. */
  prepare(context: QueryContext): void;
}

export function startStatement(
  statement: { with?: CommonTableExpression[]; options?: QueryHint[] },
  environment: QueryEnvironment,
): StartedStatement {
  const plan = new StatementPlan();
  applyHints(statement.options ?? [], plan);
  return {
    plan,
    environment: withCommonTables(statement.with, statementEnvironment(environment, plan)),
    prepare(context) {
      // What an attempt read before it had to wait for a lock may be old.
      context.statementCache.clear();
      plan.authorize(context);
    },
  };
}

const MAXIMUM_RECURSION_LIMIT = 32767;

function applyHints(hints: readonly QueryHint[], plan: StatementPlan): void {
  for (const { name, value } of hints) {
    if (name.toUpperCase() !== "MAXRECURSION" || value === undefined) continue;
    const limit = Number(typeof value === "string" ? value : value.kind === "integer" ? value.text : Number.NaN);
    if (limit > MAXIMUM_RECURSION_LIMIT) {
      throw new SqlError(
        310,
        `The value ${limit} specified for the MAXRECURSION option exceeds the allowed maximum of ${MAXIMUM_RECURSION_LIMIT}.`,
        1,
        15,
      );
    }
    plan.maximumRecursion = limit;
  }
}
