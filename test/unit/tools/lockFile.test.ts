import { readFileSync } from "node:fs";
import { resolve } from "node:path";

interface Package {
  version?: string;
  integrity?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const file = resolve(__dirname, "../../../package-lock.json");
const { packages }: { packages: Record<string, Package> } = JSON.parse(readFileSync(file, "utf8"));

/** Node's own search: the package's node_modules, then its parents'. */
function isFoundFrom(folder: string, name: string): boolean {
  if (`${folder === "" ? "" : `${folder}/`}node_modules/${name}` in packages) return true;
  if (folder === "") return false;
  return isFoundFrom(folder.slice(0, Math.max(0, folder.lastIndexOf("node_modules/") - 1)), name);
}

test("every package is pinned by version and content", () => {
  const loose = Object.entries(packages).filter(([folder, one]) => folder !== "" && !(one.version && one.integrity));
  expect(loose.map(([folder]) => folder)).toEqual([]);
});

test("the packages of every platform are there, so that npm ci works on each", () => {
  const missing = Object.entries(packages).flatMap(([folder, one]) =>
    Object.keys({ ...one.dependencies, ...one.optionalDependencies })
      .filter((name) => !isFoundFrom(folder, name))
      .map((name) => `${folder} lacks ${name}`),
  );
  expect(missing).toEqual([]);
});
