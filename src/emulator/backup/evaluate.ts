/** Evaluates the variable parts of BACKUP and RESTORE: options, devices, names. */
import { NotEmulatedError, SqlError } from "../engine/errors";
import { compileExpression } from "../engine/expressions/compile";
import type { Activation } from "../engine/session/activation";
import { convertArgument } from "../engine/session/conversion";
import { scopeOf } from "../engine/session/environment";
import type { Steps } from "../engine/session/steps";
import type { SqlType, Value } from "../engine/values";
import type { BackupDevice, BackupOption, Expression } from "../tsql/ast";
import type { DeviceName } from "./devices";
import { Options } from "./options";

const TEXT: SqlType = { kind: "nvarchar", length: 4000 };
const NUMBER: SqlType = { kind: "int" };
const TIME: SqlType = { kind: "datetime" };

const NUMBERS = new Set(["STATS", "FILE", "RETAINDAYS", "BLOCKSIZE", "BUFFERCOUNT", "MAXTRANSFERSIZE"]);
const TIMES = new Set(["EXPIREDATE", "STOPAT"]);

/** Refused by name wherever they stand. */
const NOT_EMULATED = new Set([
  "CREDENTIAL",
  "FILE_SNAPSHOT",
  "METADATA_ONLY",
  "PARTIAL",
  "FILESTREAM",
  "SNAPSHOT_RESTORE_PHASE",
  "ERRORFILE",
  "MEDIAPASSWORD",
  "PASSWORD",
]);

/** Gone since SQL Server 2008. */
const DISCONTINUED = new Set(["NO_LOG", "TRUNCATE_ONLY"]);

export function* evaluateOptions(
  statement: "BACKUP" | "RESTORE",
  options: readonly BackupOption[],
  activation: Activation,
): Steps<Options> {
  const result = new Options();
  for (const option of options) {
    const { name, value } = option;
    if (DISCONTINUED.has(name)) throw new SqlError(155, `'${name}' is not a recognized ${statement} option.`, 1, 15);
    if (NOT_EMULATED.has(name)) throw new NotEmulatedError(`${statement} … WITH ${name}`);
    if (name === "MOVE" && value && option.to) {
      const logicalName = String(yield* evaluate(value, TEXT, activation));
      result.moves.push({ logicalName, physicalName: String(yield* evaluate(option.to, TEXT, activation)) });
      continue;
    }
    if (option.arguments) result.encryption = option.arguments;
    if (option.after) result.after = (yield* evaluate(option.after, TIME, activation)) as bigint | null;
    const type = NUMBERS.has(name) ? NUMBER : TIMES.has(name) ? TIME : TEXT;
    result.set(name, value ? yield* evaluate(value, type, activation) : null);
  }
  return result;
}

export function* evaluateDevices(devices: readonly BackupDevice[], activation: Activation): Steps<DeviceName[]> {
  const names: DeviceName[] = [];
  for (const { type, path } of devices) {
    names.push({ type, name: String((yield* evaluate(path, TEXT, activation)) ?? "") });
  }
  return names;
}

export function databaseName(
  database: string | { variable: string } | undefined,
  activation: Activation,
): string | undefined {
  if (database === undefined || typeof database === "string") return database;
  return String(activation.getVariable(database.variable) ?? "");
}

function* evaluate(expression: Expression, type: SqlType, activation: Activation): Steps<Value> {
  const compiled = compileExpression(expression, scopeOf(activation));
  const value = yield* activation.session.evaluate(activation, (frame) => compiled.evaluate(frame));
  return convertArgument(value, compiled.type, type, activation);
}
