/** The select list: stars expanded, assignments told apart, names and types of the columns found. */
import type { Expression, QuerySpecification, SelectItem } from "../../../tsql/ast";
import { SqlError } from "../../errors";
import { compileExpression } from "../../expressions/compile";
import type { Compiled, Scope } from "../../expressions/scope";
import type { OutputColumn } from "../compiledQuery";
import type { LeafNode } from "../from/fromTree";
import { mixedAssignment, starPrefix, starWithoutFrom } from "../queryErrors";
import { qualifierMatches, qualifierOf } from "../queryScope";
import { columnNode } from "../syntax";
import { convertedTo } from "../typing";
import { NODE_TYPE } from "../xml/nodeType";

export interface SelectedItem {
  /** As written; stars have become columns. */
  expression: Expression;
  /** The name given by AS, or of a plain column; "" when there is none. */
  name: string;
}

export interface Assigned {
  variable: string;
  expression: Expression;
}

export type SelectList = { kind: "rows"; items: SelectedItem[] } | { kind: "assign"; items: Assigned[] };

export function expandSelectList(specification: QuerySpecification, scope: Scope): SelectList {
  const { items } = specification;
  const assignments = items.filter((item) => item.kind === "assign");
  if (assignments.length > 0) {
    if (assignments.length < items.length) throw mixedAssignment();
    return { kind: "assign", items: assignments.map(assigned) };
  }
  const selected: SelectedItem[] = [];
  for (const item of items) {
    if (item.kind === "star") selected.push(...expandStar(item, scope));
    else if (item.kind === "expression") selected.push(selectedItem(item));
  }
  return { kind: "rows", items: selected };
}

function selectedItem(item: Extract<SelectItem, { kind: "expression" }>): SelectedItem {
  const { expression, alias } = item;
  const own = expression.kind === "column" ? (expression.parts.at(-1) ?? "") : "";
  return { expression, name: alias ?? own };
}

function assigned(item: Extract<SelectItem, { kind: "assign" }>): Assigned {
  const { variable, operator, span } = item;
  if (operator === "=") return { variable, expression: item.expression };
  const left: Expression = { kind: "variable", name: variable, span };
  const symbol = operator.slice(0, -1) as Extract<Expression, { kind: "binaryOperation" }>["operator"];
  return { variable, expression: { kind: "binaryOperation", operator: symbol, left, right: item.expression, span } };
}

function expandStar(item: Extract<SelectItem, { kind: "star" }>, scope: Scope): SelectedItem[] {
  const { qualifier, span } = item;
  if (scope.sources.length === 0) throw starWithoutFrom();
  const sources = qualifier ? scope.sources.filter((source) => qualifierMatches(qualifier, source)) : scope.sources;
  if (qualifier && sources.length === 0) throw starPrefix(qualifier.join("."));
  return sources.flatMap((source) =>
    source.columns.map(({ name }) => ({ expression: columnNode([...qualifierOf(source), name], span), name })),
  );
}

export function outputColumn(
  item: SelectedItem,
  compiled: Compiled,
  leaves: readonly LeafNode[],
  locatorBases: readonly number[],
): OutputColumn {
  if (compiled.type.alias === NODE_TYPE.alias) throw nodeUsedDirectly(item.name);
  const column: OutputColumn = {
    name: item.name,
    type: compiled.type,
    nullable: compiled.nullable,
    collationStrength: compiled.collationStrength ?? 1,
  };
  if (isJson(item.expression)) column.json = true;
  const plain = compiled.column?.depth === 0 && item.expression.kind === "column" ? compiled.column : undefined;
  const leaf = plain && leaves[plain.source];
  const source = plain && leaf?.columns[plain.ordinal];
  if (!plain || !leaf || !source) return column;
  if (column.name.startsWith("$")) column.name = source.name;
  column.table = leaf.alias;
  if (source.identity) column.identity = true;
  if (source.computed) column.computed = true;
  if (source.identitySource) column.identitySource = source.identitySource;
  const base = locatorBases[plain.source];
  if (source.origin && base !== undefined)
    column.origin = { locator: base + source.origin.locator, ordinal: source.origin.ordinal };
  return column;
}

function nodeUsedDirectly(column: string): SqlError {
  return new SqlError(
    493,
    `The column '${column}' that was returned from the nodes() method cannot be used directly. It can only be used with one of the four XML data type methods, exist(), nodes(), query(), and value(), or in IS NULL and IS NOT NULL checks.`,
    1,
    16,
  );
}

function isJson(expression: Expression): boolean {
  if (expression.kind === "subquery")
    return expression.query.forClause?.kind === "json" && !expression.query.forClause.withoutArrayWrapper;
  return (
    expression.kind === "call" &&
    !expression.name.schema &&
    /^json_(query|object|array|modify|objectagg|arrayagg)$/i.test(expression.name.name)
  );
}

/** Assigns to a variable: the value is converted to the variable's type. */
export interface CompiledAssignment {
  variable: string;
  expression: Compiled;
}

export function compileAssignment(item: Assigned, scope: Scope): CompiledAssignment {
  const type = scope.environment.variableType(item.variable.toLowerCase());
  if (!type) throw new SqlError(137, `Must declare the scalar variable "${item.variable}".`, 2, 15);
  const expression = convertedTo(compileExpression(item.expression, scope), type);
  return { variable: item.variable.toLowerCase(), expression };
}
