// Builds dist/: the modules and types that Pulumi programs load, and the one-file command mssql-backup.
//   node tools/build.js [--check]
// --check checks the types as well, which `npm test` does apart. Nothing is done when nothing changed.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { createHash } = require("node:crypto");
const { bundleCommand } = require("./build/bundle.js");
const { filesUnder } = require("./build/files.js");
const { cacheFolder, root } = require("./setup/paths.js");
const { run, runInForeground } = require("./process/run.js");
const { withLock } = require("./process/lock.js");
const { say } = require("./process/say.js");

const dist = path.join(root, "dist");
const tsc = require.resolve("typescript/bin/tsc");

async function main() {
  const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
  await withLock(path.join(cacheFolder(), "locks", `build-${name}`), buildIfChanged, {
    onWait: (owner) => say(`${owner} is building this checkout; waiting for it`),
  });
  if (!process.argv.includes("--check")) return 0;
  return runInForeground(process.execPath, [tsc, "-p", "tsconfig.json"], { cwd: root });
}

async function buildIfChanged() {
  const stamp = stampOf(sources());
  if (stampIn(dist) === stamp) return;
  const cache = path.join(root, "node_modules", ".cache");
  fs.mkdirSync(cache, { recursive: true });
  const work = fs.mkdtempSync(path.join(cache, "dist-"));
  try {
    await compile(work);
    copySql(work);
    await bundleCommand(work);
    fs.writeFileSync(path.join(work, ".stamp"), stamp);
    replaceDist(work);
  } finally {
    fs.rmSync(work, { recursive: true, force: true });
  }
  say("Built dist/");
}

/** @param {string} outDir */
async function compile(outDir) {
  const args = [tsc, "-p", "tsconfig.build.json", "--noCheck", "--outDir", outDir];
  const { code, stdout } = await run(process.execPath, args, { cwd: root });
  if (code !== 0) throw new Error(`tsc could not write the modules:\n${stdout}`);
}

/** The T-SQL texts stand beside the modules that read them. @param {string} outDir */
function copySql(outDir) {
  for (const file of filesUnder(path.join(root, "src"), ".sql")) {
    const target = path.join(outDir, path.relative(path.join(root, "src"), file));
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.copyFileSync(file, target);
  }
}

/** Whoever runs from dist/ meanwhile finds the old build or the new one, never half of each. @param {string} work */
function replaceDist(work) {
  fs.chmodSync(work, 0o755);
  const old = `${work}.old`;
  if (fs.existsSync(dist)) fs.renameSync(dist, old);
  fs.renameSync(work, dist);
  fs.rmSync(old, { recursive: true, force: true });
}

/** Everything the build depends on. */
function sources() {
  const settings = ["package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json", "tools/build.js"];
  return [
    ...settings.map((file) => path.join(root, file)),
    ...filesUnder(path.join(root, "tools", "build")),
    ...filesUnder(path.join(root, "src")),
  ];
}

/** @param {string[]} files */
function stampOf(files) {
  const hash = createHash("sha256").update(process.version);
  for (const file of files) hash.update(`\0${path.relative(root, file)}\0`).update(fs.readFileSync(file));
  return hash.digest("hex");
}

/** @param {string} folder */
function stampIn(folder) {
  try {
    return fs.readFileSync(path.join(folder, ".stamp"), "utf8");
  } catch {
    return undefined;
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error) => {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  },
);
