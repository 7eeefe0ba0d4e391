// The command mssql-backup as one file that needs no node_modules: a server's administrator copies it and runs it.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const esbuild = require("esbuild");
const { noticesOf } = require("./notices.js");
const { root } = require("../setup/paths.js");

/** Modules that are compiled once and kept: on disk, in Node's own cache folder. */
const banner = `#!/usr/bin/env node
require("node:module").enableCompileCache?.();`;

/** @param {string} outDir */
async function bundleCommand(outDir) {
  const outfile = path.join(outDir, "cli.js");
  const { metafile } = await esbuild.build({
    entryPoints: [path.join(root, "src", "cli", "main.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node22.13",
    format: "cjs",
    banner: { js: banner },
    loader: { ".sql": "text" },
    // Whoever runs a stack has these; the command itself does without.
    external: ["@pulumi/pulumi"],
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: "none",
    metafile: true,
    absWorkingDir: root,
    logLevel: "warning",
  });
  fs.chmodSync(outfile, 0o755);
  fs.writeFileSync(path.join(outDir, "cli.licences.txt"), noticesOf(Object.keys(metafile.inputs)));
}

module.exports = { bundleCommand };
