// The command mssql-backup as one file that needs no node_modules: a server's administrator copies it and runs it.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const esbuild = require("esbuild");
const { filesUnder } = require("./files.js");
const { noticesOf } = require("./notices.js");
const { root } = require("../setup/paths.js");

const sql = path.join(root, "src", "sql");

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
    plugins: [sqlTexts],
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

/**
 * src/sql reads each script from the file beside it, once. In the bundle there is nothing beside it:
 * it starts with all of them read.
 *
 * @type {esbuild.Plugin}
 */
const sqlTexts = {
  name: "sql-texts",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]src[\\/]sql[\\/]index\.ts$/ }, ({ path: file }) => {
      const texts = Object.fromEntries(
        filesUnder(sql, ".sql").map((script) => [path.basename(script, ".sql"), fs.readFileSync(script, "utf8")]),
      );
      const filled = `for (const [name, text] of Object.entries(${JSON.stringify(texts)})) texts.set(name as never, text);`;
      return { contents: `${fs.readFileSync(file, "utf8")}\n${filled}\n`, loader: "ts", resolveDir: sql };
    });
  },
};

module.exports = { bundleCommand };
