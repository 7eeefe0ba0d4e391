/** sp_getapplock, sp_releaseapplock, APPLOCK_MODE and APPLOCK_TEST. */
import { type LockMode, SqlError } from "../engine/errors";
import type { SessionState } from "../engine/expressions/scope";
import { registerFunctions } from "../engine/functions/registry";
import type { SessionRuntime } from "../engine/session/runtime";
import type { Steps } from "../engine/session/steps";
import { registerProcedure, type SystemProcedureCall } from "../engine/session/systemProcedures";
import type { SqlType, Value } from "../engine/values";
import { applicationLockKey, applicationLockMode } from "./applicationLocks";
import type { LockOwner } from "./lockManager";

const RESOURCE: SqlType = { kind: "nvarchar", length: 255 };
const WORD: SqlType = { kind: "nvarchar", length: 32 };
const INT: SqlType = { kind: "int" };

/** Return code of a call that is wrong in itself. */
const INVALID = -999;

export function registerApplicationLocks(): void {
  const resource = { name: "@resource", type: RESOURCE };
  const owner = { name: "@lockowner", type: WORD, default: "Transaction" };
  const principal = { name: "@dbprincipal", type: RESOURCE, default: "public" };
  registerProcedure({
    name: "sp_getapplock",
    parameters: [
      resource,
      { name: "@lockmode", type: WORD },
      owner,
      { name: "@locktimeout", type: INT, default: null },
      principal,
    ],
    execute: (call) => checked(call, getLock),
  });
  registerProcedure({
    name: "sp_releaseapplock",
    parameters: [resource, owner, principal],
    execute: (call) => checked(call, releaseLock),
  });
  const arguments_ = { volatile: true, parameters: [RESOURCE, RESOURCE, WORD, WORD] } as const;
  registerFunctions([
    {
      ...arguments_,
      name: "APPLOCK_MODE",
      minArgs: 3,
      maxArgs: 3,
      parameters: [RESOURCE, RESOURCE, WORD],
      resolve: () => WORD,
      evaluate: ([principalName, name, ownerName], { session }) => {
        const runtime = session as SessionRuntime;
        const key = keyOf(session, principalName, name);
        return session.server.applicationLocks.mode(ownerOf(runtime, ownerName, "applock_mode"), key);
      },
    },
    {
      ...arguments_,
      name: "APPLOCK_TEST",
      minArgs: 4,
      maxArgs: 4,
      resolve: () => INT,
      evaluate: ([principalName, name, modeName, ownerName], { session }) => {
        const runtime = session as SessionRuntime;
        const mode = modeOf(modeName, "applock_test");
        const key = keyOf(session, principalName, name);
        const owned = ownerOf(runtime, ownerName, "applock_test");
        return session.server.applicationLocks.isGrantable(owned, key, mode) ? 1 : 0;
      },
    },
  ]);
}

function* getLock({ arguments: values, activation }: SystemProcedureCall): Steps<number> {
  const { session } = activation;
  const mode = modeOf(values.get("@lockmode"), "xp_userlock");
  const owner = ownerOf(session, values.get("@lockowner"), "xp_userlock");
  const timeout = values.get("@locktimeout") ?? session.settings.lockTimeout;
  if (typeof timeout !== "number" || timeout < -1) {
    throw new SqlError(1227, "An invalid application lock time-out was passed to xp_userlock.");
  }
  const key = keyOf(session, values.get("@dbprincipal"), values.get("@resource"));
  return yield* session.server.applicationLocks.acquire(owner, key, mode, { timeout, signal: session.cancelSignal });
}

function releaseLock({ arguments: values, activation }: SystemProcedureCall): number {
  const { session } = activation;
  const principal = String(values.get("@dbprincipal") ?? "public");
  const resource = String(values.get("@resource") ?? "");
  const owner = ownerOf(session, values.get("@lockowner"), "xp_userlock");
  const key = keyOf(session, principal, resource);
  if (session.server.applicationLocks.release(owner, key)) return 0;
  throw new SqlError(
    1223,
    `Cannot release the application lock (Database Principal: '${principal}', Resource: '${resource}') because it is not currently held.`,
  );
}

/** A wrong call is an error and, where no CATCH takes it, the return code -999. */
function* checked(
  call: SystemProcedureCall,
  body: (call: SystemProcedureCall) => Steps<number> | number,
): Steps<number> {
  const { session, line } = call.activation;
  try {
    const result = body(call);
    return typeof result === "number" ? result : yield* result;
  } catch (error) {
    if (!(error instanceof SqlError) || session.tryDepth > 0 || session.settings.xactAbort) throw error;
    const { number, message, state } = error;
    session.lastError = number;
    session.message({ number, message, state, class: error.class, procedure: "xp_userlock", line });
    return INVALID;
  }
}

function keyOf(session: SessionState, principal: Value | undefined, resource: Value | undefined): string {
  if (resource === null || resource === undefined)
    throw new SqlError(1224, "An invalid application lock resource was passed to xp_userlock.");
  const name = String(principal ?? "public");
  if (!session.database.metadata.findOne("principal", name)) {
    throw new SqlError(1202, `The database principal '${name}' does not exist, or user is not a member.`);
  }
  return applicationLockKey(session.database.id, name, String(resource));
}

function modeOf(name: Value | undefined, caller: string): LockMode {
  const mode = applicationLockMode(String(name ?? ""));
  if (!mode) throw new SqlError(1225, `An invalid application lock mode was passed to ${caller}.`);
  return mode;
}

function ownerOf(session: SessionRuntime, name: Value | undefined, caller: string): LockOwner {
  const owner = String(name ?? "Transaction")
    .trimEnd()
    .toLowerCase();
  if (owner === "session") return session.sessionLocks;
  if (owner !== "transaction") throw new SqlError(1226, `An invalid application lock owner was passed to ${caller}.`);
  const transaction = session.transactions.count > 0 ? session.transactions.active : undefined;
  if (transaction) return transaction;
  throw new SqlError(3918, "The statement or function must be executed in the context of a user transaction.", 2);
}
