import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as backupJob from "../../src/providers/backupJob";
import * as backupUserLogin from "../../src/providers/backupUserLogin";
import * as customBackupDatabase from "../../src/providers/customBackupDatabase";
import * as linkedServer from "../../src/providers/linkedServer";
import { closeServers } from "../../src/providers/servers";
import { observeStatements } from "../../src/sqlserver";
import { projectRoot } from "./dynamicProvider";
import { startServers, type TestServers } from "./servers";

const checker = join(projectRoot, "..", "shared", "tsql-check", "tsql-check");
const withChecker = existsSync(checker) ? it : it.skip;

describe("what passes the door while resources live", () => {
  let servers: TestServers;
  beforeAll(async () => {
    servers = await startServers();
    await servers.remote.run("CREATE DATABASE [Ord]]ers 'x'];");
  });
  afterAll(async () => {
    await closeServers();
    await servers.stop();
  });

  withChecker("is T-SQL to Microsoft's parser, and holds no password", async () => {
    const texts = new Set<string>();
    const stop = observeStatements(({ text }) => void texts.add(text));
    const { connection } = servers.remote;
    const control = { connection: servers.control.connection, managementDatabase: "Mgmt" };
    const database = "Ord]ers 'x'";
    const lives = [
      {
        provider: backupJob,
        inputs: { ...control, createDatabase: true, fullPath: "/backup", deleteHistory: true },
        change: { compression: true },
      },
      {
        provider: customBackupDatabase,
        inputs: { connection, database, serverName: "BRANCH", control },
        change: { defaultDatabaseName: "it's" },
      },
      {
        provider: backupUserLogin,
        inputs: { connection, loginName: "o'b]x", password: "hunter2", checkPolicy: false, databases: [database] },
        change: { password: "hunter3", enabled: false, serverRoles: ["dbcreator"] },
      },
      {
        provider: linkedServer,
        inputs: {
          connection: control.connection,
          name: "BR]ANCH",
          dataSource: `127.0.0.1,${connection.port}`,
          logins: [{ remoteUser: "sa", remotePassword: "Secret-1" }],
        },
        change: { queryTimeout: 9 },
      },
    ];
    const made: (() => Promise<void>)[] = [];
    for (const { provider, inputs, change } of lives) {
      const { inputs: news, failures } = await provider.check({}, inputs);
      expect(failures).toEqual([]);
      const { id, outs } = await provider.create(news);
      const { outs: updated } = await provider.update(id, outs, { ...news, ...change });
      await provider.read(id, updated);
      made.unshift(() => provider.delete(id, updated));
    }
    for (const remove of made) await remove();
    stop();

    expect(texts.size).toBeGreaterThan(20);
    const folder = mkdtempSync(join(tmpdir(), "sent-"));
    try {
      const files = [...texts].map((text, index) => {
        expect(text).not.toMatch(/hunter|Secret-/);
        const file = join(folder, `${index}.sql`);
        writeFileSync(file, text);
        return file;
      });
      const { status, stdout } = spawnSync(checker, files, { encoding: "utf8" });
      expect({ status, stdout }).toMatchObject({ status: 0 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
