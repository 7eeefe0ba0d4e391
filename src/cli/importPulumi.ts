import { execFile } from "node:child_process";

/** The version of the `pulumi` on PATH; undefined when there is none that says it. */
export function installedPulumi(): Promise<string | undefined> {
  return new Promise((done) => {
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    execFile("pulumi", ["version"], { timeout: 5000, env }, (error, stdout) => {
      done(error ? undefined : /\d+\.\d+\.\d+/.exec(stdout)?.[0]);
    });
  });
}

/** Whether a version comes before another. */
export function isOlder(version: string, other: string): boolean {
  const [a, b] = [version, other].map((text) => text.split(".").map(Number));
  for (const [index, part] of (a ?? []).entries()) {
    const difference = part - (b?.[index] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
