/** SET options. They last until the session, the procedure or the dynamic text that set them ends. */
import type { Expression, Statement } from "../../tsql/ast";
import { NotEmulatedError, SqlError } from "../errors";
import { compileExpression } from "../expressions/compile";
import type { SessionSettings } from "../expressions/scope";
import type { Activation } from "./activation";
import { scopeOf } from "./environment";
import type { SessionRuntime } from "./runtime";

export const DEFAULT_SETTINGS: Readonly<SessionSettings> = {
  ansiNulls: true,
  ansiPadding: true,
  ansiWarnings: true,
  ansiNullDefault: true,
  arithAbort: true,
  arithIgnore: false,
  concatNullYieldsNull: true,
  numericRoundAbort: false,
  quotedIdentifier: true,
  noCount: false,
  noExec: false,
  parseOnly: false,
  fmtOnly: false,
  xactAbort: false,
  implicitTransactions: false,
  cursorCloseOnCommit: false,
  remoteProcTransactions: false,
  rowCountLimit: 0,
  lockTimeout: -1,
  dateFirst: 7,
  dateFormat: "mdy",
  language: "us_english",
  isolation: "READ COMMITTED",
  deadlockPriority: 0,
};

type Flag = { [K in keyof SessionSettings]: SessionSettings[K] extends boolean ? K : never }[keyof SessionSettings];

const FLAGS: Record<string, Flag> = {
  ANSI_NULLS: "ansiNulls",
  ANSI_PADDING: "ansiPadding",
  ANSI_WARNINGS: "ansiWarnings",
  ANSI_NULL_DFLT_ON: "ansiNullDefault",
  ARITHABORT: "arithAbort",
  ARITHIGNORE: "arithIgnore",
  CONCAT_NULL_YIELDS_NULL: "concatNullYieldsNull",
  NUMERIC_ROUNDABORT: "numericRoundAbort",
  QUOTED_IDENTIFIER: "quotedIdentifier",
  NOCOUNT: "noCount",
  NOEXEC: "noExec",
  PARSEONLY: "parseOnly",
  FMTONLY: "fmtOnly",
  XACT_ABORT: "xactAbort",
  IMPLICIT_TRANSACTIONS: "implicitTransactions",
  CURSOR_CLOSE_ON_COMMIT: "cursorCloseOnCommit",
  REMOTE_PROC_TRANSACTIONS: "remoteProcTransactions",
};

const ANSI_DEFAULTS: Flag[] = [
  "ansiNulls",
  "ansiPadding",
  "ansiWarnings",
  "ansiNullDefault",
  "quotedIdentifier",
  "implicitTransactions",
  "cursorCloseOnCommit",
];

/** Options that change only plans or what is shown of them. */
const WITHOUT_EFFECT = new Set([
  "FORCEPLAN",
  "OFFSETS",
  "NO_BROWSETABLE",
  "DISABLE_DEF_CNST_CHK",
  "ANSI_NULL_DFLT_OFF",
]);

/** True when the statement was a SET option. */
export function executeSetting(statement: Statement, activation: Activation): boolean {
  const { session } = activation;
  switch (statement.kind) {
    case "setOption":
      for (const option of statement.options) setFlag(session.settings, option.toUpperCase(), statement.on);
      return true;
    case "setValue":
      setValue(statement.option.toUpperCase(), statement.value, activation);
      return true;
    case "setIsolation":
      session.settings.isolation = isolationLevel(statement.level);
      return true;
    case "setStatistics":
      return true;
    default:
      return false;
  }
}

export function setFlag(settings: SessionSettings, option: string, on: boolean): void {
  if (option === "ANSI_DEFAULTS") {
    for (const flag of ANSI_DEFAULTS) settings[flag] = on;
    return;
  }
  const flag = FLAGS[option];
  if (flag) settings[flag] = on;
  else if (option.startsWith("SHOWPLAN")) throw new NotEmulatedError(`SET ${option}`);
  else if (!WITHOUT_EFFECT.has(option)) throw new SqlError(195, `'${option}' is not a recognized SET option.`, 5, 15);
}

export function isolationLevel(level: string): SessionSettings["isolation"] {
  const name = level.toUpperCase();
  if (
    name === "READ UNCOMMITTED" ||
    name === "READ COMMITTED" ||
    name === "REPEATABLE READ" ||
    name === "SERIALIZABLE" ||
    name === "SNAPSHOT"
  )
    return name;
  throw new SqlError(102, `Incorrect syntax near '${level}'.`, 1, 15);
}

function setValue(option: string, expression: Expression, activation: Activation): void {
  const { session } = activation;
  const { settings } = session;
  switch (option) {
    case "LOCK_TIMEOUT":
      settings.lockTimeout = integer(expression, activation);
      return;
    case "DATEFIRST": {
      const day = integer(expression, activation);
      if (day < 1 || day > 7) throw new SqlError(2744, `The value ${day} is not a valid DATEFIRST setting.`);
      settings.dateFirst = day;
      return;
    }
    case "ROWCOUNT":
      settings.rowCountLimit = integer(expression, activation);
      return;
    case "TEXTSIZE": {
      const size = integer(expression, activation);
      session.textSize = size <= 0 ? 2147483647 : size;
      return;
    }
    case "DATEFORMAT": {
      const format = word(expression, activation).toLowerCase();
      if (!/^(mdy|dmy|ymd|ydm|myd|dym)$/.test(format))
        throw new SqlError(2741, `SET DATEFORMAT date order '${format}' is invalid.`);
      settings.dateFormat = format;
      return;
    }
    case "LANGUAGE":
      setLanguageOf(session, word(expression, activation));
      return;
    case "DEADLOCK_PRIORITY":
      settings.deadlockPriority = deadlockPriority(expression, activation);
      return;
    case "CONTEXT_INFO": {
      const value = evaluate(expression, activation);
      if (!(value instanceof Uint8Array))
        throw new SqlError(2738, "Must pass parameters to SET CONTEXT_INFO as varbinary.");
      const padded = new Uint8Array(128);
      padded.set(value.subarray(0, 128));
      session.contextInfo = padded;
      return;
    }
    case "QUERY_GOVERNOR_COST_LIMIT":
      return;
    default:
      throw new NotEmulatedError(`SET ${option}`);
  }
}

const PRIORITIES: Record<string, number> = { LOW: -5, NORMAL: 0, HIGH: 5 };

/** LOW, NORMAL, HIGH or -10 to 10; as a word, a string or a number. */
function deadlockPriority(expression: Expression, activation: Activation): number {
  if (expression.kind === "column") return PRIORITIES[expression.parts.join(".").toUpperCase()] ?? 0;
  const value = evaluate(expression, activation);
  if (typeof value === "string") return PRIORITIES[value.trim().toUpperCase()] ?? 0;
  return Math.max(-10, Math.min(10, Number(value ?? 0)));
}

/** First day of the week and order of dates by language (sys.syslanguages). */
const LANGUAGES: Record<string, { name: string; dateFirst: number; dateFormat: string }> = {
  us_english: { name: "us_english", dateFirst: 7, dateFormat: "mdy" },
  english: { name: "us_english", dateFirst: 7, dateFormat: "mdy" },
  british: { name: "British", dateFirst: 1, dateFormat: "dmy" },
  german: { name: "Deutsch", dateFirst: 1, dateFormat: "dmy" },
  deutsch: { name: "Deutsch", dateFirst: 1, dateFormat: "dmy" },
  french: { name: "Français", dateFirst: 1, dateFormat: "dmy" },
  français: { name: "Français", dateFirst: 1, dateFormat: "dmy" },
};

export function setLanguageOf(session: SessionRuntime, name: string): void {
  const language = LANGUAGES[name.toLowerCase()];
  if (!language)
    throw new SqlError(
      2742,
      `SET LANGUAGE failed because '${name}' is not an official language name or a language alias on this SQL Server.`,
    );
  const previous = session.settings.language;
  Object.assign(session.settings, {
    language: language.name,
    dateFirst: language.dateFirst,
    dateFormat: language.dateFormat,
  });
  session.output.environment({ kind: "language", value: language.name, previous });
  session.inform(5703, `Changed language setting to ${language.name}.`, 1);
}

function evaluate(expression: Expression, activation: Activation) {
  return compileExpression(expression, scopeOf(activation)).evaluate({
    tuple: [],
    slots: [],
    parent: null,
    context: activation,
  });
}

function integer(expression: Expression, activation: Activation): number {
  const value = evaluate(expression, activation);
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  throw new SqlError(2740, "SET option failed because the value must be an integer.");
}

/** A bare word (`SET DATEFORMAT dmy`), a string or a variable. */
function word(expression: Expression, activation: Activation): string {
  if (expression.kind === "column") return expression.parts.join(".");
  return String(evaluate(expression, activation) ?? "");
}
