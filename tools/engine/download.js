// The official release, from the address that Pulumi's own installer uses.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { Readable } = require("node:stream");
const { pipeline } = require("node:stream/promises");
const { version } = require("./parts.js");
const { during } = require("../process/say.js");
const { run } = require("../process/run.js");

const firstByteWithin = 5_000;
const noStallOver = 20_000;

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
  const archive = path.join(path.dirname(bin), path.basename(address));
  try {
    await during(`Downloading Pulumi ${version}`, () => fetchInto(address, archive));
  } catch (error) {
    return { unusable: `${address}: ${reasonOf(error)}` };
  }
  // bsdtar, which Windows and macOS have, opens the .zip of the Windows release too.
  const { code, stderr } = await run("tar", ["-xf", archive, "-C", path.dirname(bin)]);
  if (code !== 0) return { unusable: `${path.basename(archive)} could not be unpacked: ${stderr.trim()}` };
  const unpacked = path.join(path.dirname(bin), "pulumi");
  const inner = fs.existsSync(path.join(unpacked, "bin")) ? path.join(unpacked, "bin") : unpacked;
  fs.rmdirSync(bin);
  fs.renameSync(inner, bin);
  fs.rmSync(unpacked, { recursive: true, force: true });
  fs.rmSync(archive);
  return undefined;
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

/**
 * Gives up soon where there is no network: the next source is waiting.
 *
 * @param {string} address
 * @param {string} file
 */
async function fetchInto(address, file) {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(new Error("no answer within 5 seconds")), firstByteWithin);
  try {
    const response = await fetch(address, { signal: abort.signal });
    if (!response.ok || response.body === null) throw new Error(`HTTP status ${response.status}`);
    const body = Readable.fromWeb(/** @type {import("node:stream/web").ReadableStream} */ (response.body));
    body.on("data", () => {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(new Error("the download stalled")), noStallOver);
    });
    await pipeline(body, fs.createWriteStream(file));
  } finally {
    clearTimeout(timer);
  }
}

/** fetch() hides the reason one level down. @param {unknown} error */
function reasonOf(error) {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? inner.message : String(inner);
}

module.exports = { download, addressOf };
