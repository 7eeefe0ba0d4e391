/** SET of UPDATE and of MERGE's UPDATE: which columns and variables get which values. */
import type { Assignment, Expression } from "../../../tsql/ast";
import { SqlError } from "../../errors";
import { compileExpression } from "../../expressions/compile";
import type { Compiled, Scope, ScopeSource } from "../../expressions/scope";
import type { Row } from "../../values";
import type { OutputColumn, QueryFrame } from "../compiledQuery";
import type { QueryContext } from "../queryEnvironment";
import { unboundIdentifier, windowMisplaced } from "../queryErrors";
import { qualifierMatches, qualifierOf } from "../queryScope";
import { containsAggregate, containsWindow } from "../syntax";
import { assigned, convertedTo } from "../typing";
import { ordinalOf } from "./columnList";
import {
  aggregateInSet,
  columnNotInTable,
  columnTwice,
  computedNotModified,
  identityNotUpdated,
  timestampNotUpdated,
} from "./modificationErrors";

interface CompiledAssignment {
  /** Ordinal in the target's columns; undefined: only a variable is set. */
  ordinal: number | undefined;
  /** Lower case. */
  variable: string | undefined;
  /** undefined: the column's DEFAULT. */
  value: Compiled | undefined;
  /** For the variable, when both are set: the column's value in the variable's type. */
  forVariable: Compiled | undefined;
}

export class Assignments {
  private readonly items: CompiledAssignment[];

  constructor(
    assignments: readonly Assignment[],
    private readonly columns: readonly OutputColumn[],
    tableName: string,
    scope: Scope,
    /** The target among the scope's sources. */
    source: ScopeSource,
  ) {
    const seen = new Set<number>();
    this.items = assignments.map((assignment) => {
      const item = compileAssignment(assignment, columns, tableName, scope, source);
      if (item.ordinal !== undefined) {
        if (seen.has(item.ordinal)) throw columnTwice((columns[item.ordinal] as OutputColumn).name);
        seen.add(item.ordinal);
      }
      return item;
    });
  }

  /** Ordinals in the target's columns that SET names. */
  get ordinals(): number[] {
    return this.items.flatMap(({ ordinal }) => (ordinal === undefined ? [] : [ordinal]));
  }

  get columnCount(): number {
    return this.columns.length;
  }

  /** Evaluates all in written order and puts the columns' values into `row`. */
  apply(
    frame: QueryFrame,
    row: Row,
    context: QueryContext,
    place: (ordinal: number) => number,
    fallback: (ordinal: number) => Compiled | undefined,
  ): void {
    for (const { ordinal, variable, value, forVariable } of this.items) {
      const chosen = value ?? (ordinal === undefined ? undefined : fallback(ordinal));
      const result = chosen?.evaluate(frame) ?? null;
      if (ordinal !== undefined) row[place(ordinal)] = result;
      if (variable === undefined) continue;
      context.setVariable(variable, forVariable ? forVariable.evaluate({ ...frame, slots: [result] }) : result);
    }
  }
}

/** The parts of SET that read columns. */
export function readBySet(assignments: readonly Assignment[]): unknown {
  return assignments.map(({ value, operator, column, span }) =>
    operator === "=" || !column ? value : [value, { kind: "column", parts: column, span }],
  );
}

function compileAssignment(
  assignment: Assignment,
  columns: readonly OutputColumn[],
  tableName: string,
  scope: Scope,
  source: ScopeSource,
): CompiledAssignment {
  const { column, variable, operator, value } = assignment;
  const ordinal = column && resolveAssigned(column, columns, source);
  const expression = value.kind === "default" ? undefined : combined(assignment, value, source);
  if (expression && containsAggregate(expression)) throw aggregateInSet();
  if (expression && containsWindow(expression)) throw windowMisplaced();
  const compiled = expression && compileExpression(expression, scope);
  const type = variable === undefined ? undefined : scope.environment.variableType(variable.toLowerCase());
  if (variable !== undefined && !type)
    throw new SqlError(137, `Must declare the scalar variable "${variable}".`, 2, 15);
  if (operator !== "=" && value.kind === "default")
    throw new SqlError(156, "Incorrect syntax near the keyword 'DEFAULT'.", 1, 15);
  if (ordinal === undefined) {
    return {
      ordinal,
      variable: variable?.toLowerCase(),
      value: compiled && type && convertedTo(compiled, type),
      forVariable: undefined,
    };
  }
  const target = columns[ordinal] as OutputColumn;
  const stored = compiled && assigned(compiled, { type: target.type, name: target.name, table: tableName });
  const slot: Compiled = { type: target.type, nullable: true, evaluate: (frame) => frame.slots[0] ?? null };
  return {
    ordinal,
    variable: variable?.toLowerCase(),
    value: stored,
    forVariable: type && convertedTo(slot, type),
  };
}

/** `x += 1` is `x = x + 1`. */
function combined(assignment: Assignment, value: Expression, source: ScopeSource): Expression {
  const { operator, column, variable, span } = assignment;
  if (operator === "=") return value;
  const left: Expression = column
    ? { kind: "column", parts: [...qualifierOf(source), column.at(-1) as string], span }
    : { kind: "variable", name: variable as string, span };
  const symbol = operator.slice(0, -1) as Extract<Expression, { kind: "binaryOperation" }>["operator"];
  return { kind: "binaryOperation", operator: symbol, left, right: value, span };
}

function resolveAssigned(parts: readonly string[], columns: readonly OutputColumn[], source: ScopeSource): number {
  const name = parts.at(-1) as string;
  const qualifier = parts.slice(0, -1);
  if (qualifier.length > 0 && !qualifierMatches(qualifier, source)) throw unboundIdentifier(parts.join("."));
  const ordinal = ordinalOf(columns, name);
  const column = columns[ordinal];
  if (!column) throw columnNotInTable(name);
  if (column.computed) throw computedNotModified(name);
  if (column.type.kind === "timestamp") throw timestampNotUpdated();
  if (column.identity) throw identityNotUpdated(column.name);
  return ordinal;
}
