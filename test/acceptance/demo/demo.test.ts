import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DemoResult } from "../../../src/demo";
import { killLeftovers, startCommand } from "../../support/command";

/** The temporary folder of one demo: whatever it leaves behind is in it. */
let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), "demo-test-"));
});
afterEach(async () => {
  await killLeftovers();
  rmSync(temporary, { recursive: true, force: true });
});

const demo = (...args: string[]) =>
  startCommand(["demo", ...args], { cwd: temporary, env: { ...process.env, TMPDIR: temporary } });

/** Node.js and ts-node keep what they have compiled for the next time. */
const caches = /^(node-compile-cache|ts-node-.*)$/;
const leftovers = () => readdirSync(temporary).filter((name) => !caches.test(name));

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

test("every claim of the demo holds, each step has its figures, and nothing stays behind", async () => {
  const { code, stdout, stderr } = await demo("--json").ended;
  const result = JSON.parse(stdout) as DemoResult;
  const checks = result.steps.flatMap((step) => step.checks);
  expect(checks.filter((check) => !check.held)).toEqual([]);
  expect({ code, stderr, outcome: result.outcome }).toEqual({ code: 0, stderr: "", outcome: "held" });
  expect(result.steps.map(({ title }) => title)).toEqual([
    "Two SQL Servers, emulated",
    "A small business in five databases",
    "pulumi preview of examples/two-servers",
    "pulumi up",
    "The job runs while business goes on",
    "Later the job runs again",
    "Disaster: a database is lost on each server",
    "The job runs as always, and two databases are missing",
    "Which points are there to go back to?",
    "Every database comes back to the newest mark that all of them have",
    "Without a mark: each database restored to the end of its own last log",
    "pulumi up once more",
    "pulumi destroy",
    "Nothing is left running",
  ]);
  const figures = Object.assign({}, ...result.steps.map((step) => step.figures)) as Record<string, number>;
  expect(Math.abs(figures.moneyOff ?? 0) + (figures.unmatchedOrders ?? 0)).toBeGreaterThan(0);
  expect(figures.catalogRows).toBeGreaterThan(100);
  expect(leftovers()).toEqual([]);
}, 180_000);

test.each(["pulumi up", "The job runs while"])(
  "interrupted at '%s' it ends with 130, stops its servers and removes its folder",
  async (step) => {
    const { child, ended, shows } = demo();
    await shows(new RegExp(step));
    const [, control, remote] = await shows(/CONTROL listens on \S+,(\d+);[\s\S]*REMOTE listens on \S+,(\d+);/);
    const ports = [Number(control), Number(remote)];
    expect(await Promise.all(ports.map(listens))).toEqual([true, true]);
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining("Interrupted.") });
    expect(await Promise.all(ports.map(listens))).toEqual([false, false]);
    expect(leftovers()).toEqual([]);
  },
  120_000,
);

test("without an engine it says what is missing", async () => {
  const { PULUMI_MSSQL_BACKUP_ENGINE: _engine, ...env } = process.env;
  const { code, stderr } = await startCommand(["demo"], {
    cwd: temporary,
    env: { ...env, PATH: temporary, TMPDIR: temporary },
  }).ended;
  expect(code).toBe(1);
  expect(stderr).toContain("npm run demo");
  expect(leftovers()).toEqual([]);
}, 60_000);
