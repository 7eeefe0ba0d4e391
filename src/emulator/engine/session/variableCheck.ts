/**
 * Finds variables that are used before, or without, their DECLARE. SQL Server refuses such a batch
 * before any of it runs (137, 1087, 134).
 */
import type { Batch, Declaration, Statement } from "../../tsql/ast";
import { SqlError } from "../errors";

const checked = new WeakMap<Statement[], string>();

/** `known`: variables declared from outside (parameters), with @, lower case. */
export function checkVariables(statements: Batch["statements"], known: Iterable<string>): void {
  const names = new Set(known);
  const signature = [...names].join(",");
  if (checked.get(statements) === signature) return;
  visit(statements, names);
  checked.set(statements, signature);
}

function visit(node: unknown, declared: Set<string>): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, declared);
    return;
  }
  if (node === null || typeof node !== "object" || node instanceof Uint8Array) return;
  const kind = (node as { kind?: string }).kind;
  switch (kind) {
    case "createModule":
      return;
    case "declare":
      for (const declaration of (node as unknown as { declarations: Declaration[] }).declarations) {
        visit(declaration.initial, declared);
        const name = declaration.name.toLowerCase();
        if (declared.has(name)) {
          throw at(node, new SqlError(134, `The variable name '${declaration.name}' has already been declared. Variable names must be unique within a query batch or stored procedure.`, 1, 15));
        }
        declared.add(name);
      }
      return;
    case "variable":
      require(node, (node as unknown as { name: string }).name, declared, 137);
      return;
    case "tableVariable":
      require(node, (node as unknown as { name: string }).name, declared, 1087);
      return;
    case "set":
    case "setCursor":
    case "assign":
      // ALTER DATABASE … SET is of this kind too, and sets no variable.
      if ("variable" in node) require(node, (node as unknown as { variable: string }).variable, declared, 137);
      break;
    default:
      break;
  }
  for (const [key, value] of Object.entries(node)) if (key !== "span") visit(value, declared);
}

function require(node: unknown, name: string, declared: Set<string>, number: 137 | 1087): void {
  if (declared.has(name.toLowerCase())) return;
  throw at(
    node,
    number === 137 ? new SqlError(137, `Must declare the scalar variable "${name}".`, 2, 15) : new SqlError(1087, `Must declare the table variable "${name}".`, 1, 15),
  );
}

function at(node: unknown, error: SqlError): SqlError {
  error.line = (node as { span?: { line: number } }).span?.line ?? 1;
  return error;
}
