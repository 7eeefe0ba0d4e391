import type { AlterDatabase } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseInteger, parseWord } from "./names";
import type { Parser } from "./parser";

/** Options of ALTER DATABASE … SET that are a word alone. */
const FLAGS: ReadonlySet<string> = new Set(
  `ONLINE OFFLINE EMERGENCY SINGLE_USER MULTI_USER RESTRICTED_USER READ_ONLY READ_WRITE ENABLE_BROKER DISABLE_BROKER
  NEW_BROKER ERROR_BROKER_CONVERSATIONS`.split(/\s+/),
);

/** Options with a value, with or without `=`. */
const WITH_VALUE: ReadonlySet<string> = new Set(
  `RECOVERY PAGE_VERIFY TORN_PAGE_DETECTION COMPATIBILITY_LEVEL CONTAINMENT TRUSTWORTHY DB_CHAINING
  READ_COMMITTED_SNAPSHOT ALLOW_SNAPSHOT_ISOLATION AUTO_CLOSE AUTO_SHRINK AUTO_CREATE_STATISTICS AUTO_UPDATE_STATISTICS
  AUTO_UPDATE_STATISTICS_ASYNC CURSOR_CLOSE_ON_COMMIT CURSOR_DEFAULT DATE_CORRELATION_OPTIMIZATION ENCRYPTION
  PARAMETERIZATION ANSI_NULL_DEFAULT ANSI_NULLS ANSI_PADDING ANSI_WARNINGS ARITHABORT CONCAT_NULL_YIELDS_NULL
  QUOTED_IDENTIFIER NUMERIC_ROUNDABORT RECURSIVE_TRIGGERS NESTED_TRIGGERS TRANSFORM_NOISE_WORDS
  TWO_DIGIT_YEAR_CUTOFF DEFAULT_LANGUAGE DEFAULT_FULLTEXT_LANGUAGE HONOR_BROKER_PRIORITY TARGET_RECOVERY_TIME
  DELAYED_DURABILITY MEMORY_OPTIMIZED_ELEVATE_TO_SNAPSHOT MIXED_PAGE_ALLOCATION QUERY_STORE CHANGE_TRACKING HADR PARTNER
  WITNESS ACCELERATED_DATABASE_RECOVERY TEMPORAL_HISTORY_RETENTION AUTOMATIC_TUNING FILESTREAM REMOTE_DATA_ARCHIVE
  VARDECIMAL_STORAGE_FORMAT SUPPLEMENTAL_LOGGING DATA_RETENTION LEDGER SUSPEND_FOR_SNAPSHOT_BACKUP`.split(/\s+/),
);

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
  if (!parser.isAny(WITH_VALUE)) parser.fail();
  const name = parseWord(parser);
  const assigned = parser.take("=");
  if (!assigned && parser.is("(")) return { name, value: parser.skipParentheses() };
  return { name, value: parseOptionValue(parser) };
}

/** ON, FULL, 150, 60 SECONDS, ON (…): as written, words in upper case. */
function parseOptionValue(parser: Parser): string {
  const { type, text, value } = parser.token;
  if (type === TokenType.Symbol || type === TokenType.End) parser.fail();
  parser.advance();
  let result = text || value;
  if (parser.is("SECONDS") || parser.is("MINUTES")) result += ` ${parser.advance().text}`;
  if (parser.is("(")) result += ` ${parser.skipParentheses()}`;
  return result;
}
