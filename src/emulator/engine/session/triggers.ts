/** DML triggers: run after the statement (or instead of it), in its transaction. */
import type { Database } from "../../storage/database";
import type { ObjectRecord } from "../../storage/records";
import { NotEmulatedError, SqlError } from "../errors";
import type { ModificationAction, TableChange } from "../query/queryEnvironment";
import { Activation } from "./activation";
import { runModule } from "./calls";
import { BatchAborted } from "./completion";
import { executeList } from "./interpreter";
import { moduleDefinition, moduleOf } from "./modules";
import type { SessionRuntime } from "./runtime";
import { declareAhead } from "./simpleStatements";
import type { Steps } from "./steps";
import { checkVariables } from "./variableCheck";

export function triggersOf(
  session: SessionRuntime,
  databaseId: number,
  objectId: number,
  action: ModificationAction,
): ObjectRecord[] {
  const database = session.server.databaseById(databaseId);
  if (!database) return [];
  const event = action.toUpperCase();
  return database.metadata.children(objectId).filter((child) => {
    const trigger = child.module?.trigger;
    return child.type === "TR" && trigger && !trigger.disabled && trigger.events.includes(event);
  });
}

/** Whether triggers answer to an action; a trigger's own table does not fire it again unless RECURSIVE_TRIGGERS is on. */
export function triggerKind(
  activation: Activation,
  databaseId: number,
  objectId: number,
  action: ModificationAction,
): "none" | "after" | "insteadOf" {
  const records = triggersOf(activation.session, databaseId, objectId, action);
  const insteadOf = records.find((r) => r.module?.trigger?.timing === "insteadOf");
  if (insteadOf && !isRunning(activation, insteadOf.id)) return "insteadOf";
  return records.some((r) => r.module?.trigger?.timing === "after") ? "after" : "none";
}

function isRunning(activation: Activation, triggerId: number): boolean {
  for (let one: Activation | null = activation; one; one = one.parent)
    if (one.kind === "trigger" && one.module?.objectId === triggerId) return true;
  return false;
}

export function* fireTriggers(changes: TableChange[], activation: Activation): Steps<void> {
  for (const change of changes) {
    const timing = change.insteadOf ? "insteadOf" : "after";
    const database = activation.session.server.databaseById(change.databaseId);
    if (!database) continue;
    for (const record of triggersOf(activation.session, change.databaseId, change.objectId, change.action)) {
      if (record.module?.trigger?.timing !== timing) continue;
      if (isRunning(activation, record.id) && !(timing === "after" && database.options.recursiveTriggers)) continue;
      yield* fire(record, change, activation);
    }
  }
}

function* fire(record: ObjectRecord, change: TableChange, caller: Activation): Steps<void> {
  const { session } = caller;
  const database = session.server.databaseById(change.databaseId);
  if (!database) return;
  if (session.nestLevel >= 32)
    throw new SqlError(217, "Maximum stored procedure, function, trigger, or view nesting level exceeded (limit 32).");
  const trigger = moduleOf(record, "trigger");
  if (trigger.on === "DATABASE" || trigger.on === "ALL SERVER") throw new NotEmulatedError("DDL triggers");
  const activation = new Activation(session, "trigger", caller);
  activation.module = session.runningModule(record, database);
  activation.text = moduleDefinition(record).text;
  declareAhead(checkVariables(trigger.body, []), activation);
  activation.trigger = {
    columns: change.columns,
    inserted: change.inserted,
    deleted: change.deleted,
    updatedColumns: change.updatedColumns,
    columnCount: change.columns.length,
  };
  const uncount = session.transactions.countForTrigger();
  try {
    yield* runTrigger(record, trigger, activation, change, database);
  } finally {
    uncount();
  }
}

function* runTrigger(
  record: ObjectRecord,
  trigger: ReturnType<typeof moduleOf<"trigger">>,
  activation: Activation,
  change: TableChange,
  database: Database,
): Steps<void> {
  const { session } = activation;
  const countBefore = session.transactionCount();
  const { xactAbort } = session.settings;
  const outerCount = session.rowCount;
  yield* runModule(activation, moduleDefinition(record).executeAs, record, database, function* () {
    // An error in a trigger ends the batch and undoes the transaction, unless the trigger turns XACT_ABORT off.
    session.settings.xactAbort = true;
    session.rowCount = change.inserted.length || change.deleted.length;
    yield* executeList(trigger.body, activation);
  });
  session.settings.xactAbort = xactAbort;
  session.rowCount = outerCount;
  if (session.endOfBatch) throw new BatchAborted();
  if (session.transactionCount() < countBefore) {
    throw new SqlError(3609, "The transaction ended in the trigger. The batch has been aborted.");
  }
}
