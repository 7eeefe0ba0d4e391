import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The scripts of this folder, each of which a database administrator can also run by hand. */
export type ScriptName = "management" | "member" | "record";

const texts = new Map<ScriptName, string>();

/** The text of a script. It lies beside this file, or in `sql/` beside the bundled command. */
export function script(name: ScriptName): string {
  let text = texts.get(name);
  if (text === undefined) {
    const beside = join(__dirname, `${name}.sql`);
    text = readFileSync(existsSync(beside) ? beside : join(__dirname, "sql", `${name}.sql`), "utf8");
    texts.set(name, text);
  }
  return text;
}
