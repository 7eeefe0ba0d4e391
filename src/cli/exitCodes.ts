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

/** For the help text of every subcommand. */
export const exitCodeHelp = `
Exit status:
  0    done
  1    failed
  2    wrong usage, or a flag is missing that allows what would be done
  3    done with findings: the set is incomplete, or something needs attention
  4    another run holds the lock; nothing was done
  130  interrupted`;
