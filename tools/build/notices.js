// The licences of the packages that are part of the bundled command: each asks to travel with its code.
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { root } = require("../setup/paths.js");

/**
 * @param {string[]} inputs the bundle's source files, relative to the checkout
 * @returns {string}
 */
function noticesOf(inputs) {
  const folders = new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined));
  return [...folders]
    .sort()
    .map(noticeOf)
    .join(`\n${"-".repeat(80)}\n\n`);
}

/**
 * @param {string} input
 * @returns {string | undefined} the innermost package folder; undefined for a file of this project
 */
function packageFolder(input) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

/** @param {string} folder */
function noticeOf(folder) {
  const { name, version, license } = JSON.parse(fs.readFileSync(path.join(root, folder, "package.json"), "utf8"));
  const files = fs.readdirSync(path.join(root, folder)).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const texts = files
    .map((file) => path.join(root, folder, file))
    .filter((file) => fs.statSync(file).isFile())
    .map((file) => fs.readFileSync(file, "utf8").trim());
  return `${name} ${version} (${license})\n\n${texts.join("\n\n")}\n`;
}

module.exports = { noticesOf, packageFolder };
