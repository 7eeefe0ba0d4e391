import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPacked, root } from "../../support/packed";

/** What the examples depend on besides the package. */
const others = ["@pulumi", "@types", "@swc", "jest", "typescript"];

const source = join(root, "examples");

/** Every folder of `examples/`. */
export const exampleNames = readdirSync(source, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

/** Those that deploy something, and are not policies for others. */
export const projectNames = exampleNames.filter((name) => !existsSync(join(source, name, "PulumiPolicy.yaml")));

/** What who follows a README in the checkout leaves behind. */
const leftovers = /(^|[\\/])(node_modules|backups|found|connection\.json|\.environment-[^\\/]+|Pulumi\.[^\\/]+\.yaml)$/;

/** Copies of all examples outside the checkout, where the package is what its tarball holds. */
export class InstalledExamples {
  readonly folder = mkdtempSync(join(tmpdir(), "examples-test-"));

  constructor() {
    installPacked(this.folder, others);
    cpSync(source, join(this.folder, "examples"), {
      recursive: true,
      filter: (file) => !leftovers.test(file),
    });
    for (const name of exampleNames) {
      symlinkSync(join(this.folder, "node_modules"), join(this.folderOf(name), "node_modules"), "junction");
    }
  }

  folderOf(name: string): string {
    return join(this.folder, "examples", name);
  }

  /** The commands that packages bring. */
  get binaries(): string[] {
    return [this.folder, root].map((folder) => join(folder, "node_modules", ".bin"));
  }

  /** The TypeScript files that an example's own settings name. */
  programsOf(name: string): string[] {
    const settings = JSON.parse(readFileSync(join(this.folderOf(name), "tsconfig.json"), "utf8")) as {
      files: string[];
    };
    return settings.files.map((file) => join(this.folderOf(name), file));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
