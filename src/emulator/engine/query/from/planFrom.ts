/**
 * Decides how FROM is read. Tables are joined in written order; each condition is tested as soon as
 * what it reads is there, and turned into an index seek or a hash lookup where it is an equality.
 */
import type { Condition } from "../../../tsql/ast";
import type { CompiledCondition } from "../../expressions/scope";
import type { QueryFrame } from "../compiledQuery";
import { walk } from "../syntax";
import { equalitiesOf, keyParts } from "./equalities";
import { type FromNode, isCorrelated, isLateral, type JoinNode, type LeafNode } from "./fromTree";
import { FullJoin, InnerJoin, LeftJoin } from "./joins";
import { type Conjunct, isSubset, union } from "./references";
import { Filter, passes, type Relation, Remembered, Scan, SINGLE_ROW } from "./relation";
import { chooseSeek, Seek } from "./seek";

const NOTHING: ReadonlySet<number> = new Set();

/** `nested`: the query may be evaluated many times in one statement. */
export function planFrom(from: FromNode | undefined, where: readonly Conjunct[], nested: boolean): Relation {
  const startup = where.filter((conjunct) => conjunct.references.size === 0 && !isVolatile(conjunct.condition));
  const others = where.filter((conjunct) => !startup.includes(conjunct));
  const relation = from
    ? planNode(from, others, NOTHING, nested)
    : others.length > 0
      ? new Filter(SINGLE_ROW, compiled(others))
      : SINGLE_ROW;
  return startup.length > 0 ? new Startup(relation, compiled(startup)) : relation;
}

/** Conditions that no row can change are tested before anything is read. */
class Startup implements Relation {
  readonly sources: readonly number[];

  constructor(
    private readonly input: Relation,
    private readonly conditions: readonly CompiledCondition[],
  ) {
    this.sources = input.sources;
  }

  open(frame: QueryFrame): Iterable<unknown> {
    return passes(this.conditions, frame) ? this.input.open(frame) : [];
  }
}

function isVolatile(condition: Condition): boolean {
  let found = false;
  walk(condition, (node) => {
    if (node.kind === "call" && /^(newid|crypt_gen_random)$/i.test((node.name as { name: string }).name)) found = true;
    return !found;
  });
  return found;
}

function compiled(conjuncts: readonly Conjunct[]): CompiledCondition[] {
  return conjuncts.map((conjunct) => conjunct.compiled);
}

function planNode(node: FromNode, filters: readonly Conjunct[], bound: ReadonlySet<number>, nested: boolean): Relation {
  return node.kind === "leaf" ? planLeaf(node, filters, bound, nested) : planJoin(node, filters, bound, nested);
}

function planLeaf(leaf: LeafNode, filters: readonly Conjunct[], bound: ReadonlySet<number>, nested: boolean): Relation {
  const { source, access } = leaf;
  const whole = () => new Scan(source, leaf.rows, compiled(filters));
  if (leaf.lateral) return whole();
  const equalities = equalitiesOf(filters, leaf.sources);
  if (access) {
    const seek = chooseSeek(access, equalities);
    if (seek) return new Seek(source, access, seek, compiled(filters));
  }
  const probing = equalities.filter(
    ({ conjunct }) => conjunct.correlated || !isSubset(conjunct.references, leaf.sources),
  );
  const reopened = bound.size > 0 || (nested && (!access || probing.length > 0));
  if (!reopened) return whole();
  const own = filters.filter((filter) => !filter.correlated && isSubset(filter.references, leaf.sources));
  const conditions = filters.filter((filter) => !own.includes(filter));
  const { build, probe } = keyParts(probing);
  return new Remembered(
    new Scan(source, leaf.rows, compiled(own)),
    leaf.correlated,
    build,
    probe,
    compiled(conditions),
  );
}

function planJoin(node: JoinNode, filters: readonly Conjunct[], bound: ReadonlySet<number>, nested: boolean): Relation {
  const leftReach = union(bound, node.left.sources);
  const onlyLeft = (conjunct: Conjunct) => isSubset(conjunct.references, leftReach);
  if (node.join === "inner") {
    const all = [...node.on, ...filters];
    const left = planNode(node.left, all.filter(onlyLeft), bound, nested);
    const rest = all.filter((conjunct) => !onlyLeft(conjunct));
    return new InnerJoin(left, planRight(node.right, rest, leftReach, nested), []);
  }
  if (node.join === "left") {
    const left = planNode(node.left, filters.filter(onlyLeft), bound, nested);
    const joined = new LeftJoin(left, planRight(node.right, node.on, leftReach, nested), []);
    const above = filters.filter((conjunct) => !onlyLeft(conjunct));
    return above.length > 0 ? new Filter(joined, compiled(above)) : joined;
  }
  const equalities = keyParts(equalitiesOf(node.on, node.right.sources));
  const joined = new FullJoin(
    planNode(node.left, [], bound, nested),
    planNode(node.right, [], bound, nested),
    equalities.build,
    equalities.probe,
    compiled(node.on),
  );
  return filters.length > 0 ? new Filter(joined, compiled(filters)) : joined;
}

/** A right side with all conditions between it and what is bound; opened for each row of the left. */
function planRight(
  node: FromNode,
  conditions: readonly Conjunct[],
  bound: ReadonlySet<number>,
  nested: boolean,
): Relation {
  if (node.kind === "leaf") return planLeaf(node, conditions, bound, nested);
  const own = conditions.filter((conjunct) => isSubset(conjunct.references, node.sources));
  const between = conditions.filter((conjunct) => !own.includes(conjunct));
  if (isLateral(node)) {
    return new Filter(planNode(node, own, bound, nested), compiled(between));
  }
  const correlated = isCorrelated(node) || own.some((conjunct) => conjunct.correlated);
  const { build, probe } = keyParts(equalitiesOf(between, node.sources));
  return new Remembered(planNode(node, own, NOTHING, nested), correlated, build, probe, compiled(between));
}
