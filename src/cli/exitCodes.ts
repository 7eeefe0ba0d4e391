/** What the exit status of every subcommand means. */
export const exitCodes = {
  ok: 0,
  /** The command as a whole failed. */
  failed: 1,
  /** The command was called wrongly, or needs a flag that allows what it would do. */
  usage: 2,
  /** Done, but not for all: the findings say what and why. */
  findings: 3,
  /** Another run holds the lock; nothing was done. */
  lockHeld: 4,
  /** Ended by Ctrl-C; the next run works. */
  interrupted: 130,
} as const;

/** For the help text of a subcommand: what each status that it can end with means there. */
export function exitCodeHelp(meanings: Partial<Record<keyof typeof exitCodes, string>>): string {
  const texts = { ok: "done", failed: "failed", usage: "wrong usage", interrupted: "interrupted", ...meanings };
  const lines = Object.entries(exitCodes).flatMap(([name, status]) => {
    const text = texts[name as keyof typeof exitCodes];
    return text === undefined ? [] : [`  ${String(status).padEnd(3)}  ${text}`];
  });
  return `\nExit status:\n${lines.join("\n")}`;
}
