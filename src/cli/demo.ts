import type { Command } from "commander";
import type { DemoResult, StoryEvent } from "../demo";
import { type ActionContext, runAction } from "./action";
import { exitCodes } from "./exitCodes";
import { duration, type Terminal } from "./terminal";

interface DemoFlags {
  readonly keep?: boolean;
  readonly json?: boolean;
}

/** `mssql-backup demo` */
export function addDemo(program: Command): void {
  const command = program
    .command("demo")
    .description(
      "show the whole job on two emulated servers: deploy, back up under load, lose databases, restore, destroy",
    )
    .option("--keep", "keep the folder with databases, backup files and stack")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      `
Needs a checkout of the project and a Pulumi engine; npm run demo sets both up.

Exit status:
  0    every check held
  1    a check did not hold, or the demo could not be carried out
  130  interrupted`,
    );
  command.action(runAction(command, runTheDemo));
}

async function runTheDemo(flags: DemoFlags, { terminal, json, signal, env }: ActionContext): Promise<number> {
  const { runDemo } = require("../demo") as typeof import("../demo");
  const result = await runDemo({
    command: process.argv[1] ?? __filename,
    env,
    signal,
    keep: flags.keep ?? false,
    report: json ? () => undefined : (event) => terminal.print(...storyLines(event)),
  });
  if (json) terminal.print(JSON.stringify(result, undefined, 2));
  else showResult(result, terminal);
  return result.outcome === "held" ? exitCodes.ok : exitCodes.failed;
}

/** An event of the story, in lines. */
export function storyLines(event: StoryEvent): string[] {
  switch (event.kind) {
    case "stepBegins":
      return ["", `${String(event.number).padStart(2)}  ${event.title}`];
    case "told":
      return [`    ${event.text}`];
    case "checked":
      return [`    ${event.check.held ? "✓" : "✗"} ${event.check.what}`];
    case "stepEnds":
      return [`    (${duration(event.ms)})`];
  }
}

function showResult({ steps, ms, folder }: DemoResult, terminal: Terminal): void {
  const checks = steps.flatMap((step) => step.checks);
  const failed = checks.filter((check) => !check.held);
  terminal.print("");
  terminal.print(
    failed.length === 0
      ? `All ${checks.length} checks held, in ${duration(ms)}.`
      : `${failed.length} of ${checks.length} checks did not hold, in ${duration(ms)}:`,
    ...failed.map((check) => `  ✗ ${check.what}`),
  );
  if (folder !== undefined) terminal.print(`Everything is kept in ${folder}`);
}
