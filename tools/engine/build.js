// An engine built from Go modules, for machines that reach a Go module proxy but not Pulumi's site.
//
// The Node language host is no longer part of the published modules; the last one that is (sdk/v3 v3.60.0) speaks
// the same protocol. Both builds are pinned by the go.mod and go.sum under modules/.
"use strict";

const fs = require("node:fs/promises");
const path = require("node:path");
const { dynamicProvider, executable, languageHost, version } = require("./parts.js");
const { during } = require("../process/say.js");
const { run } = require("../process/run.js");

const modules = path.join(__dirname, "modules");
const sdk = "github.com/pulumi/pulumi/sdk/v3";

/**
 * @param {string} bin
 * @returns {Promise<import("./parts.js").Unusable | undefined>}
 */
async function build(bin) {
  const missing = await go(["version"], modules).then(
    ({ code, stderr }) => (code === 0 ? undefined : stderr.trim()),
    () => "go is not installed",
  );
  if (missing !== undefined) return { unusable: missing };

  const engineFlags = `-s -w -X ${sdk}/go/common/version.Version=v${version}`;
  return (
    (await compile(
      "language-host",
      `${sdk}/nodejs/cmd/pulumi-language-nodejs`,
      path.join(bin, languageHost),
      "-s -w",
    )) ??
    (await compile("pulumi", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", path.join(bin, executable), engineFlags)) ??
    (await copyDynamicProvider(bin))
  );
}

/**
 * @param {string} module
 * @param {string} command
 * @param {string} output
 * @param {string} linkerFlags
 */
async function compile(module, command, output, linkerFlags) {
  const folder = path.join(modules, module);
  const args = ["build", "-trimpath", "-buildvcs=false", "-ldflags", linkerFlags, "-o", output, command];
  const minutes = module === "pulumi" ? "; this takes some minutes, once" : "";
  const { code, stderr } = await during(`Building ${path.basename(command)} with Go${minutes}`, async () => {
    const first = await go(args, folder);
    // What was fetched and compiled is kept: after a short failure of the proxy the second time goes on from there.
    return first.code === 0 ? first : go(args, folder);
  });
  return code === 0 ? undefined : { unusable: `go build ${command}: ${lastLines(stderr)}` };
}

/**
 * The dynamic-provider plugin is a script that comes with the SDK's module.
 *
 * @param {string} bin
 */
async function copyDynamicProvider(bin) {
  const { code, stdout, stderr } = await go(["list", "-m", "-f", "{{.Dir}}", sdk], path.join(modules, "pulumi"));
  if (code !== 0) return { unusable: `go list ${sdk}: ${lastLines(stderr)}` };
  const target = path.join(bin, dynamicProvider);
  await fs.copyFile(path.join(stdout.trim(), "nodejs", "dist", dynamicProvider), target);
  await fs.chmod(target, 0o755);
  return undefined;
}

/**
 * The user's own Go settings must not reach into what is pinned here.
 *
 * @param {string[]} args
 * @param {string} cwd
 */
function go(args, cwd) {
  return run("go", args, { cwd, env: { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off", CGO_ENABLED: "0" } });
}

/** @param {string} text */
function lastLines(text) {
  return text.trim().split("\n").slice(-4).join("\n    ");
}

module.exports = { build };
