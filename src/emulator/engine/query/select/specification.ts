/** One SELECT … FROM … WHERE … GROUP BY … HAVING, with the ORDER BY and limits that belong to it. */
import type { OrderItem, QueryExpression, QuerySpecification } from "../../../tsql/ast";
import { compileExpression } from "../../expressions/compile";
import { compileCondition } from "../../expressions/conditions";
import type { Compiled, CompiledCondition, Frame, Scope } from "../../expressions/scope";
import type { Row, Value } from "../../values";
import {
  type CompiledQuery,
  type LocatorColumn,
  NO_SLOTS,
  newFrame,
  type OutputColumn,
  type QueryFrame,
} from "../compiledQuery";
import { bindFrom, compileConjuncts } from "../from/bindSources";
import type { LeafNode } from "../from/fromTree";
import { planFrom } from "../from/planFrom";
import { requireRead } from "../from/readPermissions";
import { tracking } from "../from/references";
import { passes, type Relation } from "../from/relation";
import type { QueryContext } from "../queryEnvironment";
import { aggregateInWhere, orderByNotAllowed, windowMisplaced } from "../queryErrors";
import { OuterScope, type StatementEnvironment, sameColumnIn } from "../queryScope";
import { containsWindow } from "../syntax";
import { Grouping } from "./grouping";
import { compileIdentityCall, isIdentityCall } from "./identityFunction";
import { compileLimits, evaluateLimits, type Limits } from "./limits";
import { compileOrderBy, type OrderKey, orderValues } from "./ordering";
import { containsLentAggregate, containsOwnAggregate, outsideAggregate } from "./outerAggregates";
import type { CompileQueryOptions } from "./queryExpression";
import { distinctRows, limitSorted, limitUnsorted, type SortableRow, sortRows } from "./rowStages";
import {
  type CompiledAssignment,
  compileAssignment,
  expandSelectList,
  outputColumn,
  type SelectedItem,
} from "./selectList";
import { SlotLayout } from "./slots";
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
    const { specification, tail, scope, outer, options } = this;
    if (tail.orderBy && options.role !== "statement" && !specification.top && !tail.offset && !tail.forClause)
      throw orderByNotAllowed();
    const { tree, leaves } = bindFrom(specification.from ?? [], scope, outer, this.environment, {
      locators: options.locators ?? false,
      forUpdate: options.forUpdate ?? false,
      unordered: tail.orderBy !== undefined && !specification.top,
    });
    const grouped = isGrouped(specification, tail.orderBy, scope);
    if (containsOwnAggregate(specification.where, scope)) throw aggregateInWhere();
    if (
      containsWindow(specification.where) ||
      containsWindow(specification.groupBy) ||
      containsWindow(specification.having)
    )
      throw windowMisplaced();
    const relation = planFrom(tree, compileConjuncts(specification.where, scope, outer), outer !== null);

    const grouping = grouped
      ? new Grouping(specification, scope, this.layout, options.silentNulls ?? false)
      : undefined;
    const groupScope: Scope = grouping
      ? { ...scope, intercept: (expression) => scope.intercept?.(expression, scope) ?? grouping.intercept(expression) }
      : scope;
    const windows = new Windows(groupScope, this.layout);
    const outputScope: Scope = {
      ...groupScope,
      intercept: (expression) => windows.intercept(expression) ?? groupScope.intercept?.(expression, groupScope),
    };

    const list = expandSelectList(specification, scope);
    const limits = compileLimits(tail, specification.top, scope);
    const items = list.kind === "rows" ? list.items : [];
    const identities = items.map((item) =>
      isIdentityCall(item.expression) ? compileIdentityCall(item.expression, scope, options.into === true) : undefined,
    );
    const outputs = items.map((item, i) => identities[i]?.compiled ?? compileExpression(item.expression, outputScope));
    const bases = locatorBases(leaves);
    const columns = outputs.map((output, i): OutputColumn => {
      const column = outputColumn(items[i] as SelectedItem, output, leaves, bases);
      const identity = identities[i];
      return identity ? { ...column, identitySource: identity.source } : column;
    });
    const assignments = list.kind === "assign" ? list.items.map((item) => compileAssignment(item, outputScope)) : [];
    if (grouping) grouping.clause = "HAVING clause";
    const having = specification.having && compileCondition(specification.having, groupScope);
    if (grouping) grouping.clause = "ORDER BY clause";
    const order = tail.orderBy
      ? compileOrderBy(tail.orderBy, items, columns, outputScope, sameColumnIn(scope), specification.distinct)
      : [];

    requireRead(leaves, [specification, tail.orderBy], scope, this.environment);
    const simple = !grouped && !specification.distinct && list.kind === "rows";
    const locators = simple && options.locators ? locatorColumns(leaves, outputs.length) : [];
    const plan = new SpecificationPlan({
      relation,
      sources: scope.sources.length,
      grouping,
      having,
      windows: windows.isEmpty ? undefined : windows,
      outputs: locators.length > 0 ? [...outputs, ...locatorOutputs(leaves)] : outputs,
      assignments,
      distinct: specification.distinct,
      columns,
      order,
      limits,
    });
    return {
      columns: locators.length > 0 ? columns : columns.map(withoutOrigin),
      correlated: leaves.some((leaf) => leaf.correlated && !leaf.lateral),
      locators,
      ...(grouped || specification.distinct ? { condensed: true } : {}),
      rows: (parentFrame, context) => plan.rows(parentFrame, context),
      ...(assignments.length > 0 ? { assign: (context: QueryContext) => plan.assign(context) } : {}),
    };
  }
}

function isGrouped(
  specification: QuerySpecification,
  orderBy: readonly OrderItem[] | undefined,
  scope: Scope,
): boolean {
  const { groupBy, having, items } = specification;
  if (groupBy !== undefined || having !== undefined) return true;
  return [items, orderBy].some((clause) => containsOwnAggregate(clause, scope) || containsLentAggregate(clause, scope));
}

function withoutOrigin(column: OutputColumn): OutputColumn {
  const { origin: _, ...rest } = column;
  return rest;
}

/** For each source the index of its first locator among those of the query. */
function locatorBases(leaves: readonly LeafNode[]): number[] {
  let next = 0;
  return leaves.map((leaf) => {
    const base = next;
    next += leaf.locators.length;
    return base;
  });
}

function locatorColumns(leaves: readonly LeafNode[], visible: number): LocatorColumn[] {
  return leaves.flatMap((leaf) => leaf.locators).map(({ binding }, i) => ({ binding, position: visible + i }));
}

function locatorOutputs(leaves: readonly LeafNode[]): Pick<Compiled, "evaluate">[] {
  return leaves.flatMap((leaf) =>
    leaf.locators.map(({ position }) => ({ evaluate: (frame: Frame) => frame.tuple[leaf.source]?.[position] ?? null })),
  );
}

interface PlanParts {
  relation: Relation;
  sources: number;
  grouping: Grouping | undefined;
  having: CompiledCondition | undefined;
  windows: Windows | undefined;
  outputs: Pick<Compiled, "evaluate">[];
  assignments: CompiledAssignment[];
  distinct: boolean;
  columns: OutputColumn[];
  order: OrderKey[];
  limits: Limits | undefined;
}

class SpecificationPlan {
  constructor(private readonly parts: PlanParts) {}

  *rows(parent: Frame | null, context: QueryContext): Iterable<Row> {
    const { order, limits, distinct, columns } = this.parts;
    const bounds = evaluateLimits(limits, parent, context);
    const frame = newFrame(this.parts.sources, parent, context);
    if (order.length === 0) {
      const rows = this.project(frame);
      yield* limitUnsorted(
        distinct
          ? distinctRows(
              rows,
              columns.map((column) => column.type),
            )
          : rows,
        bounds,
      );
      return;
    }
    let sortable: SortableRow[];
    if (distinct) {
      const rows = distinctRows(
        this.project(frame),
        columns.map((column) => column.type),
      );
      sortable = rows.map((row) => ({ row, keys: orderValues(order, row, frame) }));
    } else {
      sortable = [];
      for (const row of this.project(frame)) sortable.push({ row, keys: orderValues(order, row, frame) });
    }
    for (const { row } of limitSorted(sortRows(sortable, order), bounds, order)) yield row;
  }

  assign(context: QueryContext): number {
    const { order, limits, assignments } = this.parts;
    const bounds = evaluateLimits(limits, null, context);
    const frame = newFrame(this.parts.sources, null, context);
    const assignAll = () => {
      for (const { variable, expression } of assignments) context.setVariable(variable, expression.evaluate(frame));
    };
    let count = 0;
    if (order.length === 0) {
      for (const _ of limitUnsorted(this.input(frame), bounds)) {
        assignAll();
        count++;
      }
      return count;
    }
    const places: { tuple: (Row | null)[]; slots: Value[]; keys: Value[] }[] = [];
    for (const _ of this.input(frame)) {
      places.push({ tuple: frame.tuple.slice(), slots: frame.slots, keys: orderValues(order, [], frame) });
    }
    for (const { tuple, slots } of limitSorted(sortRows(places, order), bounds, order)) {
      frame.tuple = tuple;
      frame.slots = slots;
      assignAll();
      count++;
    }
    return count;
  }

  private *project(frame: QueryFrame): Iterable<Row> {
    const { outputs } = this.parts;
    const { length } = outputs;
    for (const _ of this.input(frame)) {
      const row = new Array<Value>(length);
      for (let i = 0; i < length; i++) row[i] = (outputs[i] as Compiled).evaluate(frame);
      yield row;
    }
  }

  /** Combinations of rows after WHERE, or groups after HAVING, with window values in their slots. */
  private input(frame: QueryFrame): Iterable<unknown> {
    const { relation, grouping, having, windows } = this.parts;
    frame.slots = NO_SLOTS;
    let input = relation.open(frame);
    if (grouping) input = grouping.run(frame, input);
    if (having) input = filtered(input, having, frame);
    return windows ? windows.run(frame, input) : input;
  }
}

function* filtered(input: Iterable<unknown>, condition: CompiledCondition, frame: QueryFrame): Iterable<undefined> {
  for (const _ of input) if (passes([condition], frame)) yield;
}
