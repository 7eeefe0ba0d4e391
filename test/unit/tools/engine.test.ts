import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { addressOf } from "../../../tools/engine/download.js";
import { ensureEngine } from "../../../tools/engine/ensure.js";
import { compareVersions, version } from "../../../tools/engine/parts.js";

let folder: string;
const outer = { ...process.env };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "engine-test-"));
  process.env.PATH = "/usr/bin:/bin";
  process.env.XDG_CACHE_HOME = join(folder, "cache");
  delete process.env.PULUMI_MSSQL_BACKUP_ENGINE;
});
afterEach(() => {
  process.env = { ...outer };
  rmSync(folder, { recursive: true, force: true });
});

/** A folder with commands that look like an engine's. */
function fakeEngine(
  at: string,
  pulumiVersion: string,
  plugins = ["pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"],
) {
  mkdirSync(at, { recursive: true });
  for (const name of ["pulumi", ...plugins]) {
    writeFileSync(join(at, name), `#!/bin/sh\necho v${pulumiVersion}\n`);
    chmodSync(join(at, name), 0o755);
  }
  return at;
}

/** Puts a command of our own before the machine's. */
function command(name: string, text: string) {
  const bin = join(folder, "commands");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(bin, name), 0o755);
  process.env.PATH = `${bin}:${process.env.PATH}`;
}

test("the engine on PATH is preferred to one in the cache", async () => {
  const own = fakeEngine(join(folder, "own"), "3.300.0");
  fakeEngine(join(folder, "cache", "pulumi-mssql-backup", `pulumi-${version}`, "bin"), version);
  process.env.PATH = `${own}:${process.env.PATH}`;
  await expect(ensureEngine(["path", "cache"])).resolves.toBe(own);
});

test("an engine that is too old is passed over for the cached one", async () => {
  process.env.PATH = `${fakeEngine(join(folder, "old"), "3.215.0")}:${process.env.PATH}`;
  const cached = fakeEngine(join(folder, "cache", "pulumi-mssql-backup", `pulumi-${version}`, "bin"), version);
  await expect(ensureEngine(["path", "cache"])).resolves.toBe(cached);
});

test("the user's own choice comes first", async () => {
  const chosen = fakeEngine(join(folder, "chosen"), "3.216.0");
  process.env.PULUMI_MSSQL_BACKUP_ENGINE = chosen;
  process.env.PATH = `${fakeEngine(join(folder, "own"), "3.300.0")}:${process.env.PATH}`;
  await expect(ensureEngine(["environment", "path"])).resolves.toBe(chosen);
});

test("where nothing works, each reason is told and what can be done", async () => {
  process.env.PATH = `${fakeEngine(join(folder, "own"), "3.300.0", ["pulumi-language-nodejs"])}:${process.env.PATH}`;
  const failure = ensureEngine(["environment", "path", "cache"]);
  await expect(failure).rejects.toThrow("environment: PULUMI_MSSQL_BACKUP_ENGINE is not set");
  await expect(failure).rejects.toThrow(/path: pulumi-resource-pulumi-nodejs is neither in .*own nor on PATH/);
  await expect(failure).rejects.toThrow(/cache: .*bin has no pulumi/);
  await expect(failure).rejects.toThrow("install Go");
});

test("a build without Go says so and leaves nothing in the cache", async () => {
  process.env.PATH = join(folder, "empty");
  await expect(ensureEngine(["build"])).rejects.toThrow("build: go is not installed");
});

test("a release is downloaded, unpacked and kept in the cache", async () => {
  fakeEngine(join(folder, "pulumi"), version);
  spawnSync("tar", ["-czf", join(folder, "release.tar.gz"), "-C", folder, "pulumi"]);
  command("curl", `while [ "$1" != --output ]; do shift; done; cp ${folder}/release.tar.gz "$2"`);
  const bin = join(folder, "cache", "pulumi-mssql-backup", `pulumi-${version}`, "bin");
  await expect(ensureEngine(["download"])).resolves.toBe(bin);
  await expect(ensureEngine(["cache"])).resolves.toBe(bin);
  expect(readdirSync(join(folder, "cache", "pulumi-mssql-backup"))).toEqual([`pulumi-${version}`]);
});

test("a download that fails tells why and leaves nothing in the cache", async () => {
  command("curl", `echo "curl: (6) no such host" >&2; exit 6`);
  await expect(ensureEngine(["download"])).rejects.toThrow("download: curl: (6) no such host");
  expect(readdirSync(join(folder, "cache", "pulumi-mssql-backup"))).toEqual([]);
});

test.each([
  ["linux", "x64", `https://get.pulumi.com/releases/sdk/pulumi-v${version}-linux-x64.tar.gz`],
  ["darwin", "arm64", `https://get.pulumi.com/releases/sdk/pulumi-v${version}-darwin-arm64.tar.gz`],
  ["win32", "x64", `https://get.pulumi.com/releases/sdk/pulumi-v${version}-windows-x64.zip`],
  ["sunos", "x64", undefined],
  ["linux", "s390x", undefined],
])("the release for %s on %s is %s", (platform, arch, address) => {
  expect(addressOf(platform, arch)).toBe(address);
});

test("versions are compared by number, not by text", () => {
  expect(compareVersions("3.255.0", "3.216.0")).toBeGreaterThan(0);
  expect(compareVersions("3.99.0", "3.216.0")).toBeLessThan(0);
  expect(compareVersions("3.216.0", "3.216.0")).toBe(0);
});
