import type { BackupDevice, BackupStatement, RestoreStatement, Statement } from "../ast";
import { parseBackupOptions } from "./backupOptions";
import { parseConstant, parseStringOrVariable } from "./literals";
import { parseIdentifier, parseStringValue, parseVariable } from "./names";
import type { Parser } from "./parser";
import { parseUnsupported } from "./unsupported";

export function parseBackup(parser: Parser): Statement {
  const start = parser.expect("BACKUP");
  const refused = takeKeyObject(parser);
  if (refused !== undefined) return parseUnsupported(parser, start, `BACKUP ${refused}`);
  const what = parseDatabaseOrLog(parser);
  const statement: BackupStatement = {
    kind: "backup",
    what,
    database: parseDatabase(parser),
    devices: [],
    mirrors: [],
    options: [],
    span: parser.span(start),
  };
  const files = parseFiles(parser);
  if (files !== undefined) statement.files = files;
  // WITH TRUNCATE_ONLY and NO_LOG, gone since SQL Server 2008, needed no device.
  if (parser.take("TO")) statement.devices = parser.list(parseDevice);
  else if (!parser.is("WITH")) parser.fail();
  while (parser.is("MIRROR") && parser.nextIs("TO")) {
    parser.advance();
    parser.advance();
    statement.mirrors.push(parser.list(parseDevice));
  }
  statement.options = parseBackupOptions(parser, "BACKUP");
  statement.span = parser.span(start);
  return statement;
}

/** Keys and certificates, which BACKUP and RESTORE take to files. */
function takeKeyObject(parser: Parser): string | undefined {
  for (const words of [
    ["SERVICE", "MASTER", "KEY"],
    ["MASTER", "KEY"],
    ["SYMMETRIC", "KEY"],
    ["CERTIFICATE"],
    ["SERVER"],
    ["GROUP"],
  ]) {
    if (parser.takeWords(...words)) return words.join(" ");
  }
  return undefined;
}

function parseDatabaseOrLog(parser: Parser): "database" | "log" {
  if (parser.take("DATABASE")) return "database";
  if (parser.take("LOG")) return "log";
  if (parser.is("TRAN") || parser.is("TRANSACTION")) {
    parser.advance();
    return "log";
  }
  return parser.fail();
}

function parseDatabase(parser: Parser): string | { variable: string } {
  return parser.isVariable ? { variable: parseVariable(parser) } : parseIdentifier(parser);
}

/** `FILE = 'a', FILEGROUP = 'b', READ_WRITE_FILEGROUPS, PAGE = '1:2'`, as written, if given. */
function parseFiles(parser: Parser): string[] | undefined {
  const files: string[] = [];
  const names = ["FILE", "FILEGROUP", "READ_WRITE_FILEGROUPS", "PAGE"];
  while (names.includes(parser.token.text)) {
    const start = parser.advance();
    if (start.text !== "READ_WRITE_FILEGROUPS") {
      parser.expect("=");
      parseStringOrVariable(parser);
    }
    files.push(parser.source(start));
    if (!parser.take(",")) break;
  }
  return files.length > 0 ? files : undefined;
}

const DEVICE_TYPES = { DISK: "disk", URL: "url", TAPE: "tape" } as const;

/** `DISK = '…'`, or the name of a logical device. */
function parseDevice(parser: Parser): BackupDevice {
  const type = DEVICE_TYPES[parser.token.text as keyof typeof DEVICE_TYPES];
  if (type !== undefined && parser.nextIs("=")) {
    parser.advance();
    parser.advance();
    return { type, path: parseStringOrVariable(parser) };
  }
  if (parser.is("VIRTUAL_DEVICE") || parser.is("DATABASE_SNAPSHOT")) parser.fail();
  if (parser.isVariable) return { type: "logical", path: parseConstant(parser) ?? parser.fail() };
  const start = parser.token;
  const value = parseIdentifier(parser);
  return { type: "logical", path: { kind: "string", value, national: true, span: parser.span(start) } };
}

const RESTORE_KINDS: Readonly<Record<string, RestoreStatement["what"]>> = {
  HEADERONLY: "headeronly",
  FILELISTONLY: "filelistonly",
  VERIFYONLY: "verifyonly",
  LABELONLY: "labelonly",
  REWINDONLY: "rewindonly",
};

export function parseRestore(parser: Parser): Statement {
  const start = parser.expect("RESTORE");
  const refused = takeKeyObject(parser);
  if (refused !== undefined) return parseUnsupported(parser, start, `RESTORE ${refused}`);
  const kind = RESTORE_KINDS[parser.token.text];
  if (kind !== undefined) parser.advance();
  const statement: RestoreStatement = {
    kind: "restore",
    what: kind ?? parseDatabaseOrLog(parser),
    devices: [],
    options: [],
    span: parser.span(start),
  };
  if (kind === undefined) {
    statement.database = parseDatabase(parser);
    const files = parseFiles(parser);
    if (files !== undefined) statement.files = files;
  } else if (!parser.is("FROM")) {
    parser.fail();
  }
  if (parser.take("FROM")) parseRestoreSource(parser, statement);
  statement.options = parseBackupOptions(parser, "RESTORE");
  statement.span = parser.span(start);
  return statement;
}

function parseRestoreSource(parser: Parser, statement: RestoreStatement): void {
  if (!parser.takeWords("DATABASE_SNAPSHOT", "=")) {
    statement.devices = parser.list(parseDevice);
    return;
  }
  statement.fromSnapshot = parser.isString ? parseStringValue(parser) : parseIdentifier(parser);
}
