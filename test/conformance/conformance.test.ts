/**
 * How SQL Server behaves, as scripts with cited outcomes. known-failures.json names those that do
 * not pass yet, each with the reason; a file that passes must leave the list, so that it can only
 * shrink.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { pythonWith } from "../support/python";
import known from "./known-failures.json";
import { CORPUS, corpusIsThere, type Outcome, runCorpus, runRules } from "./runners";

const LIMIT_MS = 900_000;

/** Least part of the files of each folder that has to pass. */
const REQUIRED: Record<string, number> = {
  backup: 0.85,
  options: 0.85,
  restore: 0.85,
  marks: 0.85,
  history: 0.85,
  linked: 0.6,
  security: 0.6,
  databases: 0.6,
  locks: 0.6,
  agent: 0,
};
const REQUIRED_TSQL = 0.6;

type Known = Record<string, { kind: "refused" | "wrong"; reason: string }>;

const KNOWN = known as { rules: Known; tsql: Known };

function failures({ files }: Outcome): string[] {
  return [...files].filter(([, problems]) => problems.length > 0).map(([file]) => file);
}

function report({ files }: Outcome, unexpected: string[]): string {
  return unexpected.map((file) => `${file}: ${(files.get(file) ?? []).join(" | ").slice(0, 500)}`).join("\n");
}

(corpusIsThere() ? describe : describe.skip)("the conformance scripts", () => {
  let python: Awaited<ReturnType<typeof pythonWith>>;
  beforeAll(async () => {
    python = await pythonWith(["pymssql==2.4.6"]);
  }, LIMIT_MS);

  function interpreter(): string | undefined {
    if ("path" in python) return python.path;
    console.warn(`skipped: ${python.missing}`);
    return undefined;
  }

  test(
    "the rules of backup, restore, marks and security hold, but for those listed",
    async () => {
      const path = interpreter();
      if (!path) return;
      const outcome = await runRules(path);
      const failed = failures(outcome);
      const unexpected = failed.filter((file) => !(file in KNOWN.rules));
      expect(report(outcome, unexpected)).toBe("");
      expect(Object.keys(KNOWN.rules).filter((file) => !failed.includes(file))).toEqual([]);
      for (const [folder, part] of Object.entries(REQUIRED)) {
        const all = readdirSync(join(CORPUS, "rules", folder)).filter((file) => file.endsWith(".sql"));
        const passed = all.filter((file) => !failed.includes(`${folder}/${file}`));
        expect({ folder, enough: passed.length >= all.length * part }).toEqual({ folder, enough: true });
      }
    },
    LIMIT_MS,
  );

  test(
    "the language scripts hold, but for those listed",
    async () => {
      const path = interpreter();
      if (!path) return;
      const outcome = await runCorpus(path);
      const failed = failures(outcome);
      const unexpected = failed.filter((file) => !(file in KNOWN.tsql));
      expect(report(outcome, unexpected)).toBe("");
      expect(Object.keys(KNOWN.tsql).filter((file) => !failed.includes(file))).toEqual([]);
      const all = readdirSync(join(CORPUS, "tsql/files")).filter((file) => file.endsWith(".sql"));
      expect(all.length - failed.length).toBeGreaterThanOrEqual(all.length * REQUIRED_TSQL);
    },
    LIMIT_MS,
  );
});
