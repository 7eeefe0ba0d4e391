import { exitCodes } from "../../../src/cli/exitCodes";
import { adviceFor, exitCodeFor } from "../../../src/cli/outcome";
import { pointsExitCode } from "../../../src/cli/points";
import { buildProgram } from "../../../src/cli/program";
import { restoreExitCode } from "../../../src/cli/restore";
import { runExitCode } from "../../../src/cli/run";

describe("the command line", () => {
  const program = buildProgram("1.2.3");

  test("has the subcommands that the package documents", () => {
    const names = program.commands.map((command) => command.name());
    expect(names).toEqual(expect.arrayContaining(["run", "points", "restore", "doctor", "emulator"]));
  });

  test.each(["run", "points", "restore", "doctor"])("%s knows where its servers are, and --json", (name) => {
    const flags = program.commands.find((command) => command.name() === name)?.options.map((option) => option.long);
    expect(flags).toEqual(expect.arrayContaining(["--connection", "--server", "--user", "--database", "--json"]));
  });

  test("has no flag for a password, which a process list would show", () => {
    const flags = program.commands.flatMap((command) => command.options.map((option) => option.long ?? ""));
    expect(flags.filter((flag) => /password|secret|token/.test(flag))).toEqual([]);
  });
});

describe("exit statuses", () => {
  test("tell apart what a script must tell apart", () => {
    expect(runExitCode({ outcome: "succeeded" })).toBe(exitCodes.ok);
    expect(runExitCode({ outcome: "incomplete" })).toBe(exitCodes.findings);
    expect(runExitCode({ outcome: "failed" })).toBe(exitCodes.failed);
    expect(restoreExitCode({ outcome: "restored", findings: [] })).toBe(exitCodes.ok);
    expect(restoreExitCode({ outcome: "planned", findings: [{ step: "files", server: "S", message: "m" }] })).toBe(
      exitCodes.findings,
    );
    expect(restoreExitCode({ outcome: "failed", findings: [] })).toBe(exitCodes.failed);
    expect(pointsExitCode([])).toBe(exitCodes.ok);
    expect(pointsExitCode([{ restorable: false }, { restorable: true }])).toBe(exitCodes.ok);
    expect(pointsExitCode([{ restorable: false }])).toBe(exitCodes.findings);
  });

  test.each([
    ["UsageError", exitCodes.usage],
    ["OverwriteRefusedError", exitCodes.usage],
    ["LockHeldError", exitCodes.lockHeld],
    ["Interrupted", exitCodes.interrupted],
    ["SqlServerError", exitCodes.failed],
    ["Error", exitCodes.failed],
  ])("%s ends with %i", (kind, status) => {
    expect(exitCodeFor({ kind, message: "" })).toBe(status);
  });

  test("a refusal says which flag would allow it", () => {
    expect(adviceFor({ kind: "OverwriteRefusedError", message: "" })).toContain("--replace");
    expect(adviceFor({ kind: "SqlServerError", message: "", hint: "do this" })).toBe("do this");
  });
});
