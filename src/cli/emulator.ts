import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Command } from "commander";
import type { Emulator, Faults } from "../emulator";
import { type ActionContext, runAction } from "./action";
import { type EmulatorFlags, emulatorOptionsFrom, type ServerScript, scriptsFrom } from "./emulatorOptions";
import { UsageError } from "./errors";
import { exitCodeHelp, exitCodes } from "./exitCodes";

/** `mssql-backup emulator` */
export function addEmulator(program: Command): void {
  const command = program
    .command("emulator")
    .description("start emulated SQL Servers, which stand in for real ones in trials and tests, until Ctrl-C")
    .argument("[servers...]", "NAME or NAME:PORT of each server; without a port, any that is free (default: CONTROL)")
    .option("--data <folder>", "keep the servers' databases in a folder, one folder each; in memory without it")
    .option("--backups <folder>", "where relative paths of BACKUP and RESTORE begin")
    .option("--script <[name=]file>", "T-SQL to run on a server when it starts, as sa; may be given again", collect)
    .option("--host <address>", "address to listen at", "127.0.0.1")
    .option("--faults <list>", "what is to go wrong, e.g. latency=5,drop=3:after,deadlock=2")
    .option("--json", "print the ready line as JSON")
    .addHelpText(
      "after",
      `
The password of the login sa is read from MSSQL_BACKUP_PASSWORD; without it one is made and printed.
${exitCodeHelp({ ok: "ended by Ctrl-C", failed: "failed, e.g. because the port is in use" })}`,
    );
  command.action(runAction(command, (flags: EmulatorFlags, context) => runEmulators(command.args, flags, context)));
}

async function runEmulators(names: readonly string[], flags: EmulatorFlags, context: ActionContext): Promise<number> {
  const { terminal, json, signal, env } = context;
  const made = env.MSSQL_BACKUP_PASSWORD ? undefined : `${randomBytes(12).toString("base64url")}aA1!`;
  const password = env.MSSQL_BACKUP_PASSWORD || (made ?? "");
  const servers = emulatorOptionsFrom(names, flags);
  const scripts = scriptsFrom(servers, flags).map((script) => ({ ...script, text: readScript(script) }));
  const { parseFaults, startEmulators } = require("../emulator") as typeof import("../emulator");
  const emulators = await startEmulators(
    servers.map((server) => ({
      ...server,
      saPassword: password,
      ...(flags.faults !== undefined && { faults: faultsFrom(flags.faults, parseFaults) }),
    })),
  );
  try {
    for (const { serverName, file, text } of scripts) {
      const emulator = emulators.find((each) => each.serverName === serverName);
      await emulator?.execute(text).catch((error: unknown) => {
        throw new Error(`The script ${file} failed on ${serverName}:\n${errorText(error)}`, { cause: error });
      });
    }
    terminal.print(...readyLines(emulators, json, made));
    if (!signal.aborted) await once(signal, "abort");
    return exitCodes.ok;
  } finally {
    await Promise.all(emulators.map((emulator) => emulator.close()));
  }
}

function faultsFrom(text: string, parse: (text: string) => Faults): Faults {
  try {
    return parse(text);
  } catch (error) {
    throw new UsageError(`--faults: ${errorText(error)}`);
  }
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

function readScript({ file }: ServerScript): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new UsageError(`The script ${file} cannot be read: ${errorText(error)}`);
  }
}

const errorText = (error: unknown): string => (error instanceof Error ? error.message : String(error));

type Listening = Pick<Emulator, "serverName" | "host" | "port">;

/** What is printed once all servers take connections; the last line begins with `Ready`. */
export function readyLines(emulators: readonly Listening[], json: boolean, madePassword?: string): string[] {
  if (json) {
    const servers = emulators.map(({ serverName, host, port }) => ({ name: serverName, host, port }));
    return [JSON.stringify({ ready: true, servers, ...(madePassword !== undefined && { saPassword: madePassword }) })];
  }
  const lines = emulators.map(({ serverName, host, port }) => `${serverName} listens on ${host},${port}`);
  const password = madePassword === undefined ? "" : ` The password of sa is ${madePassword}`;
  return [...lines, `Ready. Ctrl-C ends ${emulators.length === 1 ? "the server" : "the servers"}.${password}`];
}
