// The command mssql-backup as one file that needs no node_modules: a server's administrator copies it and runs it.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const esbuild = require("esbuild");
const { noticesOf } = require("./notices.js");
const { packPackages, sqlTexts } = require("./plugins.js");
const { root } = require("../setup/paths.js");

const banner = `#!/usr/bin/env node
require("node:module").enableCompileCache?.();`;

/**
 * @param {string} outDir
 * @param {string} [entry] the command's source
 */
async function bundleCommand(outDir, entry = path.join(root, "src", "cli", "main.ts")) {
  const outfile = path.join(outDir, "cli.js");
  /** @type {esbuild.BuildOptions} */
  const options = {
    bundle: true,
    platform: "node",
    target: "node22.13",
    format: "cjs",
    // Whoever runs a stack has these; the command itself does without.
    external: ["@pulumi/pulumi"],
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: "none",
    metafile: true,
    absWorkingDir: root,
    logLevel: "warning",
  };
  const packed = packPackages(["mssql", "zod", "luxon"], options);
  const { metafile } = await esbuild.build({
    ...options,
    entryPoints: [entry],
    outfile,
    banner: { js: banner },
    plugins: [sqlTexts, packed.plugin],
  });
  fs.appendFileSync(outfile, packed.comments());
  fs.chmodSync(outfile, 0o755);
  const inputs = [...Object.keys(metafile?.inputs ?? {}), ...packed.inputs];
  fs.writeFileSync(path.join(outDir, "cli.licences.txt"), noticesOf(inputs));
}

module.exports = { bundleCommand };
