// The official release, from the address that Pulumi's own installer uses.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { version } = require("./parts.js");
const { during } = require("../process/say.js");
const { run } = require("../process/run.js");

/** curl knows the machine's proxies. It gives up soon where there is no network: the next source is waiting. */
const patience = ["--connect-timeout", "5", "--speed-limit", "1024", "--speed-time", "15"];

/** @type {Record<string, string>} */
const systems = { linux: "linux", darwin: "darwin", win32: "windows" };
/** @type {Record<string, string>} */
const processors = { x64: "x64", arm64: "arm64" };

/**
 * @param {string} bin
 * @returns {Promise<import("./parts.js").Unusable | undefined>}
 */
async function download(bin) {
  const address = addressOf(process.platform, process.arch);
  if (address === undefined) return { unusable: `there is no release for ${process.platform} on ${process.arch}` };
  const work = path.dirname(bin);
  const archive = path.join(work, path.basename(address));
  const options = ["--fail", "--location", "--silent", "--show-error", ...patience];
  return (
    (await during(`Downloading Pulumi ${version}`, () => tool("curl", [...options, "--output", archive, address]))) ??
    // bsdtar, which Windows and macOS have, opens the .zip of the Windows release too.
    (await tool("tar", ["-xf", archive, "-C", work])) ??
    takeFrom(work, archive, bin)
  );
}

/**
 * The release is a folder "pulumi" with the files in it, or in its "bin".
 *
 * @param {string} work
 * @param {string} archive
 * @param {string} bin
 */
function takeFrom(work, archive, bin) {
  const unpacked = path.join(work, "pulumi");
  const inner = path.join(unpacked, "bin");
  if (!fs.existsSync(unpacked)) return { unusable: `${path.basename(archive)} holds no folder "pulumi"` };
  fs.rmdirSync(bin);
  fs.renameSync(fs.existsSync(inner) ? inner : unpacked, bin);
  fs.rmSync(unpacked, { recursive: true, force: true });
  fs.rmSync(archive);
  return undefined;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<import("./parts.js").Unusable | undefined>}
 */
async function tool(command, args) {
  try {
    const { code, stderr } = await run(command, args);
    return code === 0 ? undefined : { unusable: stderr.trim() || `${command} ended with exit code ${code}` };
  } catch {
    return { unusable: `${command} is not installed` };
  }
}

/**
 * @param {string} platform
 * @param {string} arch
 * @returns {string | undefined} undefined where no release exists
 */
function addressOf(platform, arch) {
  const system = systems[platform];
  const processor = processors[arch];
  if (system === undefined || processor === undefined) return undefined;
  const ending = system === "windows" ? "zip" : "tar.gz";
  return `https://get.pulumi.com/releases/sdk/pulumi-v${version}-${system}-${processor}.${ending}`;
}

module.exports = { download, addressOf };
