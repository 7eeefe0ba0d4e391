import type { AlterDatabase } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseInteger, parseWord } from "./names";
import type { Parser } from "./parser";

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(/\s+/));
}

/** Options of ALTER DATABASE … SET that are a word alone. */
const FLAGS = words(`ONLINE OFFLINE EMERGENCY SINGLE_USER MULTI_USER RESTRICTED_USER READ_ONLY READ_WRITE ENABLE_BROKER
DISABLE_BROKER NEW_BROKER ERROR_BROKER_CONVERSATIONS`);

/** Options that are ON or OFF, with or without `=`. */
const SWITCHES = words(`TORN_PAGE_DETECTION TRUSTWORTHY DB_CHAINING READ_COMMITTED_SNAPSHOT ALLOW_SNAPSHOT_ISOLATION
AUTO_CLOSE AUTO_SHRINK AUTO_CREATE_STATISTICS AUTO_UPDATE_STATISTICS AUTO_UPDATE_STATISTICS_ASYNC CURSOR_CLOSE_ON_COMMIT
DATE_CORRELATION_OPTIMIZATION ANSI_NULL_DEFAULT ANSI_NULLS ANSI_PADDING ANSI_WARNINGS ARITHABORT CONCAT_NULL_YIELDS_NULL
QUOTED_IDENTIFIER NUMERIC_ROUNDABORT RECURSIVE_TRIGGERS NESTED_TRIGGERS TRANSFORM_NOISE_WORDS HONOR_BROKER_PRIORITY
MEMORY_OPTIMIZED_ELEVATE_TO_SNAPSHOT MIXED_PAGE_ALLOCATION VARDECIMAL_STORAGE_FORMAT SUPPLEMENTAL_LOGGING
TEMPORAL_HISTORY_RETENTION DATA_RETENTION LEDGER SUSPEND_FOR_SNAPSHOT_BACKUP ACCELERATED_DATABASE_RECOVERY`);

const ON_OFF = words("ON OFF");

/** Options with another value; where the values are known, those. */
const WITH_VALUE: ReadonlyMap<string, ReadonlySet<string> | undefined> = new Map([
  ["RECOVERY", words("FULL SIMPLE BULK_LOGGED")],
  ["PAGE_VERIFY", words("CHECKSUM TORN_PAGE_DETECTION NONE")],
  ["CONTAINMENT", words("NONE PARTIAL")],
  ["CURSOR_DEFAULT", words("LOCAL GLOBAL")],
  ["PARAMETERIZATION", words("SIMPLE FORCED")],
  ["DELAYED_DURABILITY", words("DISABLED ALLOWED FORCED")],
  ["ENCRYPTION", words("ON OFF SUSPEND RESUME")],
  ["COMPATIBILITY_LEVEL", undefined],
  ["TWO_DIGIT_YEAR_CUTOFF", undefined],
  ["DEFAULT_LANGUAGE", undefined],
  ["DEFAULT_FULLTEXT_LANGUAGE", undefined],
  ["TARGET_RECOVERY_TIME", undefined],
  ["QUERY_STORE", undefined],
  ["CHANGE_TRACKING", undefined],
  ["HADR", undefined],
  ["PARTNER", undefined],
  ["WITNESS", undefined],
  ["AUTOMATIC_TUNING", undefined],
  ["FILESTREAM", undefined],
  ["REMOTE_DATA_ARCHIVE", undefined],
]);

type SetAction = Extract<AlterDatabase["action"], { kind: "set" }>;

/** The options and termination of one SET clause; SET has been read. */
export function parseSetClause(parser: Parser): SetAction {
  const action: SetAction = { kind: "set", options: parser.list(parseOption) };
  if (!parser.is("WITH")) return action;
  parser.advance();
  if (parser.take("NO_WAIT")) {
    action.termination = { kind: "noWait" };
    return action;
  }
  parser.expect("ROLLBACK");
  if (parser.take("IMMEDIATE")) {
    action.termination = { kind: "rollbackImmediate" };
  } else {
    parser.expect("AFTER");
    action.termination = { kind: "rollbackAfter", seconds: parseInteger(parser) };
    parser.take("SECONDS");
  }
  return action;
}

function parseOption(parser: Parser): SetAction["options"][number] {
  if (parser.isAny(FLAGS)) return { name: parseWord(parser) };
  const { text } = parser.token;
  if (!SWITCHES.has(text) && !WITH_VALUE.has(text)) parser.fail();
  parser.advance();
  const assigned = parser.take("=");
  if (!assigned && parser.is("(")) return { name: text, value: parser.skipParentheses() };
  return { name: text, value: parseOptionValue(parser, SWITCHES.has(text) ? ON_OFF : WITH_VALUE.get(text)) };
}

/** ON, FULL, 150, 60 SECONDS, ON (…): as written, words in upper case. */
function parseOptionValue(parser: Parser, allowed: ReadonlySet<string> | undefined): string {
  const { type, text, value } = parser.token;
  if (type === TokenType.Symbol || type === TokenType.End) parser.fail();
  if (allowed !== undefined ? !allowed.has(text) : type === TokenType.Keyword && !ON_OFF.has(text)) parser.fail();
  parser.advance();
  let result = text || value;
  if (parser.is("SECONDS") || parser.is("MINUTES")) result += ` ${parser.advance().text}`;
  if (parser.is("(")) result += ` ${parser.skipParentheses()}`;
  return result;
}
