import type { Command } from "commander";
import type { FailureReport } from "../job";
import { exitCodes } from "./exitCodes";
import { adviceFor, exitCodeFor } from "./outcome";
import { hintLines, processTerminal, type Terminal } from "./terminal";

/** What an action gets beside its flags. */
export interface ActionContext {
  readonly terminal: Terminal;
  readonly json: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Says in what state things are left if Ctrl-C comes from now on, and what to do then. */
  ifInterrupted(hint: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** How long an ended command may keep the process alive before that is called a bug. */
const graceMs = 10_000;

/** Where a service manager or a closed terminal ends the command, it is Ctrl-C too. */
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
    let left: string | undefined;
    const interrupt = () => {
      // The second time does not wait for the servers' answers.
      if (abort.signal.aborted) process.exit(interrupted(left, terminal, json));
      terminal.progress("Interrupted: ending what runs on the servers. Press Ctrl-C again not to wait for it.");
      abort.abort();
    };
    const ifInterrupted = (hint: string) => {
      left = hint;
    };
    for (const name of signals) process.on(name, interrupt);
    try {
      const context = { terminal, json, signal: abort.signal, ifInterrupted, env: process.env };
      process.exitCode = await work(flags, context);
    } catch (error) {
      process.exitCode = abort.signal.aborted ? interrupted(left, terminal, json) : fail(error, terminal, json);
    } finally {
      for (const name of signals) process.removeListener(name, interrupt);
      watchForHang(terminal);
    }
  };
}

function interrupted(hint: string | undefined, terminal: Terminal, json: boolean): number {
  return tell({ kind: "Interrupted", message: "Interrupted.", ...(hint !== undefined && { hint }) }, terminal, json);
}

function fail(error: unknown, terminal: Terminal, json: boolean): number {
  const { failureReport } = require("../job") as typeof import("../job");
  return tell(failureReport(error), terminal, json);
}

/** Tells what stopped the command. Returns the exit status for it. */
function tell(failure: FailureReport, terminal: Terminal, json: boolean): number {
  const advice = adviceFor(failure);
  if (json) {
    const error = advice === undefined ? failure : { ...failure, hint: advice };
    terminal.print(JSON.stringify({ error }, undefined, 2));
  } else {
    terminal.complain(`mssql-backup: ${failure.message}`, ...hintLines(advice, failure.message));
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
