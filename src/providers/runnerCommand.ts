/** What a step of an Agent job tells the runner. */
export interface RunnerCommand {
  /** How the runner is started. */
  readonly runner: string;
  readonly only: string;
  readonly job: string;
  readonly connectionFile: string;
  readonly managementDatabase: string;
}

/**
 * The command line of a step. It names the management database, so that a connection file that is shared with another
 * one cannot lead to a job of the same name there.
 */
export function runnerCommand({ runner, only, job, connectionFile, managementDatabase }: RunnerCommand): string {
  return [
    `${runner} run --only ${only}`,
    `--job ${quoteArgument(job)}`,
    `--connection ${quoteArgument(connectionFile)}`,
    `--database ${quoteArgument(managementDatabase)}`,
  ].join(" ");
}

const argument = String.raw`("(?:[^"\\]|\\.)*"|\S+)`;
const commandLine = new RegExp(
  `^(.+?) run --only (\\w+) --job ${argument} --connection ${argument} --database ${argument}$`,
);

/** Reads a command line that `runnerCommand` has made; undefined for any other. */
export function parseRunnerCommand(text: string): RunnerCommand | undefined {
  const [, runner, only, ...rest] = commandLine.exec(text) ?? [];
  const [job, connectionFile, managementDatabase] = rest.map(unquoteArgument);
  if (!runner || !only || !job || !connectionFile || !managementDatabase) return undefined;
  return { runner, only, job, connectionFile, managementDatabase };
}

/**
 * An argument as programs on Windows take command lines apart: a backslash counts as such unless a quotation mark
 * follows, before which each is doubled.
 * https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
 */
function quoteArgument(text: string): string {
  if (/^[\w.,:/\\-]+$/.test(text)) return text;
  return `"${text.replace(/(\\*)("|$)/g, (_, slashes: string, quote: string) => slashes + slashes + (quote && '\\"'))}"`;
}

function unquoteArgument(text: string): string {
  if (!text.startsWith('"')) return text;
  const half = (slashes: string) => slashes.slice(0, Math.floor(slashes.length / 2));
  return text.slice(1, -1).replace(/(\\+)("|$)/g, (_, slashes: string, quote: string) => half(slashes) + quote);
}

/**
 * Why a text cannot be an argument of a step; undefined when it can. The Agent puts values for its tokens `$(…)`
 * wherever they stand in a command (https://learn.microsoft.com/sql/ssms/agent/use-tokens-in-job-steps), and cmd.exe,
 * which starts the runner if that is a .cmd file, does so for `%NAME%` even between quotation marks.
 */
export function argumentProblem(text: string): string | undefined {
  if (hasControlCharacter(text)) return "must be one line";
  if (text.includes("$(")) return "must not contain $(, which begins a token of SQL Server Agent";
  if (text.includes("%"))
    return "must not contain %, by which cmd.exe replaces variables, also between quotation marks";
  if (text.includes('"') && /[&|<>^]/.test(text)) {
    return 'must not contain " together with any of & | < > ^, which cmd.exe would then take for its own';
  }
  return undefined;
}

/** Why a text cannot start the runner; undefined when it can. Tokens of the Agent are welcome if they are escaped. */
export function runnerProblem(text: string): string | undefined {
  if (hasControlCharacter(text)) return "must be one line";
  return /\$\((?!ESCAPE_(?:NONE|SQUOTE|DQUOTE|RBRACKET)\()/.test(text)
    ? "must give every token of SQL Server Agent an escape macro, such as $(ESCAPE_NONE(SQLDIR)): without one the step fails"
    : undefined;
}

function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => character < " ");
}
