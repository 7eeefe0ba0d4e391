import { resolve } from "node:path";
import { UsageError } from "./errors";

/** The flags of `mssql-backup emulator`, as commander gives them. */
export interface EmulatorFlags {
  readonly data?: string;
  readonly backups?: string;
  readonly host: string;
  readonly faults?: string;
  readonly json?: boolean;
}

export interface EmulatedServer {
  readonly serverName: string;
  readonly host: string;
  readonly port: number;
  readonly dataDirectory?: string;
  readonly backupDirectory?: string;
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
