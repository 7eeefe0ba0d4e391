// What the bundle of the command does differently from the modules in dist/.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const esbuild = require("esbuild");
const { filesUnder } = require("./files.js");
const { root } = require("../setup/paths.js");

const sql = path.join(root, "src", "sql");

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

/**
 * Large packages that wait in comments at the end of the bundle, each compiled when it is first required. JavaScript
 * parses a whole file before it runs the first line of it, and `mssql-backup --help` should not wait for a database
 * driver; a comment is merely skipped.
 *
 * @param {string[]} names
 * @param {esbuild.BuildOptions} options of the bundle
 */
function packPackages(names, options) {
  const namespace = "packed";
  /** @type {Map<string, string>} */
  const texts = new Map();
  /** @type {string[]} */
  const inputs = [];
  /** @type {esbuild.Plugin} */
  const plugin = {
    name: namespace,
    setup({ onLoad, onResolve }) {
      onResolve({ filter: new RegExp(`^(${names.join("|")})$`) }, ({ path: name }) => ({ path: name, namespace }));
      onLoad({ filter: /.*/, namespace }, async ({ path: name }) => {
        const entry = require.resolve(name, { paths: [root] });
        const { metafile, outputFiles } = await esbuild.build({ ...options, entryPoints: [entry], write: false });
        inputs.push(...Object.keys(metafile?.inputs ?? {}));
        texts.set(name, outputFiles?.[0]?.text ?? "");
        return { contents: loaderOf(name), loader: "js", resolveDir: root };
      });
    },
  };
  /** The comments, to be written at the end of the bundle. */
  const comments = () => [...texts].map(([name, text]) => `\n/*packed ${name}\n${hideEnds(text)}\n*/\n`).join("");
  return { plugin, inputs, comments };
}

/** A packed text must not end its comment. Nothing in JavaScript has the replacement in it. @param {string} text */
function hideEnds(text) {
  return text.replaceAll("*/", "*\0/");
}

/** @param {string} name */
function loaderOf(name) {
  return `
    const { compileFunction, constants } = require("node:vm");
    const file = require("node:fs").readFileSync(__filename, "utf8");
    const head = "\\n/*packed ${name}\\n";
    const start = file.lastIndexOf(head) + head.length;
    const text = file.slice(start, file.indexOf("\\n*/", start)).replaceAll("*\\0/", "*/");
    const load = compileFunction(text, ["exports", "require", "module", "__filename", "__dirname"], {
      filename: __filename + "#${name}",
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    const packed = { exports: {} };
    load.call(packed.exports, packed.exports, require, packed, __filename, __dirname);
    module.exports = packed.exports;`;
}

module.exports = { packPackages, sqlTexts };
