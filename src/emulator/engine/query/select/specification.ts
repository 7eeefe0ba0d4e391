/** One SELECT … FROM … WHERE … GROUP BY … HAVING, with the ORDER BY and limits that belong to it. */
import type { QueryExpression, QuerySpecification } from "../../../tsql/ast";
import { compileExpression } from "../../expressions/compile";
import { compileCondition } from "../../expressions/conditions";
import type { Compiled, Scope } from "../../expressions/scope";
import type { CompiledQuery, OutputColumn } from "../compiledQuery";
import { type BoundFrom, bindFrom, compileConjuncts } from "../from/bindSources";
import { planFrom } from "../from/planFrom";
import { requireRead } from "../from/readPermissions";
import { type Conjunct, tracking } from "../from/references";
import type { QueryContext } from "../queryEnvironment";
import { aggregateInWhere, orderByNotAllowed, windowMisplaced } from "../queryErrors";
import { OuterScope, type StatementEnvironment, sameColumnIn } from "../queryScope";
import { containsWindow } from "../syntax";
import { Grouping } from "./grouping";
import { compileIdentityCall, isIdentityCall } from "./identityFunction";
import { compileLimits } from "./limits";
import { locatorBases, locatorColumns, locatorOutputs } from "./locators";
import { LockedOrder } from "./lockedOrder";
import { compileOrderBy, type OrderKey } from "./ordering";
import { containsLentAggregate, containsOwnAggregate, outsideAggregate } from "./outerAggregates";
import type { CompileQueryOptions } from "./queryExpression";
import { compileAssignment, expandSelectList, outputColumn, type SelectedItem, type SelectList } from "./selectList";
import { SlotLayout } from "./slots";
import { requireDistinctable } from "./sortableTypes";
import { SpecificationPlan } from "./specificationPlan";
import { Windows } from "./windows";

export type Tail = Pick<QueryExpression, "orderBy" | "offset" | "fetch" | "forClause">;

export interface CompiledSpecification extends CompiledQuery {
  /** SELECT @v = …: carries the assignments out and tells how many rows there were. */
  assign?(context: QueryContext): number;
}

export function compileSpecification(
  specification: QuerySpecification,
  tail: Tail,
  parent: Scope | null,
  environment: StatementEnvironment,
  options: CompileQueryOptions,
): CompiledSpecification {
  return new SpecificationCompiler(specification, tail, parent, environment, options).compile();
}

/** What the clauses behind FROM and WHERE are compiled in. */
interface OutputScopes {
  grouping: Grouping | undefined;
  windows: Windows;
  /** Sees columns, or of a grouped query its groups. */
  groups: Scope;
  /** Sees window functions besides. */
  output: Scope;
}

class SpecificationCompiler {
  private readonly outer: OuterScope | null;
  private readonly scope: Scope;
  private readonly layout = new SlotLayout();

  constructor(
    private readonly specification: QuerySpecification,
    private readonly tail: Tail,
    parent: Scope | null,
    private readonly environment: StatementEnvironment,
    private readonly options: CompileQueryOptions,
  ) {
    this.outer = parent === null || parent instanceof OuterScope ? parent : new OuterScope(parent);
    this.scope = { sources: [], parent: this.outer, environment };
    if (this.outer) this.scope.intercept = (expression) => outsideAggregate(expression, this.scope);
  }

  compile(): CompiledSpecification {
    const { result, correlated } = tracking(this.outer, () => this.compileParts());
    return correlated ? { ...result, correlated } : result;
  }

  private compileParts(): CompiledSpecification {
    const { specification, tail, scope, options } = this;
    this.refuseNeedlessOrder();
    const from = bindFrom(specification.from ?? [], scope, this.outer, this.environment, {
      locators: options.locators ?? false,
      forUpdate: options.forUpdate ?? false,
      unordered: tail.orderBy !== undefined && !specification.top,
    });
    const where = this.compileWhere();
    const scopes = this.outputScopes();
    const { grouping, windows } = scopes;

    const list = expandSelectList(specification, scope);
    const limits = compileLimits(tail, specification.top, scope);
    const { outputs, columns } = this.compileOutputs(list, from, scopes);
    if (specification.distinct) requireDistinctable(columns);
    const assignments = list.kind === "assign" ? list.items.map((item) => compileAssignment(item, scopes.output)) : [];
    if (grouping) grouping.clause = "HAVING clause";
    const having = specification.having && compileCondition(specification.having, scopes.groups);
    if (grouping) grouping.clause = "ORDER BY clause";
    const order = this.compileOrder(list, columns, scopes);
    requireRead(from.leaves, [specification, tail.orderBy], scope, this.environment);

    const condensed = grouping !== undefined || specification.distinct;
    const locators =
      options.locators && !condensed && list.kind === "rows" ? locatorColumns(from.leaves, outputs.length) : [];
    const locked = condensed || !windows.isEmpty ? undefined : this.lockedOrder(from, where, order, outputs);
    const plan = new SpecificationPlan({
      relation: locked ?? planFrom(from.tree, where, this.outer !== null),
      sources: scope.sources.length,
      grouping,
      having,
      windows: windows.isEmpty ? undefined : windows,
      outputs: locators.length > 0 ? [...outputs, ...locatorOutputs(from.leaves)] : outputs,
      assignments,
      distinct: specification.distinct,
      columns,
      order: locked ? [] : order,
      limits,
    });
    return {
      columns: locators.length > 0 ? columns : columns.map(withoutOrigin),
      correlated: from.leaves.some((leaf) => leaf.correlated && !leaf.lateral),
      locators,
      ...(condensed ? { condensed } : {}),
      rows: (parentFrame, context) => plan.rows(parentFrame, context),
      ...(assignments.length > 0 ? { assign: (context: QueryContext) => plan.assign(context) } : {}),
    };
  }

  private refuseNeedlessOrder(): void {
    const { specification, tail, options } = this;
    const needed = options.role === "statement" || specification.top || tail.offset || tail.forClause;
    if (tail.orderBy && !needed) throw orderByNotAllowed();
  }

  private compileWhere(): Conjunct[] {
    const { where, groupBy, having } = this.specification;
    if (containsOwnAggregate(where, this.scope)) throw aggregateInWhere();
    if (containsWindow([where, groupBy, having])) throw windowMisplaced();
    return compileConjuncts(where, this.scope, this.outer);
  }

  private outputScopes(): OutputScopes {
    const { specification, scope } = this;
    const grouping = this.isGrouped()
      ? new Grouping(specification, scope, this.layout, this.options.silentNulls ?? false)
      : undefined;
    const groups: Scope = grouping
      ? { ...scope, intercept: (expression) => scope.intercept?.(expression, scope) ?? grouping.intercept(expression) }
      : scope;
    const windows = new Windows(groups, this.layout);
    const output: Scope = {
      ...groups,
      intercept: (expression) => windows.intercept(expression) ?? groups.intercept?.(expression, groups),
    };
    return { grouping, windows, groups, output };
  }

  private isGrouped(): boolean {
    const { groupBy, having, items } = this.specification;
    if (groupBy !== undefined || having !== undefined) return true;
    return [items, this.tail.orderBy].some(
      (clause) => containsOwnAggregate(clause, this.scope) || containsLentAggregate(clause, this.scope),
    );
  }

  private compileOutputs(
    list: SelectList,
    { leaves }: BoundFrom,
    { output: outputScope }: OutputScopes,
  ): { outputs: Compiled[]; columns: OutputColumn[] } {
    const outputs: Compiled[] = [];
    const columns: OutputColumn[] = [];
    const bases = locatorBases(leaves);
    for (const item of list.kind === "rows" ? list.items : []) {
      const identity = isIdentityCall(item.expression)
        ? compileIdentityCall(item.expression, this.scope, this.options.into === true)
        : undefined;
      const compiled = identity?.compiled ?? compileExpression(item.expression, outputScope);
      const column = outputColumn(item, compiled, leaves, bases);
      outputs.push(compiled);
      columns.push(identity ? { ...column, identitySource: identity.source } : column);
    }
    return { outputs, columns };
  }

  private compileOrder(list: SelectList, columns: readonly OutputColumn[], { output }: OutputScopes): OrderKey[] {
    const { orderBy } = this.tail;
    if (!orderBy) return [];
    const items: SelectedItem[] = list.kind === "rows" ? list.items : [];
    return compileOrderBy(orderBy, items, columns, output, sameColumnIn(this.scope), this.specification.distinct);
  }

  private lockedOrder(
    { tree }: BoundFrom,
    where: readonly Conjunct[],
    order: readonly OrderKey[],
    outputs: readonly Compiled[],
  ): LockedOrder | undefined {
    const { top } = this.specification;
    const takesSome = (top && !top.percent && !top.withTies) || this.tail.offset;
    if (!takesSome || order.length === 0 || tree?.kind !== "leaf" || !tree.access?.locksRows) return undefined;
    const keys = order.map(({ from }) => (typeof from === "number" ? (outputs[from] as Compiled) : from));
    return new LockedOrder({ ...tree, access: tree.access }, where, this.outer !== null, order, keys);
  }
}

function withoutOrigin(column: OutputColumn): OutputColumn {
  const { origin: _, ...rest } = column;
  return rest;
}
