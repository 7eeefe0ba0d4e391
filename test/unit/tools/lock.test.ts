import { execFile, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { withLock } from "../../../tools/process/lock.js";

const start = promisify(execFile);
const lockModule = resolve(__dirname, "../../../tools/process/lock.js");

let folder: string;
let lock: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "lock-test-"));
  lock = join(folder, "nested", "the.lock");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Leaves a lock behind as a process that was killed does. */
function abandon({ pid, host = hostname(), ageMs = 0 }: { pid: number; host?: string; ageMs?: number }) {
  mkdirSync(lock, { recursive: true });
  const file = join(lock, "holder.json");
  writeFileSync(file, JSON.stringify({ pid, host, token: "left-behind" }));
  const beat = new Date(Date.now() - ageMs);
  utimesSync(file, beat, beat);
}

const deadPid = () => spawnSync(process.execPath, ["-e", ""]).pid;

test("processes hold the lock one after another", async () => {
  const log = join(folder, "log");
  const script = `
    const { appendFileSync } = require("node:fs");
    const { withLock } = require(${JSON.stringify(lockModule)});
    withLock(${JSON.stringify(lock)}, async () => {
      appendFileSync(${JSON.stringify(log)}, "in ");
      await new Promise((done) => setTimeout(done, 30));
      appendFileSync(${JSON.stringify(log)}, "out ");
    }, { pollEvery: 5 });`;
  await Promise.all([1, 2, 3, 4].map(() => start(process.execPath, ["-e", script])));
  expect(readFileSync(log, "utf8")).toBe("in out ".repeat(4));
});

test("returns what the work returns, and leaves nothing behind", async () => {
  await expect(withLock(lock, async () => 42)).resolves.toBe(42);
  expect(readdirSync(join(folder, "nested"))).toEqual([]);
});

test("is released when the work fails", async () => {
  await expect(withLock(lock, () => Promise.reject(new Error("no luck")))).rejects.toThrow("no luck");
  expect(existsSync(lock)).toBe(false);
});

test("is taken over from a process of this machine that is gone", async () => {
  abandon({ pid: deadPid() });
  await expect(withLock(lock, async () => "mine")).resolves.toBe("mine");
});

test("is taken over from a process elsewhere that has been silent for half a minute", async () => {
  abandon({ pid: 1, host: "elsewhere", ageMs: 31_000 });
  await expect(withLock(lock, async () => "mine")).resolves.toBe("mine");
});

test("is waited for while its holder elsewhere shows that it lives, and the wait is told once", async () => {
  abandon({ pid: 1, host: "elsewhere" });
  const waits: string[] = [];
  const held = withLock(lock, async () => "mine", { onWait: (owner) => waits.push(owner), pollEvery: 5 });
  await new Promise((done) => setTimeout(done, 100));
  rmSync(lock, { recursive: true });
  await expect(held).resolves.toBe("mine");
  expect(waits).toEqual(["process 1"]);
});
