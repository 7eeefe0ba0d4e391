/** NEXT VALUE FOR: sequences count on whatever becomes of the transaction. */
import type { Database } from "../../storage/database";
import type { ObjectRecord } from "../../storage/records";
import { SqlError } from "../errors";
import type { SqlType, Value } from "../values";
import type { Activation } from "./activation";

export function nextSequenceValue(_context: Activation, database: Database, record: ObjectRecord): Value {
  const { sequence } = record;
  if (!sequence) throw new SqlError(208, `Invalid object name '${record.name}'.`);
  const last = database.counters.get(`sequence:${record.id}`);
  let next = last === undefined ? sequence.start : last + sequence.increment;
  if (next > sequence.maximum || next < sequence.minimum) {
    if (!sequence.cycle) {
      throw new SqlError(
        11728,
        `The sequence object '${record.name}' has reached its minimum or maximum value. Restart the sequence object to allow new values to be generated.`,
      );
    }
    next = sequence.increment > 0n ? sequence.minimum : sequence.maximum;
  }
  database.counters.set(`sequence:${record.id}`, next);
  return toValue(next, sequence.type);
}

function toValue(value: bigint, type: SqlType): Value {
  switch (type.kind) {
    case "tinyint":
    case "smallint":
    case "int":
      return Number(value);
    default:
      return value;
  }
}
