import type { MoveRule, RenameRule, RestoreGoal, RestoreRequest } from "../restore";
import type { ConnectionFlags } from "./connectionOptions";
import { UsageError } from "./errors";

/** The flags of `mssql-backup restore`, as commander gives them. */
export interface RestoreFlags extends ConnectionFlags {
  readonly to: readonly string[];
  readonly plan?: boolean;
  readonly replace?: boolean;
  readonly serverMap?: readonly string[];
  readonly rename?: readonly string[];
  readonly move?: readonly string[];
  readonly json?: boolean;
}

/** Flags as what the restore is asked to do. */
export function restoreOptionsFrom(
  flags: RestoreFlags,
): Pick<RestoreRequest, "goal" | "planOnly" | "replace" | "serverMap" | "rename" | "move"> {
  return {
    goal: goalFrom(flags.to),
    planOnly: flags.plan ?? false,
    replace: flags.replace ?? false,
    serverMap: Object.fromEntries((flags.serverMap ?? []).map((text) => splitRule("--server-map", "FROM=TO", text))),
    rename: (flags.rename ?? []).map(renameRule),
    move: (flags.move ?? []).map(moveRule),
  };
}

/** `latest`, a mark's name, or `before` and a time. */
export function goalFrom(words: readonly string[]): RestoreGoal {
  const text = words.join(" ").trim();
  if (text === "latest") return { kind: "latest" };
  const time = /^before\s+(.+)$/i.exec(text)?.[1];
  if (time !== undefined) return { kind: "before", time: parseTime(time) };
  if (text === "" || /\s/.test(text)) {
    throw new UsageError(`Expected --to latest, --to MARK or --to "before TIME", got \`${text}\`.`);
  }
  const { markName } = require("../restore") as typeof import("../restore");
  return { kind: "mark", mark: markName(text) };
}

function parseTime(text: string): string {
  const { DateTime } = require("luxon") as typeof import("luxon");
  const time = DateTime.fromISO(text.trim().replace(/ (?=\d\d:)/, "T"), { zone: "utc" });
  const iso = time.toUTC().toISO();
  if (!time.isValid || iso === null)
    throw new UsageError(`Expected a time as in 2026-05-06T14:15:00Z, got \`${text}\`.`);
  return iso;
}

function renameRule(text: string): RenameRule {
  const [from, to] = splitRule("--rename", "[SERVER/]FROM=TO", text);
  const slash = from.indexOf("/");
  return slash < 0 ? { from, to } : { server: from.slice(0, slash), from: from.slice(slash + 1), to };
}

/** A folder may hold `=` no more than a server name does. */
function moveRule(text: string): MoveRule {
  if (text === "") throw new UsageError("Expected --move as [SERVER=]FOLDER, got nothing.");
  if (!text.includes("=")) return { folder: text };
  const [server, folder] = splitRule("--move", "[SERVER=]FOLDER", text);
  return { server, folder };
}

function splitRule(flag: string, form: string, text: string): [string, string] {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1) throw new UsageError(`Expected ${flag} as ${form}, got \`${text}\`.`);
  return [text.slice(0, at), text.slice(at + 1)];
}
