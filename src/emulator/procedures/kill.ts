/** KILL and SHUTDOWN. */
import { NotEmulatedError, SqlError } from "../engine/errors";
import { compileExpression } from "../engine/expressions/compile";
import { scopeOf } from "../engine/session/environment";
import { registerStatement } from "../engine/session/statements";
import { type Steps, wait } from "../engine/session/steps";

/** Sessions up to this one are the server's own. */
const LAST_SYSTEM_SESSION = 50;

export function registerKill(): void {
  registerStatement("kill", function* ({ sessionId }, activation): Steps<void> {
    const { session } = activation;
    const compiled = compileExpression(sessionId, scopeOf(activation));
    const value = yield* session.evaluate(activation, (frame) => compiled.evaluate(frame));
    if (typeof value === "string") throw new NotEmulatedError("KILL of a distributed transaction by its unit of work");
    const id = Number(value);
    if (!session.security.hasServer("ALTER ANY CONNECTION"))
      throw new SqlError(6102, "User does not have permission to use the KILL statement.", 1, 14);
    if (session.transactions.count > 0)
      throw new SqlError(6115, "KILL command cannot be used inside user transactions.");
    if (id === session.id) throw new SqlError(6104, "Cannot use KILL to kill your own process.");
    if (id < 1 || id > 32767) throw new SqlError(6101, `Session ID ${id} is not valid.`);
    if (id <= LAST_SYSTEM_SESSION) throw new SqlError(6107, "Only user processes can be killed.", 1, 14);
    const target = session.server.sessions.get(id);
    if (!target) throw new SqlError(6106, `Process ID ${id} is not an active process ID.`, 1, 16);
    yield* wait(Promise.resolve(target.kill()));
    session.finishStatement(undefined, 0xfd, activation);
  });
  registerStatement("shutdown", (_statement, { session }) => {
    if (!session.security.hasServer("SHUTDOWN"))
      throw new SqlError(6004, "User does not have permission to perform this action.");
    throw new NotEmulatedError("SHUTDOWN");
  });
}
