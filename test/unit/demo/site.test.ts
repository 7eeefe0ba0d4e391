import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { prepareSite } from "../../../src/demo/site";

const command = resolve(__dirname, "../../../package.json");
let made: string | undefined;
afterEach(() => {
  if (made !== undefined) rmSync(made, { recursive: true, force: true });
  made = undefined;
});

test("outside a checkout the demo says how to get it", () => {
  made = mkdtempSync(join(tmpdir(), "site-test-"));
  mkdirSync(join(made, "dist"));
  writeFileSync(join(made, "dist", "cli.js"), "");
  expect(() => prepareSite(join(made as string, "dist", "cli.js"), {})).toThrow(/npm run demo/);
});

test("the user's own servers, stacks and passwords do not reach into it", () => {
  const engine = mkdtempSync(join(tmpdir(), "site-test-engine-"));
  writeFileSync(join(engine, process.platform === "win32" ? "pulumi.exe" : "pulumi"), "");
  const outer = {
    PATH: "/bin",
    MSSQL_BACKUP_PASSWORD: "mine",
    SA_PASSWORD: "production",
    PULUMI_BACKEND_URL: "s3://mine",
    PULUMI_MSSQL_BACKUP_ENGINE: engine,
  };
  // The script lies one folder below the checkout.
  const site = prepareSite(join(command, "..", "tools", "setup.js"), outer);
  made = site.folder;
  rmSync(engine, { recursive: true });
  expect(Object.values(site.env)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/^(mine|production|s3:.*)$/)]),
  );
  expect(dirname(site.pulumi)).toBe(engine);
  expect(site.env.PATH?.split(delimiter)).toEqual([dirname(process.execPath), engine, "/bin"]);
  const passwords = [site.env.SA_PASSWORD, site.env.BACKUP_RUNNER_PASSWORD, site.env.SHOP_PASSWORD];
  expect(new Set(passwords).size).toBe(3);
});
