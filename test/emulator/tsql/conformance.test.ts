import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { splitBatches, syntaxErrorOf } from "./batches";

// The conformance samples are no part of the package; this runs where a folder with them is named.
const folder = process.env.CONFORMANCE_SCRIPTS ?? "";

const placeholders: Record<string, string> = { dir: "/backups", run: "1", A: "localhost,1433", B: "localhost,1434" };

function scriptsIn(path: string): string[] {
  if (path === "" || !existsSync(path)) return [];
  const names = readdirSync(path, { recursive: true, encoding: "utf8" });
  return names.filter((name) => name.endsWith(".sql")).sort();
}

/** What is sent of a batch; the lines stay where they are. */
function withoutExpectations(batch: string): string {
  const text = batch.replace(/^--.*$/gm, "");
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => placeholders[name] ?? (/^[AB]/.test(name) ? "x" : whole));
}

/** The error numbers that the batch is expected to raise. */
function expectedErrors(batch: string): number[] {
  const lines = batch.match(/^--> error.*$/gm) ?? [];
  return lines.flatMap((line) => line.match(/\d+/g) ?? []).map(Number);
}

const scripts = scriptsIn(folder);

(scripts.length > 0 ? describe : describe.skip)("conformance samples parse", () => {
  test.each(scripts.length > 0 ? scripts : ["none"])("%s", (name) => {
    for (const batch of splitBatches(readFileSync(join(folder, name), "utf8"))) {
      const error = syntaxErrorOf(withoutExpectations(batch));
      if (error !== undefined) expect(expectedErrors(batch)).toContain(error.number);
    }
  });
});
