/** The deadlock that a test has asked for. */
import type { Statement } from "../../tsql/ast";
import { SqlError } from "../errors";
import type { Activation } from "./activation";

/** Makes the statement a deadlock victim if it is its turn. Asked by whatever takes locks, before it has any effect. */
export function requireNoDeadlock({ session, text }: Activation, { span }: Pick<Statement, "span">): void {
  if (!session.server.faults.takeDeadlock(text.slice(span.start, span.end))) return;
  throw new SqlError(
    1205,
    `Transaction (Process ID ${session.id}) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.`,
    51,
    13,
  );
}
