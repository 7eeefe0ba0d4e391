import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { openServer } from "../../../src/sqlserver";
import { killLeftovers, startCommand } from "../../support/command";
import { engineEnvironment } from "../../support/engine";
import { fencedBlocks } from "../../support/readme";
import { typeErrors } from "../../support/typeCheck";

/** What README says is typed here, and seen to work; only addresses and the backup folder are others. */
const root = resolve(__dirname, "../../..");
const readme = readFileSync(join(root, "README.md"), "utf8");

const [example = "", emulatorExample = ""] = fencedBlocks(readme, "ts");
const [firstCommands = "", deploy = "", install = "", commands = "", byFlags = "", emulatorCommands = ""] =
  fencedBlocks(readme, "sh");

let project: string;
beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "readme-test-"));
  symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
  for (const folder of ["backups", "bin"]) mkdirSync(join(project, folder));
  writeFileSync(join(project, "package.json"), '{ "main": "index.ts" }');
  writeFileSync(join(project, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
});
afterAll(async () => {
  await killLeftovers();
  rmSync(project, { recursive: true, force: true });
});

test("the two commands come first", () => {
  expect(firstCommands).toBe("npm run demo\nnpm test\n");
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(["demo", "test"]));
});

test("the example is of some 30 lines, and its types and those of the other are right", () => {
  expect(example.split("\n").length).toBeLessThanOrEqual(32);
  writeFileSync(join(project, "example.ts"), example);
  // Its lines await, which a module of CommonJS does inside a function.
  const [imported = "", ...rest] = emulatorExample.split("\n");
  writeFileSync(join(project, "emulator.ts"), [imported, "export async function main() {", ...rest, "}"].join("\n"));
  expect(typeErrors(project, ["example.ts", "emulator.ts"], { module: "node16" })).toBe("");
});

test("the emulator is started, the example deployed to it, and every command carried out, as README says", async () => {
  const secrets = { SA_PASSWORD: "Emulator-1", BACKUP_RUNNER_PASSWORD: "Runner-Password-1" };
  const engine = engineEnvironment(project);
  const env = {
    ...process.env,
    ...engine,
    ...secrets,
    MSSQL_BACKUP_PASSWORD: secrets.SA_PASSWORD,
    MSSQL_BACKUP_TRUST_SERVER_CERTIFICATE: "true",
    PATH: [join(project, "bin"), engine.PATH].join(delimiter),
    PULUMI_SKIP_CONFIRMATIONS: "true",
  };
  const shell = (text: string, cwd = project) => {
    const { status, stdout, stderr } = spawnSync("bash", ["-euo", "pipefail", "-c", text], {
      cwd,
      env,
      encoding: "utf8",
    });
    return { status, output: `${stdout}${stderr}` };
  };

  const emulatorLine = lines(emulatorCommands).find((line) => line.startsWith("mssql-backup emulator")) ?? "";
  const args = emulatorLine
    .split(" ")
    .slice(1)
    .map((arg) => arg.replace(/:\d+$/, ""));
  const emulators = startCommand(args, { cwd: project, env });
  const [, control = "", remote = ""] = await emulators.shows(
    /CONTROL listens on \S+,(\d+)\nREMOTE listens on \S+,(\d+)\nReady/,
  );
  await createDatabases(Number(control), ["Accounts", "Orders"], secrets.SA_PASSWORD);
  await createDatabases(Number(remote), ["Stock", "Ledger"], secrets.SA_PASSWORD);

  const here = (text: string) =>
    text
      .replaceAll('sqlServer("sql1.example.com")', `sqlServer("127.0.0.1", ${control})`)
      .replaceAll('sqlServer("sql2.example.com")', `sqlServer("127.0.0.1", ${remote})`)
      .replaceAll("  port,\n", "  port,\n  trustServerCertificate: true,\n")
      .replaceAll("sql1.example.com,1433", `127.0.0.1,${control}`)
      .replaceAll("/var/opt/mssql/backup", join(project, "backups"))
      .replaceAll("/usr/local/bin", join(project, "bin"));
  writeFileSync(join(project, "index.ts"), here(example));

  expect(shell(here(install), root)).toMatchObject({ status: 0 });
  expect(shell("pulumi stack init dev")).toMatchObject({ status: 0 });
  for (const line of [...lines(deploy), ...lines(commands), ...lines(byFlags)]) {
    expect({ line, ...shell(here(line)) }).toMatchObject({ line, status: 0 });
  }
  expect(shell("pulumi destroy")).toEqual({ status: 0, output: expect.stringContaining("deleted") });
  emulators.child.kill("SIGINT");
  expect((await emulators.ended).code).toBe(0);
}, 120_000);

/** The commands of a block; what they need in the environment is set already. */
function lines(block: string): string[] {
  return block.split("\n").filter((line) => line !== "" && !line.startsWith("export "));
}

async function createDatabases(port: number, names: readonly string[], password: string): Promise<void> {
  const authentication = { type: "sql", user: "sa", password } as const;
  const server = openServer({ host: "127.0.0.1", port, authentication, trustServerCertificate: true });
  try {
    for (const name of names) await server.execute({ text: `CREATE DATABASE ${name};` });
  } finally {
    await server.close();
  }
}
