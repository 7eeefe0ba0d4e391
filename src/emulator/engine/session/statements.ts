/** Handlers of statements that live outside the interpreter: BACKUP, security, ALTER DATABASE, … */
import type { Statement } from "../../tsql/ast";
import type { Activation } from "./activation";
import type { Steps } from "./steps";

export type StatementKind = Statement["kind"];
export type StatementOf<K extends StatementKind> = Extract<Statement, { kind: K }>;

/**
 * Carries out one statement. `activation.session` is the session. It may finish at once, or give a
 * promise or steps. Metadata changes go through `session.transaction()`, so that they roll back.
 */
export type StatementHandler<K extends StatementKind> = (
  statement: StatementOf<K>,
  activation: Activation,
) => void | Promise<void> | Steps<void>;

type AnyHandler = (statement: Statement, activation: Activation) => void | Promise<void> | Steps<void>;

const handlers = new Map<StatementKind, AnyHandler>();

/** Called once per kind, when the owner's module is loaded. */
export function registerStatement<K extends StatementKind>(kind: K, handler: StatementHandler<K>): void {
  if (handlers.has(kind)) throw new Error(`two handlers for ${kind}`);
  handlers.set(kind, handler as AnyHandler);
}

export function statementHandler(kind: StatementKind): AnyHandler | undefined {
  return handlers.get(kind);
}
