import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readCatalogs } from "../../../src/demo/catalog";
import { loseDatabase } from "../../../src/demo/disaster";
import { audit, paymentStatement, shopDatabases } from "../../../src/demo/shop";
import { examine, runJob } from "../../../src/job";
import { readUserDatabases } from "../../../src/objects/userDatabases";
import { listPoints, restore } from "../../../src/restore";
import { observeStatements } from "../../../src/sqlserver";
import { readBackupStatus } from "../../../src/status";
import { adminOf, openShopWorld, passwords, type ShopWorld } from "../clients/shopWorld";

const root = resolve(__dirname, "../../..");
const checker = resolve(root, "../shared/tsql-check/tsql-check");
const unavailable = 2;

/** Parameters that hold T-SQL: another server, or another batch, is to run it. */
const holdsStatement = /^(batch\d+|remote_statement|restore)$/;

/** Everything that goes to a server, by what it does. */
const sent = new Map<string, string>();
let stop: () => void;

beforeAll(() => {
  stop = observeStatements(({ text, summary = "", parameters = {} }) => {
    sent.set(text, summary);
    for (const [name, { value }] of Object.entries(parameters)) {
      if (holdsStatement.test(name)) sent.set(String(value), `${summary} (@${name})`);
    }
  });
});
afterAll(() => stop());

async function doEverything(world: ShopWorld): Promise<void> {
  const { servers, connections } = world;
  const direct = { ...connections, servers: { REMOTE: adminOf(servers.remote) } };
  const latest = { goal: { kind: "latest" }, planOnly: false, replace: true } as const;
  const [management, accounts, , stock] = shopDatabases(servers);
  if (!management || !accounts || !stock) throw new Error("the shop is not complete");
  await examine({ connections });
  // Full, mark and log through the link; then mark and log over a connection of its own.
  expect(await runJob({ connections })).toMatchObject({ outcome: "succeeded", fullSetId: expect.any(Number) });
  const order = { from: accounts, fromAccount: 1, to: stock, toAccount: 2, amount: 5, order: 1 };
  await servers.control.admin.execute(paymentStatement(order, servers.control));
  const later = await runJob({ connections: direct });
  expect(later).toMatchObject({ outcome: "succeeded", fullDecision: "no full backup is due" });
  expect(await listPoints({ connections, limit: 5 })).toHaveLength(2);
  expect(await readBackupStatus({ connections })).toMatchObject({ healthy: true });
  await readUserDatabases(servers.control.admin);
  expect(await restore({ ...latest, connections, planOnly: true })).toMatchObject({ outcome: "planned" });
  await loseDatabase(accounts);
  await loseDatabase(stock);
  expect(await restore({ ...latest, connections: direct })).toMatchObject({ outcome: "restored" });
  expect(await audit(servers)).toMatchObject({ orders: 1, unmatched: 0 });
  await loseDatabase(stock);
  expect(await restore({ ...latest, connections })).toMatchObject({ outcome: "restored" });
  await readCatalogs(servers);
  await world.destroyTopology();
}

/** What Microsoft's parser says of the files; undefined where it cannot be had. */
function complaints(files: readonly string[]): string | undefined {
  const { status, stdout, stderr } = spawnSync(checker, files, { encoding: "utf8" });
  if (status === unavailable) {
    console.warn(`skipped: ${stderr}`);
    return undefined;
  }
  return status === 0 ? "" : `${stdout}${stderr}`;
}

test("the parser refuses what is no T-SQL", () => {
  if (!existsSync(checker)) return;
  const folder = mkdtempSync(join(tmpdir(), "tsql-"));
  writeFileSync(join(folder, "bad.sql"), "SELECT FROM WHERE;");
  expect(complaints([join(folder, "bad.sql")]) ?? "bad.sql").toContain("bad.sql");
  rmSync(folder, { recursive: true });
});

test("every script, and all that is sent from up to destroy, is T-SQL to Microsoft's parser, and holds no password", async () => {
  const world = await openShopWorld();
  try {
    await doEverything(world);
  } finally {
    await world.close();
  }
  const texts = [...sent];
  expect(texts.length).toBeGreaterThan(150);
  for (const [text] of texts) {
    for (const password of Object.values(passwords)) expect(text).not.toContain(password.replaceAll("'", "''"));
  }
  const scripts = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sql"))
    .map((file) => join(root, "src", file));
  expect(scripts.length).toBeGreaterThan(0);
  if (!existsSync(checker)) {
    console.warn(`skipped: there is no ${checker}`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "tsql-"));
  try {
    const files = texts.map(([text, summary], index) => {
      const file = join(folder, `${index} ${summary.replaceAll(/[^\w@() ]/g, "")}`.slice(0, 200).concat(".sql"));
      writeFileSync(file, text);
      return file;
    });
    expect(complaints([...scripts, ...files]) ?? "").toBe("");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
