import { type ScriptName, script } from "../sql";
import { nvarchar, type Statement, splitBatches } from "../sqlserver";

/** A procedure, view or trigger of our scripts. */
export interface Module {
  readonly name: string;
  /** The batch that creates it. */
  readonly text: string;
  /** The version in its first comment, which goes up with every change that an installed one should get. */
  readonly version: number;
  /** The text in the form in which it is compared to what a server has. */
  readonly normalized: string;
}

const moduleHead = /\bCREATE\s+OR\s+ALTER\s+(?:PROCEDURE|VIEW|TRIGGER)\s+dbo\.(\w+)/i;

/** The name of the procedure, view or trigger that a batch makes. */
export function moduleIn(batch: string): string | undefined {
  return moduleHead.exec(batch)?.[1];
}

/** A script, split into its batches, and the modules among them. */
interface Parts {
  readonly batches: readonly string[];
  readonly modules: ReadonlyMap<string, Module>;
}

/** A script is part of the package and never changes while it runs: it is read once, not for each of 300 databases. */
const parts = new Map<ScriptName, Parts>();

function partsOf(name: ScriptName): Parts {
  const known = parts.get(name);
  if (known) return known;
  const batches = splitBatches(script(name));
  const modules = new Map<string, Module>();
  for (const text of batches) {
    const found = moduleIn(text);
    if (!found) continue;
    const version = versionOf(text) ?? firstVersion;
    modules.set(found, { name: found, text, version, normalized: normalizeModule(text) });
  }
  const read = { batches, modules };
  parts.set(name, read);
  return read;
}

/** The batches of a script. */
export function batchesOf(name: ScriptName): readonly string[] {
  return partsOf(name).batches;
}

/** The procedures, views and triggers that a script makes, by name. */
export function modulesOf(name: ScriptName): ReadonlyMap<string, Module> {
  return partsOf(name).modules;
}

/** A module's text in the form in which two are compared: SQL Server keeps it as it was sent, but for its first words. */
export function normalizeModule(text: string): string {
  return text
    .replace(/\bCREATE\s+OR\s+ALTER\b|\bALTER\b(?=\s+(?:PROCEDURE|PROC|VIEW|TRIGGER)\b)/i, "CREATE")
    .replace(/\s+/g, " ")
    .replace(/[;\s]+$/, "")
    .trim();
}

/** How a module on a server compares to ours. `older` and `newer` are of another version of this package. */
export type ModuleCondition = "missing" | "same" | "changed" | "older" | "newer" | "foreign";

const ours = /--\s*mssql-backup (?:member|management) \w+(?:, version (\d+))?/;

const firstVersion = 1;

/** The version that stands in the first comment of a module of ours; undefined when none does. */
export function versionOf(text: string): number | undefined {
  const version = ours.exec(text)?.[1];
  return version === undefined ? undefined : Number(version);
}

/** Compares what a server has to what a script says. `foreign` is somebody else's, such as BizTalk's own. */
export function compareModule(module: Module, definition: string | null | undefined): ModuleCondition {
  if (definition === undefined) return "missing";
  // An encrypted or invisible definition cannot be ours: ours are neither.
  if (definition === null) return "foreign";
  if (definition === module.text || normalizeModule(definition) === module.normalized) return "same";
  if (!ours.test(definition)) return "foreign";
  const found = versionOf(definition) ?? module.version;
  if (found === module.version) return "changed";
  return found < module.version ? "older" : "newer";
}

/** What a transaction of batches does beside them, in a scope that is the same before and after them. */
interface Around {
  readonly first?: string;
  /** May have parameters of its own. */
  readonly last?: Pick<Statement, "text" | "parameters">;
}

/**
 * Runs batches one after another in one transaction and one round trip: either all of them take effect or none does.
 * Each batch is a batch of its own, as CREATE PROCEDURE demands.
 */
export function inOneTransaction(summary: string, batches: readonly string[], { first, last }: Around = {}): Statement {
  const calls = batches.map((_, index) => `EXEC sys.sp_executesql @batch${index};`);
  return {
    text: [
      "SET XACT_ABORT ON;",
      "BEGIN TRANSACTION;",
      ...(first ? [first] : []),
      ...calls,
      ...(last ? [last.text] : []),
      "COMMIT TRANSACTION;",
    ].join("\n"),
    parameters: { ...batchParameters(batches), ...last?.parameters },
    summary,
    repeatable: true,
  };
}

/** Batches as the parameters `@batch0`, `@batch1`, … */
export function batchParameters(batches: readonly string[]): NonNullable<Statement["parameters"]> {
  return Object.fromEntries(batches.map((batch, index) => [`batch${index}`, nvarchar(batch)]));
}
