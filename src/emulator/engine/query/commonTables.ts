/** WITH: common table expressions, recursive ones too. */
import type { CommonTableExpression, QueryBody, QueryExpression, QuerySpecification } from "../../tsql/ast";
import type { Row } from "../values";
import type { CompiledQuery, OutputColumn } from "./compiledQuery";
import { namedColumns } from "./from/derivedColumns";
import {
  duplicateCommonTable,
  recursionExhausted,
  recursiveRestriction,
  recursiveTypes,
  recursiveWithoutAnchor,
  recursiveWithoutUnionAll,
} from "./queryErrors";
import { type CommonTable, type StatementEnvironment, statementEnvironment } from "./queryScope";
import { type CompileQueryOptions, compileQuery } from "./select/queryExpression";
import { combineColumns, convertRows } from "./select/setOperation";
import { containsAggregate, walk } from "./syntax";
import { sameType } from "./typing";

/** The environment in which the expressions of the list can be named. Each sees those before it. */
export function withCommonTables(
  list: readonly CommonTableExpression[] | undefined,
  environment: StatementEnvironment,
): StatementEnvironment {
  if (!list || list.length === 0) return environment;
  const tables = new Map(environment.commonTables);
  const names = new Set<string>();
  let current = environment;
  for (const definition of list) {
    const key = definition.name.toLowerCase();
    if (names.has(key)) throw duplicateCommonTable(definition.name);
    names.add(key);
    tables.set(key, commonTable(definition, current));
    current = statementEnvironment(environment, environment.plan, new Map(tables));
    // Mistakes are found whether it is used or not.
    tables.get(key)?.compile({});
  }
  return current;
}

function commonTable(definition: CommonTableExpression, environment: StatementEnvironment): CommonTable {
  const recursive = refersTo(definition.query, definition.name);
  const compiled = new Map<string, CompiledQuery>();
  return {
    name: definition.name,
    compile: (options) => {
      const key = JSON.stringify(options);
      let query = compiled.get(key);
      if (!query) {
        query = recursive
          ? compileRecursive(definition, environment)
          : namedColumns(
              compileQuery(definition.query, null, environment, { role: "derived", ...options }),
              definition.columns,
              definition.name,
            );
        compiled.set(key, query);
      }
      return query;
    },
  };
}

function refersTo(node: unknown, name: string): boolean {
  const wanted = name.toLowerCase();
  let found = false;
  walk(node, (inner) => {
    if (inner.kind === "table") {
      const table = inner.name as { schema?: string; database?: string; name: string };
      if (table.schema === undefined && table.database === undefined && table.name.toLowerCase() === wanted)
        found = true;
    }
    return !found;
  });
  return found;
}

function members(body: QueryBody): QueryBody[] {
  if (body.kind === "setOperation" && body.operator === "unionAll")
    return [...members(body.left), ...members(body.right)];
  if (body.kind === "query" && !body.orderBy && !body.offset && !body.forClause) return members(body.body);
  return [body];
}

function compileRecursive(definition: CommonTableExpression, environment: StatementEnvironment): CompiledQuery {
  const { name } = definition;
  const all = members(definition.query.body);
  const anchors = all.filter((member) => !refersTo(member, name));
  const steps = all.filter((member) => refersTo(member, name));
  if (all.length === 1) throw recursiveWithoutUnionAll(name);
  if (anchors.length === 0) throw recursiveWithoutAnchor(name);
  const options: CompileQueryOptions = { role: "derived" };
  const anchorQueries = anchors.map((member) => compileQuery(asQuery(member), null, environment, options));
  const combined = anchorQueries
    .slice(1)
    .reduce(
      (columns, query) => combineColumns(columns, query.columns, "UNION ALL"),
      (anchorQueries[0] as CompiledQuery).columns,
    );
  const named = namedColumns({ ...(anchorQueries[0] as CompiledQuery), columns: combined }, definition.columns, name);
  const columns = named.columns.map(
    (column): OutputColumn => ({ name: column.name, type: column.type, nullable: true, collationStrength: 2 }),
  );

  // The recursive members read the one row whose turn it is.
  const working: { row: Row | undefined } = { row: undefined };
  const placeholder: CompiledQuery = {
    columns,
    correlated: true,
    locators: [],
    rows: () => (working.row ? [working.row] : []),
  };
  const tables = new Map(environment.commonTables);
  tables.set(name.toLowerCase(), { name, compile: () => placeholder, recursive: placeholder });
  const inner = statementEnvironment(environment, environment.plan, tables);
  const stepQueries = steps.map((member) => {
    refuseInStep(member, name);
    const query = compileQuery(asQuery(member), null, inner, options);
    checkTypes(columns, query.columns, name);
    return query;
  });
  const { plan } = environment;

  return {
    columns,
    correlated: false,
    locators: [],
    *rows(_parent, context) {
      // Depth first, the row made last goes first: so SQL Server's stack spool shows them.
      const stack: { row: Row; level: number }[] = [];
      for (const query of anchorQueries) {
        for (const row of convertRows(query, columns, null, context)) {
          stack.push({ row, level: 0 });
          yield row;
        }
      }
      for (let top = stack.pop(); top; top = stack.pop()) {
        for (const query of stepQueries) {
          working.row = top.row;
          for (const row of [...query.rows(null, context)]) {
            if (plan.maximumRecursion > 0 && top.level + 1 > plan.maximumRecursion)
              throw recursionExhausted(plan.maximumRecursion);
            stack.push({ row, level: top.level + 1 });
            yield row;
          }
        }
      }
    },
  };
}

function asQuery(body: QueryBody): QueryExpression {
  return body.kind === "query" ? body : { kind: "query", body, span: body.span };
}

function refuseInStep(member: QueryBody, name: string): void {
  walk(member, (node) => {
    if (node.kind !== "specification") return true;
    const specification = node as unknown as QuerySpecification;
    if (specification.distinct) throw recursiveRestriction(460, "DISTINCT", name);
    if (specification.top) throw recursiveRestriction(461, "TOP", name);
    if (specification.groupBy || specification.having || containsAggregate(specification.items)) {
      throw recursiveRestriction(467, "GROUP BY", name);
    }
    return false;
  });
  walk(member, (node) => {
    if (node.kind === "join" && ["left", "right", "full"].includes(node.join as string)) {
      const inner = node.join === "left" ? node.right : node.join === "right" ? node.left : node;
      if (refersTo(inner, name)) throw recursiveRestriction(462, "Outer join", name);
    }
    return true;
  });
}

function checkTypes(anchor: readonly OutputColumn[], step: readonly OutputColumn[], name: string): void {
  combineColumns(anchor, step, "UNION ALL");
  anchor.forEach((column, i) => {
    const other = step[i] as OutputColumn;
    if (!other.type.isNullLiteral && !sameType(column.type, other.type)) throw recursiveTypes(column.name, name);
  });
}
