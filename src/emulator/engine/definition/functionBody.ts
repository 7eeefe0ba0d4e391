/** What a function may not contain: side effects (443) and result sets (444); and it must end with RETURN (455). */
import type { Statement } from "../../tsql/ast";
import { SqlError } from "../errors";
import { sideEffectingCall } from "./determinism";

const FORBIDDEN: Partial<Record<Statement["kind"], string>> = {
  print: "PRINT",
  raiserror: "RAISERROR",
  throw: "THROW",
  tryCatch: "BEGIN TRY",
  waitfor: "WAITFOR",
  executeText: "EXECUTE STRING",
  beginTransaction: "BEGIN TRANSACTION",
  commit: "COMMIT TRANSACTION",
  rollback: "ROLLBACK TRANSACTION",
  saveTransaction: "SAVE TRANSACTION",
  setOption: "SET OPTION ON",
  setValue: "SET COMMAND",
  setIsolation: "SET TRANSACTION ISOLATION LEVEL",
  createTable: "CREATE TABLE",
  alterTable: "ALTER TABLE",
  drop: "DROP OBJECT",
  truncate: "TRUNCATE TABLE",
  use: "USE DATABASE",
};

export function checkFunctionBody(body: Statement[], name: string): void {
  for (const statement of body) {
    visit(statement);
    const call = sideEffectingCall(statement);
    if (call) throw refused(call, statement);
  }
  const last = body.at(-1);
  if (last?.kind === "block") checkFunctionBody(last.statements, name);
  else if (last?.kind !== "return") {
    throw new SqlError(455, "The last statement included within a function must be a return statement.", 2);
  }
}

function visit(statement: Statement): void {
  const forbidden = FORBIDDEN[statement.kind];
  if (forbidden) throw refused(forbidden, statement);
  switch (statement.kind) {
    case "select": {
      const { body } = statement.query;
      if (statement.into) throw refused("SELECT INTO", statement);
      if (body.kind !== "specification" || !body.items.some((i) => i.kind === "assign")) {
        throw located(
          new SqlError(444, "Select statements included within a function cannot return data to a client.", 2),
          statement,
        );
      }
      break;
    }
    case "insert":
      if (statement.source.kind === "execute") throw refused("INSERT EXEC", statement);
      if (statement.target.kind === "table") throw refused("INSERT", statement);
      break;
    case "update":
    case "delete":
      if (statement.target.kind === "table" && !isVariableAlias(statement))
        throw refused(statement.kind.toUpperCase(), statement);
      break;
    case "merge":
      if (statement.target.kind === "table") throw refused("MERGE", statement);
      break;
    case "block":
      statement.statements.forEach(visit);
      break;
    case "if":
      visit(statement.then);
      if (statement.otherwise) visit(statement.otherwise);
      break;
    case "while":
      visit(statement.body);
      break;
    default:
      break;
  }
}

/** UPDATE t SET … FROM @t AS t */
function isVariableAlias(statement: Extract<Statement, { kind: "update" | "delete" }>): boolean {
  const { target, from } = statement;
  if (target.kind !== "table") return true;
  return (from ?? []).some(
    (source) => source.kind === "tableVariable" && source.alias?.toLowerCase() === target.name.name.toLowerCase(),
  );
}

function refused(what: string, statement: Statement): SqlError {
  return located(
    new SqlError(443, `Invalid use of a side-effecting operator '${what}' within a function.`, 14),
    statement,
  );
}

function located(error: SqlError, statement: Statement): SqlError {
  error.line = statement.span.line;
  return error;
}
