import { resolve } from "node:path";
import { UsageError } from "./errors";

/** The flags of `mssql-backup emulator`, as commander gives them. */
export interface EmulatorFlags {
  readonly data?: string;
  readonly backups?: string;
  readonly host: string;
  readonly faults?: string;
  readonly script?: readonly string[];
  readonly json?: boolean;
}

export interface EmulatedServer {
  readonly serverName: string;
  readonly host: string;
  readonly port: number;
  readonly dataDirectory?: string;
  readonly backupDirectory?: string;
}

/** A T-SQL script, and the server on which it is run. */
export interface ServerScript {
  readonly serverName: string;
  readonly file: string;
}

const defaultName = "CONTROL";

/** Names and flags as servers to start. */
export function emulatorOptionsFrom(names: readonly string[], flags: EmulatorFlags): EmulatedServer[] {
  const servers = (names.length === 0 ? [defaultName] : names).map(parseServer);
  const seen = new Set<string>();
  return servers.map(({ name, port }) => {
    const key = name.toUpperCase();
    if (seen.has(key)) throw new UsageError(`Two servers are called ${name}.`);
    seen.add(key);
    return {
      serverName: name,
      host: flags.host,
      port,
      ...(flags.data !== undefined && { dataDirectory: resolve(flags.data, folderFor(name)) }),
      ...(flags.backups !== undefined && { backupDirectory: resolve(flags.backups) }),
    };
  });
}

/** `NAME=FILE` for each server that has a script; a lone server needs no name. */
export function scriptsFrom(
  servers: readonly Pick<EmulatedServer, "serverName">[],
  flags: Pick<EmulatorFlags, "script">,
): ServerScript[] {
  return (flags.script ?? []).map((text) => {
    const [only] = servers;
    const at = text.indexOf("=");
    if (at < 0 && only && servers.length === 1) return { serverName: only.serverName, file: text };
    const name = text.slice(0, Math.max(at, 0)).toUpperCase();
    const server = servers.find(({ serverName }) => serverName.toUpperCase() === name);
    const file = text.slice(at + 1);
    if (server && file !== "") return { serverName: server.serverName, file };
    const names = servers.map(({ serverName }) => serverName).join(", ");
    throw new UsageError(`Expected --script as NAME=FILE with one of the servers (${names}), got \`${text}\`.`);
  });
}

function parseServer(text: string): { name: string; port: number } {
  const parts = /^([^:]{1,128})(?::(\d{1,5}))?$/.exec(text);
  const port = Number(parts?.[2] ?? 0);
  if (!parts?.[1] || port > 65535) throw new UsageError(`Expected a server as NAME or NAME:PORT, got \`${text}\`.`);
  return { name: parts[1], port };
}

/** An instance's `\` and whatever else no folder may be called. */
function folderFor(name: string): string {
  return name.replace(/[<>:"/\\|?*]/g, "_");
}
