import type { CommonTableExpression, MergeStatement, Span } from "../ast";
import { TsqlSyntaxError } from "../errors";
import { parseQueryHints } from "./hints";
import { parseAssignment, parseValueOrDefault } from "./modifications";
import { parseModificationTop, parseOutput, parseTarget } from "./modificationTargets";
import { parseColumnNames } from "./names";
import type { Parser } from "./parser";
import { parseAlias, parseTableSource } from "./tableSources";

type Clause = MergeStatement["clauses"][number];

/** MERGE; the semicolon that must end it is checked, not read. */
export function parseMerge(
  parser: Parser,
  start: Pick<Span, "line" | "start">,
  commonTables?: CommonTableExpression[],
): MergeStatement {
  parser.expect("MERGE");
  const top = parseModificationTop(parser);
  parser.take("INTO");
  const target = parseTarget(parser);
  // USING is no reserved word: without this it would be the target's alias.
  const alias = parser.is("USING") ? undefined : parseAlias(parser);
  if (alias !== undefined) target.alias = alias;
  parser.expect("USING");
  const source = parseTableSource(parser);
  parser.expect("ON");
  const on = parser.rules.condition(parser);
  const clauses: Clause[] = [];
  while (parser.is("WHEN")) clauses.push(parseClause(parser));
  if (clauses.length === 0) parser.fail();
  checkClauses(clauses, parser.previous.line);
  const statement: MergeStatement = { kind: "merge", target, source, on, clauses, span: parser.span(start) };
  if (commonTables !== undefined) statement.with = commonTables;
  if (top !== undefined) statement.top = top;
  const output = parseOutput(parser);
  if (output !== undefined) statement.output = output;
  const options = parseQueryHints(parser);
  if (options !== undefined) statement.options = options;
  statement.span = parser.span(start);
  if (!parser.is(";")) throw parser.error(10713, "A MERGE statement must be terminated by a semi-colon (;).");
  return statement;
}

function parseClause(parser: Parser): Clause {
  const when = parseWhen(parser);
  const condition = parser.take("AND") ? parser.rules.condition(parser) : undefined;
  parser.expect("THEN");
  return { when, ...(condition && { condition }), action: parseAction(parser, when) };
}

function parseWhen(parser: Parser): Clause["when"] {
  parser.expect("WHEN");
  const negated = parser.take("NOT");
  parser.expect("MATCHED");
  if (!negated) return "matched";
  if (!parser.take("BY")) return "notMatchedByTarget";
  if (parser.take("TARGET")) return "notMatchedByTarget";
  parser.expect("SOURCE");
  return "notMatchedBySource";
}

const CLAUSE_NAMES: Readonly<Record<Clause["when"], string>> = {
  matched: "WHEN MATCHED",
  notMatchedByTarget: "WHEN NOT MATCHED",
  notMatchedBySource: "WHEN NOT MATCHED BY SOURCE",
};

/** Of each kind of WHEN, an action stands once, and a clause without condition last. */
function checkClauses(clauses: Clause[], line: number): void {
  clauses.forEach((clause, index) => {
    const name = CLAUSE_NAMES[clause.when];
    for (const earlier of clauses.slice(0, index)) {
      if (earlier.when !== clause.when) continue;
      if (earlier.action.kind === clause.action.kind) {
        const message = `An action of type '${name}' cannot appear more than once in a '${clause.action.kind.toUpperCase()}' clause of a MERGE statement.`;
        throw new TsqlSyntaxError(10714, message, line);
      }
      if (earlier.condition === undefined) {
        const message = `In a MERGE statement, a '${name}' clause with a search condition cannot appear after a '${name}' clause with no search condition.`;
        throw new TsqlSyntaxError(5324, message, line, 1, 16);
      }
    }
  });
}

function parseAction(parser: Parser, when: Clause["when"]): Clause["action"] {
  const word = parser.token;
  const inserts = word.text === "INSERT";
  if (["INSERT", "UPDATE", "DELETE"].includes(word.text) && inserts !== (when === "notMatchedByTarget")) {
    const message = `An action of type '${word.text}' is not allowed in the '${CLAUSE_NAMES[when]}' clause of a MERGE statement.`;
    throw parser.error(10710, message);
  }
  if (parser.take("DELETE")) return { kind: "delete" };
  if (parser.take("UPDATE")) {
    parser.expect("SET");
    return { kind: "update", assignments: parser.list(parseAssignment) };
  }
  parser.expect("INSERT");
  const columns = parser.is("(") ? parseColumnNames(parser) : undefined;
  if (parser.takeWords("DEFAULT", "VALUES")) return { kind: "insert", ...(columns && { columns }), values: "default" };
  parser.expect("VALUES");
  const values = parser.parenthesizedList(parseValueOrDefault);
  return { kind: "insert", ...(columns && { columns }), values };
}
