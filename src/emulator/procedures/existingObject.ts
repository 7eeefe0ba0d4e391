/** The object that a procedure is told the name of. */
import { SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import { findObject, parseObjectName } from "../engine/session/names";
import type { ObjectRecord } from "../storage/records";

const NOWHERE = { line: 1, start: 0, end: 0 };

/** Errors 15165 and 15009 are what the old procedures say of an object they do not find. */
export function existingObject(text: string, activation: Activation, number: 15009 | 15165 = 15009): ObjectRecord {
  const { session } = activation;
  const record = findObject(session, session.database, parseObjectName(text, NOWHERE));
  if (record) return record;
  throw number === 15009
    ? new SqlError(
        15009,
        `The object '${text}' does not exist in database '${session.database.name}' or is invalid for this operation.`,
      )
    : new SqlError(15165, `Could not find object '${text}' or you do not have permission.`);
}
