/** FROM after names are resolved and before it is decided how it is read. */
import type { TableSource } from "../../../tsql/ast";
import type { Row } from "../../values";
import type { CompiledQuery, LocatorColumn, OutputColumn, QueryFrame } from "../compiledQuery";
import type { Securable, ViewBinding } from "../queryEnvironment";
import type { Conjunct } from "./references";
import type { TableAccess } from "./tableAccess";

export type FromNode = LeafNode | JoinNode;

export interface LeafNode {
  kind: "leaf";
  source: number;
  sources: ReadonlySet<number>;
  alias: string;
  /** As written; undefined for what the compiler put there itself. */
  node?: TableSource;
  columns: OutputColumn[];
  rows(frame: QueryFrame): Iterable<Row>;
  /** Stored tables: seeks are possible. */
  access?: TableAccess;
  /** Depends on the enclosing query. */
  correlated: boolean;
  /** Right side of APPLY that reads the left side's row. */
  lateral: boolean;
  /** Views, derived tables, common table expressions, functions. */
  query?: CompiledQuery;
  view?: ViewBinding;
  /** What permission to read is asked on. */
  securable?: Securable;
  /** Where row ids stand in its rows. */
  locators: LocatorColumn[];
}

export interface JoinNode {
  kind: "join";
  /** RIGHT is LEFT with its sides exchanged, CROSS is INNER without conditions. */
  join: "inner" | "left" | "full";
  left: FromNode;
  right: FromNode;
  on: Conjunct[];
  sources: ReadonlySet<number>;
  lateral: boolean;
}

/** Whether what the subtree yields depends on the enclosing query's row. */
export function isCorrelated(node: FromNode): boolean {
  if (node.kind === "leaf") return node.correlated;
  return isCorrelated(node.left) || isCorrelated(node.right) || node.on.some((conjunct) => conjunct.correlated);
}

export function isLateral(node: FromNode): boolean {
  return node.kind === "leaf" ? node.lateral : node.lateral || isLateral(node.left) || isLateral(node.right);
}
