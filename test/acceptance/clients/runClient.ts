import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs a client with its input to its end. The servers it talks to live in this process. */
export async function runClient(
  command: string,
  args: readonly string[],
  input: string,
): Promise<{ stdout: string; stderr: string }> {
  const child = spawn(command, args, { stdio: "pipe" });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.end(input);
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`${command} ended with exit status ${code}:\n${stderr}${stdout}`);
  return { stdout, stderr };
}
