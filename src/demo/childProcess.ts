import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";

/** What a command wrote, and how it ended. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
}

export interface CommandOptions extends Pick<SpawnOptions, "cwd" | "env"> {
  /** Interrupts the command, as Ctrl-C would. */
  readonly signal: AbortSignal;
}

/** A command that takes longer than this hangs. */
const limitMs = 120_000;
/** How long an interrupted process may take before it is killed. */
const graceMs = 5_000;

/** Runs a command to its end and collects what it writes. */
export async function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<Finished> {
  const { signal, ...where } = options;
  signal.throwIfAborted();
  const startedAt = performance.now();
  const child = spawn(command, args, { ...where, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr] = [child.stdout, child.stderr].map(collect) as [() => string, () => string];
  const interrupt = () => void endProcess(child);
  const timer = setTimeout(interrupt, limitMs);
  signal.addEventListener("abort", interrupt, { once: true });
  try {
    const [code] = (await once(child, "close")) as [number | null];
    signal.throwIfAborted();
    return { code: code ?? -1, stdout: stdout(), stderr: stderr(), ms: Math.round(performance.now() - startedAt) };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", interrupt);
  }
}

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: string[] = [];
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => chunks.push(chunk));
  return () => chunks.join("");
}

/** Starts a command that stays, and waits for the first line that it writes. */
export async function startCommand(
  command: string,
  args: readonly string[],
  options: Pick<SpawnOptions, "cwd" | "env">,
): Promise<{ readonly child: ChildProcess; readonly firstLine: string }> {
  const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  const stderr = collect(child.stderr);
  const firstLine = await new Promise<string>((resolve, reject) => {
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const end = text.indexOf("\n");
      if (end >= 0) resolve(text.slice(0, end));
    });
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`${command} ${args.join(" ")} ended with ${code}: ${stderr()}`)));
  });
  return { child, firstLine };
}

/** Interrupts a process and waits until it has ended; kills it if it does not end by itself. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await ended;
  clearTimeout(timer);
}
