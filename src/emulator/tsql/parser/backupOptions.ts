import type { BackupOption } from "../ast";
import { parseSignedConstant, parseStringOrVariable } from "./literals";
import { parseIdentifier, parseWord } from "./names";
import type { Parser } from "./parser";

const COMMON = `BLOCKSIZE BUFFERCOUNT MAXTRANSFERSIZE CHECKSUM NO_CHECKSUM CONTINUE_AFTER_ERROR STOP_ON_ERROR STATS REWIND
NOREWIND UNLOAD NOUNLOAD CREDENTIAL MEDIANAME MEDIAPASSWORD PASSWORD RESTART NORECOVERY STANDBY`;

const BACKUP_OPTIONS: ReadonlySet<string> = new Set(
  `${COMMON} COPY_ONLY DIFFERENTIAL COMPRESSION NO_COMPRESSION DESCRIPTION NAME ENCRYPTION EXPIREDATE RETAINDAYS
  FILE_SNAPSHOT METADATA_ONLY NOINIT INIT NOSKIP SKIP NOFORMAT FORMAT MEDIADESCRIPTION NO_TRUNCATE NO_LOG
  TRUNCATE_ONLY`.split(/\s+/),
);

const RESTORE_OPTIONS: ReadonlySet<string> = new Set(
  `${COMMON} RECOVERY MOVE REPLACE RESTRICTED_USER FILE STOPAT STOPATMARK STOPBEFOREMARK PARTIAL KEEP_REPLICATION KEEP_CDC
  ENABLE_BROKER ERROR_BROKER_CONVERSATIONS NEW_BROKER FILESTREAM LOADHISTORY VERIFYONLY METADATA_ONLY
  SNAPSHOT_RESTORE_PHASE ERRORFILE`.split(/\s+/),
);

/** `WITH option, …` of BACKUP or RESTORE, if given. */
export function parseBackupOptions(parser: Parser, statement: "BACKUP" | "RESTORE"): BackupOption[] {
  if (!parser.take("WITH")) return [];
  const known = statement === "BACKUP" ? BACKUP_OPTIONS : RESTORE_OPTIONS;
  return parser.list(() => {
    if (!parser.isAny(known)) {
      if (!parser.isIdentifier) parser.fail();
      parser.failOption(parser.token, statement, parser.nextIs("=") ? 2 : 1);
    }
    return parseOption(parser);
  });
}

function parseOption(parser: Parser): BackupOption {
  const start = parser.token;
  const option: BackupOption = { name: parseWord(parser), span: parser.span(start) };
  if (option.name === "MOVE") {
    option.value = parseStringOrVariable(parser);
    parser.expect("TO");
    option.to = parseStringOrVariable(parser);
  } else if (parser.is("(")) {
    option.arguments = parseOptionArguments(parser);
  } else if (parser.take("=")) {
    option.value = parseSignedConstant(parser);
    if (option.name.startsWith("STOP") && parser.take("AFTER")) option.after = parseStringOrVariable(parser);
  }
  option.span = parser.span(start);
  return option;
}

/** `(ALGORITHM = AES_256, SERVER CERTIFICATE = c)`: upper-case names with their values as written. */
function parseOptionArguments(parser: Parser): Record<string, string> {
  const values: Record<string, string> = {};
  parser.parenthesizedList((inner) => {
    const words = [parseWord(inner)];
    while (!inner.is("=")) words.push(parseWord(inner));
    inner.expect("=");
    values[words.join(" ")] = inner.isString ? inner.advance().value : parseIdentifier(inner);
  });
  return values;
}
