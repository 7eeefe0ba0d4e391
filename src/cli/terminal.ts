import type { Finding } from "../job";

/** Where a command writes: results on one stream, progress and errors on the other. */
export interface Terminal {
  /** Lines of the result. */
  print(...lines: string[]): void;
  /** Lines of progress; shown only to a person who watches. */
  progress(...lines: string[]): void;
  /** Lines about something that went wrong. */
  complain(...lines: string[]): void;
}

/** Standard output and standard error; progress only where that is a terminal and no program reads along. */
export function processTerminal(json: boolean): Terminal {
  const watched = Boolean(process.stderr.isTTY) && !json;
  const writer =
    (stream: NodeJS.WriteStream) =>
    (...lines: string[]) => {
      for (const line of lines) stream.write(`${line}\n`);
    };
  return {
    print: writer(process.stdout),
    progress: watched ? writer(process.stderr) : () => undefined,
    complain: writer(process.stderr),
  };
}

/** All findings at the end of a command. */
export function showFindings(findings: readonly Finding[], terminal: Terminal): void {
  if (findings.length === 0) return;
  terminal.complain(findings.length === 1 ? "1 finding:" : `${findings.length} findings:`);
  for (const [index, finding] of findings.entries()) {
    // A server that is away is found at each of its databases: what to do about it is said once, after the last.
    const isRepeated = finding.hint !== undefined && finding.hint === findings[index + 1]?.hint;
    const lines = findingLines(finding, !isRepeated);
    terminal.complain(...lines.map((line) => `  ${line}`));
  }
}

/** A finding in lines: where, what, every further message of the server, what to do. */
export function findingLines(finding: Finding, withHint = true): string[] {
  const where = finding.database === undefined ? finding.server : `${finding.database} on ${finding.server}`;
  const number = finding.number === undefined ? "" : ` (error ${finding.number})`;
  const others = (finding.messages ?? []).filter((message) => message.text !== finding.message);
  const [first, ...rest] = finding.message.split("\n");
  return [
    `${finding.step}: ${where}: ${first}${number}`,
    ...rest.map((line) => `    ${line.trim()}`),
    ...others.map((message) => `    also: ${message.text} (error ${message.number})`),
    ...hintLines(withHint ? finding.hint : undefined, finding.message).map((line) => `  ${line}`),
  ];
}

/** What to do next; nothing where the message says it already. */
export function hintLines(hint: string | undefined, message: string): string[] {
  return hint === undefined || message.includes(hint) ? [] : [`  hint: ${hint}`];
}

/** Milliseconds as a person reads them. */
export function duration(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}
