import type { Command } from "commander";
import { exitCodes } from "./exitCodes";
import { adviceFor, exitCodeFor } from "./outcome";
import { processTerminal, type Terminal } from "./terminal";

/** What an action gets beside its flags. */
export interface ActionContext {
  readonly terminal: Terminal;
  readonly json: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How long an ended command may keep the process alive before that is called a bug. */
const graceMs = 10_000;

/** A second Ctrl-C does not wait for the server's answer. */
const signals = ["SIGINT", "SIGTERM"] as const;

/**
 * Runs a subcommand: Ctrl-C becomes an abort, what is thrown becomes text (or JSON) and an exit status, and a process
 * that does not end afterwards names what keeps it alive.
 */
export function runAction<F extends { json?: boolean }>(
  command: Command,
  work: (flags: F, context: ActionContext) => Promise<number>,
): () => Promise<void> {
  return async () => {
    const flags = command.opts<F>();
    const json = flags.json ?? false;
    const terminal = processTerminal(json);
    const abort = new AbortController();
    const interrupt = () => {
      if (abort.signal.aborted) process.exit(exitCodes.interrupted);
      terminal.progress("Interrupted: ending what runs on the servers. Press Ctrl-C again not to wait for it.");
      abort.abort();
    };
    for (const name of signals) process.on(name, interrupt);
    try {
      process.exitCode = await work(flags, { terminal, json, signal: abort.signal, env: process.env });
    } catch (error) {
      process.exitCode = fail(error, terminal, json, abort.signal);
    } finally {
      for (const name of signals) process.removeListener(name, interrupt);
      watchForHang(terminal);
    }
  };
}

function fail(error: unknown, terminal: Terminal, json: boolean, signal: AbortSignal): number {
  const { failureReport } = require("../job") as typeof import("../job");
  const failure = signal.aborted
    ? ({ kind: "Interrupted", message: "Interrupted.", interrupted: true } as const)
    : failureReport(error);
  const advice = adviceFor(failure);
  if (json) {
    const report = advice === undefined ? failure : { ...failure, hint: advice };
    terminal.print(JSON.stringify({ error: report }, undefined, 2));
  } else {
    const alreadySaid = advice !== undefined && failure.message.includes(advice);
    terminal.complain(`mssql-backup: ${failure.message}`);
    if (advice !== undefined && !alreadySaid) terminal.complain(`  hint: ${advice}`);
  }
  return exitCodeFor(failure);
}

function watchForHang(terminal: Terminal): void {
  const timer = setTimeout(() => {
    const alive = process.getActiveResourcesInfo().join(", ");
    terminal.complain(`mssql-backup: bug: the command has ended, but something keeps the process alive: ${alive}`);
    process.exit(process.exitCode ?? exitCodes.failed);
  }, graceMs);
  timer.unref();
}
