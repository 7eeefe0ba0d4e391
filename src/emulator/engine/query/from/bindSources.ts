/** Resolves the names of FROM and gives each source its ordinal in the query's tuples. */
import type { Condition, TableSource } from "../../../tsql/ast";
import { NotEmulatedError } from "../../errors";
import { compileCondition } from "../../expressions/conditions";
import type { Scope, ScopeSource } from "../../expressions/scope";
import { type CompiledQuery, contextOf, type OutputColumn } from "../compiledQuery";
import type { BaseTableBinding, RowsBinding, TableBinding } from "../queryEnvironment";
import {
  aggregateInOn,
  ambiguousExposedName,
  duplicateAlias,
  duplicateExposedName,
  undeclaredTable,
  windowMisplaced,
} from "../queryErrors";
import { OuterScope, resolveTableName, restrictedScope, type StatementEnvironment } from "../queryScope";
import { conjunctsOf, containsAggregate, containsWindow } from "../syntax";
import { baseColumns } from "./baseColumns";
import { compileDerived, compileView } from "./derived";
import { namedColumns } from "./derivedColumns";
import type { FromNode, JoinNode, LeafNode } from "./fromTree";
import { compilePivot, compileUnpivot } from "./pivot";
import { type Conjunct, referencedSources, tracking, union } from "./references";
import { TableAccess } from "./tableAccess";
import { compileTableFunction } from "./tableFunctions";
import { tableHints } from "./tableHints";
import { compileValues } from "./values";
import { compileXmlNodes } from "./xmlNodes";

export interface BindOptions {
  /** Stored tables show their row ids: the query is modified through, or a cursor needs its rows' places. */
  locators: boolean;
  /** The rows of these tables are about to be changed. */
  forUpdate: boolean;
  /** Unordered reading is good enough. */
  unordered: boolean;
  /** The one source (by identity of its node) that UPDATE or DELETE changes; undefined: `locators` holds for all. */
  target?: TableSource;
}

export interface BoundFrom {
  tree: FromNode | undefined;
  leaves: LeafNode[];
}

export function bindFrom(
  sources: readonly TableSource[],
  scope: Scope,
  outer: OuterScope | null,
  environment: StatementEnvironment,
  options: BindOptions,
): BoundFrom {
  const binder = new FromBinder(scope, outer, environment, options);
  let tree: FromNode | undefined;
  for (const source of sources) {
    const next = binder.bind(source, undefined);
    tree = tree ? joinOf("inner", tree, next, []) : next;
  }
  return { tree, leaves: binder.leaves };
}

export function joinOf(join: JoinNode["join"], left: FromNode, right: FromNode, on: Conjunct[]): JoinNode {
  return { kind: "join", join, left, right, on, sources: union(left.sources, right.sources), lateral: false };
}

class FromBinder {
  readonly leaves: LeafNode[] = [];

  constructor(
    private readonly scope: Scope,
    private readonly outer: OuterScope | null,
    private readonly environment: StatementEnvironment,
    private readonly options: BindOptions,
  ) {}

  /** `lateral`: sources of APPLY's left side, whose columns the right side may read. */
  bind(source: TableSource, lateral: ReadonlySet<number> | undefined): FromNode {
    const bound = this.bindSource(source, lateral);
    if (bound.kind === "leaf") bound.node = source;
    return bound;
  }

  private bindSource(source: TableSource, lateral: ReadonlySet<number> | undefined): FromNode {
    switch (source.kind) {
      case "join":
        return this.bindJoin(source, lateral);
      case "table":
        return this.bindTable(source);
      case "tableVariable": {
        const binding = this.environment.resolveTableVariable(source.name);
        if (!binding) throw undeclaredTable(source.name);
        return this.bindBinding(binding, source);
      }
      case "derived":
        return this.query(source, lateral, (parent) => {
          const query = compileDerived(source.query, parent, this.environment, this.viewOptions(source));
          return namedColumns(query, source.columns, source.alias);
        });
      case "values":
        return this.query(source, lateral, (parent) =>
          namedColumns(compileValues(source.rows, parent, this.environment), source.columns, source.alias),
        );
      case "function": {
        const alias = source.alias ?? source.name.name;
        return this.query({ ...source, alias }, lateral, (parent) => {
          const query = compileTableFunction(source, parent, this.environment);
          return source.columns ? namedColumns(query, source.columns, alias) : query;
        });
      }
      case "pivot":
        return this.query(source, lateral, (parent) => compilePivot(source, parent, this.environment));
      case "unpivot":
        return this.query(source, lateral, (parent) => compileUnpivot(source, parent, this.environment));
      case "openquery": {
        const binding = this.environment.resolveOpenQuery(source);
        if (!binding) throw new NotEmulatedError("OPENQUERY here");
        return this.rowsLeaf(binding, source.alias ?? binding.name);
      }
      case "methodTable":
        return this.query(source, lateral, (parent) =>
          namedColumns(compileXmlNodes(source, parent, this.environment), source.columns, source.alias),
        );
    }
  }

  private bindJoin(source: Extract<TableSource, { kind: "join" }>, lateral: ReadonlySet<number> | undefined): FromNode {
    const left = this.bind(source.left, lateral);
    const apply = source.join === "crossApply" || source.join === "outerApply";
    const right = this.bind(source.right, apply ? union(left.sources, lateral ?? new Set()) : lateral);
    const on = source.on ? this.compileOn(source.on, union(left.sources, right.sources)) : [];
    switch (source.join) {
      case "left":
      case "outerApply":
        return joinOf("left", left, right, on);
      case "right":
        return joinOf("left", right, left, on);
      case "full":
        return joinOf("full", left, right, on);
      default:
        return joinOf("inner", left, right, on);
    }
  }

  private compileOn(on: Condition, visible: ReadonlySet<number>): Conjunct[] {
    if (containsAggregate(on)) throw aggregateInOn();
    if (containsWindow(on)) throw windowMisplaced();
    return compileConjuncts(on, restrictedScope(this.scope, visible), this.outer);
  }

  private bindTable(source: Extract<TableSource, { kind: "table" }>): FromNode {
    const { name } = source;
    if (name.schema === undefined && name.database === undefined && name.server === undefined) {
      const common = this.environment.commonTables.get(name.name.toLowerCase());
      if (common) {
        if (common.recursive) this.outer?.touch();
        const alias = source.alias ?? name.name;
        return this.queryLeaf(common.recursive ?? common.compile(this.viewOptions(source)), alias, false, {
          alias,
          columns: [],
        });
      }
    }
    return this.bindBinding(resolveTableName(name, this.environment), source);
  }

  private bindBinding(
    binding: TableBinding,
    source: Extract<TableSource, { kind: "table" | "tableVariable" }>,
  ): FromNode {
    const leaf = this.bindingLeaf(binding, source);
    if (binding.securable) leaf.securable = binding.securable;
    return leaf;
  }

  private bindingLeaf(
    binding: TableBinding,
    source: Extract<TableSource, { kind: "table" | "tableVariable" }>,
  ): LeafNode {
    switch (binding.kind) {
      case "table":
        return this.tableLeaf(binding, source);
      case "rows":
        return this.rowsLeaf(binding, source.alias ?? binding.name);
      case "view": {
        const alias = source.alias ?? binding.name;
        const query = compileView(binding, this.environment, this.viewOptions(source));
        const names = source.alias ? { alias } : { alias, schema: binding.schema, database: binding.databaseName };
        const leaf = this.queryLeaf(query, alias, false, { ...names, columns: [] });
        leaf.view = binding;
        return leaf;
      }
    }
  }

  private tableLeaf(
    binding: BaseTableBinding,
    source: Extract<TableSource, { kind: "table" | "tableVariable" }>,
  ): LeafNode {
    const isTarget = this.options.target === undefined || this.options.target === source;
    const locator = this.options.locators && isTarget;
    const alias = source.alias ?? binding.name;
    const columns = baseColumns(binding, alias, locator ? 0 : undefined);
    const access = TableAccess.to(binding, this.environment, {
      hints: tableHints(source.hints, binding),
      locator,
      ordered: !this.options.unordered,
      forUpdate: this.options.forUpdate && isTarget,
    });
    const names = source.alias ? { alias } : { alias, schema: binding.schema, database: binding.database.name };
    return this.leaf({
      alias,
      columns,
      rows: (frame) => access.scan(contextOf(frame)),
      access,
      correlated: false,
      lateral: false,
      locators: locator ? [{ binding, position: columns.length }] : [],
      names,
    });
  }

  private rowsLeaf(binding: RowsBinding, alias: string): LeafNode {
    const names = {
      alias,
      ...(binding.schema !== undefined && alias === binding.name ? { schema: binding.schema } : {}),
    };
    return this.leaf({
      alias,
      columns: binding.columns.map((column) => ({ ...column, collationStrength: 2, table: alias })),
      rows: (frame) => binding.rows(contextOf(frame)),
      correlated: false,
      lateral: false,
      locators: [],
      names,
    });
  }

  /** A source that is a query of its own: it sees the enclosing query's columns, and under APPLY the left side's. */
  private query(
    source: { alias: string },
    lateral: ReadonlySet<number> | undefined,
    compile: (parent: Scope | null) => CompiledQuery,
  ): FromNode {
    if (!lateral) return this.queryLeaf(compile(this.outer), source.alias, false, { alias: source.alias, columns: [] });
    const left = new OuterScope(restrictedScope(this.scope, lateral));
    const { result, correlated } = tracking(this.outer, () => compile(left));
    const node = this.queryLeaf(result, source.alias, true, { alias: source.alias, columns: [] });
    node.correlated = correlated;
    return node;
  }

  private queryLeaf(query: CompiledQuery, alias: string, lateral: boolean, names: ScopeSource): LeafNode {
    return this.leaf({
      alias,
      columns: query.columns.map((column) => ({ ...column, table: alias })),
      rows: lateral
        ? (frame) => query.rows(frame, contextOf(frame))
        : (frame) => query.rows(frame.parent, contextOf(frame)),
      query,
      correlated: query.correlated,
      lateral,
      locators: query.locators,
      names,
    });
  }

  private leaf(
    parts: Omit<LeafNode, "kind" | "source" | "sources"> & { names: Omit<ScopeSource, "columns"> },
  ): LeafNode {
    const { names, ...rest } = parts;
    const source = this.scope.sources.length;
    const node: LeafNode = { kind: "leaf", source, sources: new Set([source]), ...rest };
    this.requireDistinctName(names);
    this.scope.sources.push({ ...names, columns: scopeColumns(node.columns) });
    this.leaves.push(node);
    return node;
  }

  private requireDistinctName(names: Omit<ScopeSource, "columns">): void {
    const alias = names.alias.toLowerCase();
    for (const other of this.scope.sources) {
      if (alias === "" || other.alias.toLowerCase() !== alias) continue;
      if (names.schema === undefined && other.schema === undefined) throw duplicateAlias(names.alias);
      if (names.schema === undefined || other.schema === undefined) throw ambiguousExposedName(names.alias);
      if (names.schema.toLowerCase() === other.schema.toLowerCase() && names.database === other.database) {
        throw duplicateExposedName(names.alias, other.alias);
      }
    }
  }

  private viewOptions(source: TableSource): { locators: boolean; forUpdate: boolean } {
    const isTarget = this.options.target === undefined || this.options.target === source;
    return { locators: this.options.locators && isTarget, forUpdate: this.options.forUpdate && isTarget };
  }
}

function scopeColumns(columns: readonly OutputColumn[]): ScopeSource["columns"] {
  return columns.map(({ name, type, nullable, identity, computed }) => ({
    name,
    type,
    nullable,
    ...(identity ? { identity } : {}),
    ...(computed ? { computed } : {}),
  }));
}

export function compileConjuncts(condition: Condition | undefined, scope: Scope, outer: OuterScope | null): Conjunct[] {
  return conjunctsOf(condition).map((operand) => {
    const { result, correlated } = tracking(outer, () => compileCondition(operand, scope));
    return { condition: operand, compiled: result, references: referencedSources(operand, scope), correlated, scope };
  });
}
