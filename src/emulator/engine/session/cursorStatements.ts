/** DECLARE CURSOR, OPEN, FETCH, CLOSE, DEALLOCATE. */
import type { CursorDefinition, CursorName, Statement } from "../../tsql/ast";
import { SqlError } from "../errors";
import { compileExpression } from "../expressions/compile";
import { compileSelect } from "../query";
import type { RowLocator } from "../query/queryEnvironment";
import { Activation } from "./activation";
import { convertArgument } from "./conversion";
import { Cursor } from "./cursor";
import { environmentOf, scopeOf } from "./environment";
import type { Steps } from "./steps";

/** True when the statement was about cursors. */
export function* executeCursor(statement: Statement, activation: Activation): Steps<boolean> {
  const { session } = activation;
  switch (statement.kind) {
    case "declareCursor":
      declare(statement.name, statement.cursor, activation);
      break;
    case "setCursor":
      setVariable(statement.variable, statement.cursor, activation);
      break;
    case "openCursor":
      yield* open(resolve(statement.cursor, activation), activation);
      break;
    case "closeCursor":
      resolve(statement.cursor, activation).close();
      break;
    case "deallocateCursor":
      deallocate(statement.cursor, activation);
      break;
    case "fetch":
      yield* fetch(statement, activation);
      return true;
    default:
      return false;
  }
  session.finishStatement(undefined, 0xfd, activation);
  return true;
}

function create(name: string, definition: CursorDefinition, activation: Activation): Cursor {
  const local =
    definition.options.includes("LOCAL") ||
    (!definition.options.includes("GLOBAL") && activation.session.database.options.localCursorDefault);
  return new Cursor(name, definition, !local, new Map([...activation.variables].map(([key, v]) => [key, { ...v }])));
}

function declare(name: string, definition: CursorDefinition, activation: Activation): void {
  const cursor = create(name, definition, activation);
  const cursors = cursor.global ? activation.session.globalCursors : activation.cursors;
  const key = name.toLowerCase();
  if (cursors.has(key)) throw new SqlError(16915, `A cursor with the name '${name}' already exists.`);
  cursors.set(key, cursor);
}

function setVariable(variable: string, source: CursorDefinition | string, activation: Activation): void {
  const cursor =
    typeof source === "string"
      ? resolve({ name: source, variable: source.startsWith("@"), global: false }, activation)
      : create(variable, source, activation);
  if (typeof source === "string") cursor.references++;
  activation.cursors.set(variable.toLowerCase(), cursor);
}

/** A local name goes before a global one. */
function find(name: CursorName, activation: Activation): Cursor | null | undefined {
  const key = name.name.toLowerCase();
  if (!name.global && activation.cursors.has(key)) return activation.cursors.get(key);
  return name.variable ? undefined : activation.session.globalCursors.get(key);
}

function resolve(name: CursorName, activation: Activation): Cursor {
  const cursor = find(name, activation);
  if (cursor) return cursor;
  if (name.variable)
    throw new SqlError(16950, `The variable '${name.name}' does not currently have a cursor allocated to it.`, 2);
  throw new SqlError(16916, `A cursor with the name '${name.name}' does not exist.`);
}

function deallocate(name: CursorName, activation: Activation): void {
  const cursor = resolve(name, activation);
  const key = name.name.toLowerCase();
  if (name.variable) activation.cursors.set(key, null);
  else if (!name.global && activation.cursors.has(key)) activation.cursors.delete(key);
  else activation.session.globalCursors.delete(key);
  cursor.references--;
}

function* open(cursor: Cursor, activation: Activation): Steps<void> {
  const { session } = activation;
  if (cursor.isOpen) throw new SqlError(16905, "The cursor is already open.");
  const scope = new Activation(session, activation.kind, activation);
  scope.module = activation.module;
  scope.trigger = activation.trigger;
  for (const [key, variable] of cursor.variables) scope.variables.set(key, { ...variable });
  for (const [key, table] of activation.tableVariables) scope.tableVariables.set(key, table);
  scope.line = activation.line;
  const result = yield* session.inTransaction(scope, function* () {
    return yield* session.runBody(scope, () =>
      compileSelect(cursor.definition.select, environmentOf(scope), { locators: !cursor.isReadOnly }).execute(scope),
    );
  });
  cursor.open(result.columns, result.rows, result.locators);
  session.cursorRows = result.rows.length;
}

function* fetch(statement: Extract<Statement, { kind: "fetch" }>, activation: Activation): Steps<void> {
  const { session } = activation;
  const cursor = resolve(statement.cursor, activation);
  let offset = 0;
  if (statement.offset) {
    const compiled = compileExpression(statement.offset, scopeOf(activation));
    offset = Number(yield* session.evaluate(activation, (context) => compiled.evaluate(context)));
  }
  const row = cursor.fetch(statement.orientation, offset);
  session.fetchStatus = row ? 0 : -1;
  if (statement.into) {
    if (statement.into.length !== cursor.columns.length) {
      throw new SqlError(
        16924,
        "Cursorfetch: The number of variables declared in the INTO list must match that of selected columns.",
      );
    }
    if (row) {
      statement.into.forEach((name, i) => {
        const variable = activation.variable(name);
        const column = cursor.columns[i];
        if (column) variable.value = convertArgument(row[i] ?? null, column.type, variable.type, activation);
      });
    }
  } else {
    session.output.columns(cursor.columns);
    if (row) session.output.row(row);
  }
  session.finishStatement(row ? 1 : 0, 0xc1, activation, statement.into === undefined);
}

export function currentRow(name: CursorName, activation: Activation): RowLocator {
  return resolve(name, activation).current();
}
