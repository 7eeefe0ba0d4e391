/** The package as its users get it: from its tarball. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export const root = resolve(__dirname, "../..");
export const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/**
 * Packs the package and puts it into a project's `node_modules`, as `npm install` of the tarball would. What it depends
 * on comes from the checkout.
 *
 * @param others packages, or scopes of packages, that the project itself depends on
 * @returns the files of the tarball
 */
export function installPacked(project: string, others: readonly string[]): string[] {
  const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", project], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [tarball] = JSON.parse(packed) as [{ filename: string; files: { path: string }[] }];
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, ".bin"), { recursive: true });
  execFileSync("tar", ["-xzf", join(project, tarball.filename), "-C", modules]);
  renameSync(join(modules, "package"), join(modules, manifest.name));
  for (const [command, file] of Object.entries<string>(manifest.bin)) {
    symlinkSync(join("..", manifest.name, file), join(modules, ".bin", command));
  }
  for (const name of [...Object.keys(manifest.dependencies), ...others]) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  return tarball.files.map(({ path }) => path);
}
