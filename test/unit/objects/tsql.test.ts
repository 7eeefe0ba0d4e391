import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nastyNames, statementsAbout, textsOf } from "./statements";

const root = join(__dirname, "..", "..", "..");
const checker = join(root, "..", "shared", "tsql-check", "tsql-check");
const withChecker = existsSync(checker) ? it : it.skip;

/** Lets Microsoft's own parser read scripts; its complaints, none if all parse. */
function complaints(files: readonly string[]): string {
  const { status, stdout } = spawnSync(checker, files, { encoding: "utf8" });
  return status === 0 ? "" : stdout;
}

describe("T-SQL, read by Microsoft's parser", () => {
  withChecker("in every script of src/sql", () => {
    const folder = join(root, "src", "sql");
    const files = readdirSync(folder).filter((file) => file.endsWith(".sql"));
    expect(files).not.toHaveLength(0);
    expect(complaints(files.map((file) => join(folder, file)))).toBe("");
  });

  withChecker("in every statement of the objects, whatever the names", () => {
    const folder = mkdtempSync(join(tmpdir(), "statements-"));
    try {
      const files = nastyNames.flatMap((name, index) =>
        statementsAbout(name).map((statement, number) => {
          const file = join(folder, `${index}-${number}.sql`);
          writeFileSync(file, textsOf(statement).join("\nGO\n"));
          return file;
        }),
      );
      expect(complaints(files)).toBe("");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
