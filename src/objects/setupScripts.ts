import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { scriptBatches, scriptLines } from "../sqlserver";
import { normalizeModule } from "./installation";
import type { MadeObject } from "./memberSetup";

/** The scripts of a set-up, in the order in which their maker wants them run. */
const setupFiles = ["Backup_Setup_All_Tables.sql", "Backup_Setup_All_Procs.sql"] as const;

/** A batch, and where it stands. */
export interface SetupBatch {
  readonly text: string;
  readonly file: string;
  /** Counted from 1 in its file. */
  readonly number: number;
  /** The line of the file in which it begins. */
  readonly line: number;
}

/** The official set-up scripts of a folder. Their text is Microsoft's and stays where it is: no state holds it. */
export interface SetupScripts {
  readonly folder: string;
  readonly batches: readonly SetupBatch[];
  /** A digest of each file's text, by file, which tells a newer one. Line ends and encodings do not count. */
  readonly digests: Readonly<Record<string, string>>;
}

/**
 * Reads the scripts of a folder on this machine. Throws an error that names every file that is missing or cannot be
 * run: one that changes the database, or needs sqlcmd.
 */
export function readSetupScripts(folder: string): SetupScripts {
  const texts = setupFiles.map((file) => ({ file, text: readScript(folder, file) }));
  const missing = texts.filter(({ text }) => text === undefined).map(({ file }) => file);
  if (missing.length > 0) {
    throw new Error(
      `The folder ${folder}, as seen from ${process.cwd()} on this machine, has no ${missing.join(" and no ")}. setup names the folder of BizTalk Server's Backup_Setup_All scripts (its Schema folder), or is "builtIn".`,
    );
  }
  const scripts = texts.map(({ file, text = "" }) => ({ file, text }));
  const mistakes = scripts.flatMap(({ file, text }) => mistakesIn(text).map((mistake) => `${file}, ${mistake}`));
  if (mistakes.length > 0) {
    throw new Error([`The scripts in ${folder} cannot be run:`, ...mistakes].join("\n  "));
  }
  return {
    folder,
    batches: scripts.flatMap(({ file, text }) =>
      scriptBatches(text).flatMap(({ text: batch, line, count }, index) =>
        Array.from({ length: count }, () => ({ text: batch, file, number: index + 1, line })),
      ),
    ),
    digests: Object.fromEntries(scripts.map(({ file, text }) => [file, digestOf(text)])),
  };
}

function readScript(folder: string, file: string): string | undefined {
  try {
    return decode(readFileSync(join(folder, file)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** A file's text, whatever it was saved as: UTF-16 or UTF-8 with its mark, UTF-8, or the Windows code page. */
function decode(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** What keeps a script from being run here, each with its line. */
function mistakesIn(script: string): string[] {
  return scriptLines(script).flatMap(({ text, number, startsOpen, code }) => {
    const line = `line ${number}`;
    const command = startsOpen ? null : /^\s*(:\s*!*\w+|!!|(?:exit|quit|reset|ed)\b(?=\s*(?:\(|$)))/i.exec(text);
    if (command) return [`${line}: ${command[1]?.trim()} is a command of sqlcmd, which is not used here`];
    const variable = /\$\(\w+\)/.exec(text);
    if (variable) return [`${line}: ${variable[0]} is a variable of sqlcmd, which is not used here`];
    if (/(?:^|[\s;])USE(?=\s|$)(?!\s+(?:HINT|PLAN)\b)/i.test(code)) {
      return [`${line}: USE leads to another database; the script must run in the one that it is told to`];
    }
    return [];
  });
}

const digestLength = 16;

function digestOf(text: string): string {
  const hash = createHash("sha256").update(text.replace(/\r\n|\r/g, "\n"));
  return `sha256:${hash.digest("hex").slice(0, digestLength)}`;
}

/** A digest of an object's text, by which a change of it is noticed; empty for an object without text. */
export function definitionDigest(definition: string | null | undefined): string {
  return definition ? digestOf(normalizeModule(definition)) : "";
}

/** Whether the scripts make an object of this name, as opposed to one that somebody else made at the same time. */
export function makesObject(scripts: SetupScripts, { name }: Pick<MadeObject, "name">): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const pattern = new RegExp(`\\bCREATE\\b[^;]{0,200}?[\\s.["]${escaped}(?![\\w$#@])`, "i");
  return scripts.batches.some(({ text }) => pattern.test(text));
}

/** Where in the scripts a batch failed, for a message. */
export function placeOfBatch(scripts: SetupScripts, index: number, lineInBatch: number | undefined): string {
  const batch = scripts.batches[index];
  if (!batch) return scripts.folder;
  const line = batch.line + Math.max((lineInBatch ?? 1) - 1, 0);
  return `${batch.file}, batch ${batch.number}, line ${line}`;
}
