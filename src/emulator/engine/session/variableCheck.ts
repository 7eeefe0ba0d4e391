/**
 * The variables of a batch or module. They exist from its beginning, wherever their DECLARE stands
 * and whether or not it runs; but a text that uses one before its DECLARE, or without, is refused
 * before any of it runs (137, 1087, 134).
 */
import type { Batch, Declaration, Statement } from "../../tsql/ast";
import { SqlError } from "../errors";

interface Checked {
  known: string;
  declarations: Declaration[];
}

const checked = new WeakMap<Statement[], Checked>();

/** `known`: variables declared from outside (parameters), with @, lower case. Gives all declarations of the text. */
export function checkVariables(statements: Batch["statements"], known: Iterable<string>): Declaration[] {
  const names = new Set(known);
  const signature = [...names].join(",");
  const before = checked.get(statements);
  if (before?.known === signature) return before.declarations;
  const declarations: Declaration[] = [];
  visit(statements, names, declarations);
  checked.set(statements, { known: signature, declarations });
  return declarations;
}

function visit(node: unknown, declared: Set<string>, found: Declaration[]): void {
  if (Array.isArray(node)) {
    for (const item of node) visit(item, declared, found);
    return;
  }
  if (node === null || typeof node !== "object" || node instanceof Uint8Array) return;
  const kind = (node as { kind?: string }).kind;
  switch (kind) {
    case "createModule":
      return;
    case "declare":
      // An initial value sees the variables of former statements, not those of its own.
      for (const { initial } of (node as unknown as { declarations: Declaration[] }).declarations)
        visit(initial, declared, found);
      for (const declaration of (node as unknown as { declarations: Declaration[] }).declarations) {
        const name = declaration.name.toLowerCase();
        if (declared.has(name)) {
          throw at(
            node,
            new SqlError(
              134,
              `The variable name '${declaration.name}' has already been declared. Variable names must be unique within a query batch or stored procedure.`,
              1,
              15,
            ),
          );
        }
        declared.add(name);
        found.push(declaration);
      }
      return;
    case "variable":
      demand(node, (node as unknown as { name: string }).name, declared, 137);
      return;
    case "tableVariable":
      demand(node, (node as unknown as { name: string }).name, declared, 1087);
      return;
    case "set":
    case "setCursor":
    case "assign":
      // ALTER DATABASE … SET is of this kind too, and sets no variable.
      if ("variable" in node) demand(node, (node as unknown as { variable: string }).variable, declared, 137);
      break;
    default:
      break;
  }
  for (const [key, value] of Object.entries(node)) if (key !== "span") visit(value, declared, found);
}

function demand(node: unknown, name: string, declared: Set<string>, number: 137 | 1087): void {
  if (declared.has(name.toLowerCase())) return;
  throw at(
    node,
    number === 137
      ? new SqlError(137, `Must declare the scalar variable "${name}".`, 2, 15)
      : new SqlError(1087, `Must declare the table variable "${name}".`, 1, 15),
  );
}

function at(node: unknown, error: SqlError): SqlError {
  error.line = (node as { span?: { line: number } }).span?.line ?? 1;
  return error;
}
