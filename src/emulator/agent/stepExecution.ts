/** Carries out one step in a session of its own. */
import { SqlError, type SqlMessage } from "../engine/errors";
import { isSysadmin } from "../security/memberships";
import { sameSid } from "../security/users";
import type { Server } from "../storage/server";
import { splitBatches } from "../tsql/batches";
import { identityOf, openSession, SILENT, serviceIdentity } from "./sessions";
import type { AgentRow } from "./tables";
import { replaceTokens, type TokenValues, UnknownToken } from "./tokens";

export interface StepOutcome {
  succeeded: boolean;
  message: string;
  /** Number and severity of the last error. */
  error: { number: number; severity: number };
}

const MAX_MESSAGE = 4000;
const ERROR_SEVERITY = 11;

function shown({ class: severity, message, number }: SqlMessage): string {
  return severity >= ERROR_SEVERITY
    ? `${message} [SQLSTATE 42000] (Error ${number}).`
    : `${message} [SQLSTATE 01000] (Message ${number})`;
}

function outcome(
  succeeded: boolean,
  user: string,
  messages: readonly string[],
  error = { number: 0, severity: 0 },
): StepOutcome {
  const end = `  The step ${succeeded ? "succeeded" : "failed"}.`;
  const text = [user === "" ? "" : `Executed as user: ${user}.`, ...messages].filter((part) => part !== "").join(" ");
  const cut = text.length + end.length > MAX_MESSAGE ? `${text.slice(0, MAX_MESSAGE - end.length - 3)}...` : text;
  return { succeeded, message: cut + end, error };
}

/** As whom a step runs: jobs of administrators under Agent's service account, all others as their owner. */
function identity(server: Server, ownerSid: Uint8Array) {
  const owner = [...server.master.metadata.all("login")].find(
    (login) => login.type !== "R" && sameSid(login.sid, ownerSid),
  );
  if (!owner || owner.disabled) return undefined;
  return isSysadmin(server, owner.id) ? serviceIdentity(server) : identityOf(owner);
}

export async function executeStep(
  server: Server,
  job: AgentRow,
  step: AgentRow,
  tokens: TokenValues,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const stepId = step.number("step_id");
  const cannotStart = (reason: string) =>
    outcome(false, "", [`Unable to start execution of step ${stepId} (reason: ${reason}).`]);
  const subsystem = step.text("subsystem");
  if (subsystem !== "TSQL") return cannotStart(`the emulator does not run steps of the subsystem ${subsystem}`);
  const who = identity(server, job.bytes("owner_sid"));
  if (!who) return cannotStart(`The owner of job ${job.text("name")} does not have server access`);
  const databaseName = step.text("database_name") || "master";
  const database = server.database(databaseName);
  if (!database) return cannotStart(`Could not find database '${databaseName}'`);
  let command: string;
  try {
    command = replaceTokens(step.text("command"), tokens);
  } catch (error) {
    if (error instanceof UnknownToken) return cannotStart(error.message);
    throw error;
  }
  const asUser = step.text("database_user_name");
  const batches = splitBatches(command);
  if (asUser !== "") batches.unshift(`EXECUTE AS USER = N'${asUser.replaceAll("'", "''")}'`);
  const messages: string[] = [];
  const failure: { error: SqlMessage | undefined } = { error: undefined };
  const sink = {
    ...SILENT,
    message(message: SqlMessage) {
      messages.push(shown(message));
      if (message.class >= ERROR_SEVERITY) failure.error = message;
    },
  };
  try {
    database.requireReadable();
    const session = openSession(
      server,
      who,
      database,
      `SQLAgent - TSQL JobStep (Job ${tokens.JOBID ?? ""} : Step ${stepId})`,
    );
    const stop = () => session.cancel();
    signal.addEventListener("abort", stop);
    try {
      for (const batch of batches) {
        if (failure.error || signal.aborted) break;
        await session.executeBatch(batch, sink);
      }
    } finally {
      signal.removeEventListener("abort", stop);
      await session.close();
    }
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    messages.push(shown(error));
    failure.error = error;
  }
  const { error } = failure;
  return outcome(
    !error && !signal.aborted,
    who.name,
    messages,
    error && { number: error.number, severity: error.class },
  );
}
