// Child processes as promises.
"use strict";

const { spawn } = require("node:child_process");

/**
 * @typedef {object} Finished
 * @property {number} code exit code; 128 and more after a signal
 * @property {string} stdout
 * @property {string} stderr
 */

/**
 * Runs a command and collects what it writes. A command that cannot be started rejects.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeout?: number }} [options]
 * @returns {Promise<Finished>}
 */
function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: process.env, ...options, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      stderr += text;
    });
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code: exitCode(code, signal), stdout, stderr }));
  });
}

/**
 * Runs a command on this process's own terminal and returns its exit code.
 * Ctrl-C reaches the whole process group: the command decides how to end, and this process waits for it.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdout?: "inherit" | "stderr" }} [options]
 * @returns {Promise<number>}
 */
function runInForeground(command, args, { stdout = "inherit", ...options } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      ...options,
      stdio: ["inherit", stdout === "stderr" ? 2 : "inherit", "inherit"],
    });
    const wait = () => {};
    const forward = () => child.kill("SIGTERM");
    process.on("SIGINT", wait).on("SIGTERM", forward);
    const settle = () => process.off("SIGINT", wait).off("SIGTERM", forward);
    child.once("error", (error) => {
      settle();
      reject(error);
    });
    child.once("close", (code, signal) => {
      settle();
      resolve(exitCode(code, signal));
    });
  });
}

/**
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
function exitCode(code, signal) {
  if (code !== null) return code;
  return 128 + (signal === null ? 0 : require("node:os").constants.signals[signal]);
}

module.exports = { run, runInForeground };
