import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { buildSync } from "esbuild";
import { Server } from "../../../src/emulator/storage/server";
import { systemTable } from "../../../src/emulator/storage/systemTable";
import { removeTemporaryFolders, rows, temporaryFolder } from "./world";

afterAll(removeTemporaryFolders);

/** Commits pairs of rows in two databases for ever, and says the number of each pair when it is committed. */
const program = `
  import { Server } from "./src/emulator/storage/server";
  import { createSystemTable, systemTable } from "./src/emulator/storage/systemTable";
  const server = Server.open({ serverName: "A", dataDirectory: process.argv[2] });
  const tables = ["one", "two"].map((name) => {
    const database = server.createDatabase({ name, ownerSid: Uint8Array.of(1) });
    const definition = { name: "t", columns: "id int not null", primaryKey: ["id"] };
    server.inSystemTransaction((transaction) => createSystemTable(transaction, database, definition));
    return systemTable(database, "t");
  });
  const next = (id) => {
    server.inSystemTransaction((transaction) => {
      for (const table of tables) transaction.insert(table, [id]);
    });
    if (id % 500 === 0) tables[0].database.checkpoint();
    process.stdout.write(id + "\\n");
    setImmediate(next, id + 1);
  };
  next(1);
`;

test("a process killed while it commits over two databases leaves every told transaction, whole", async () => {
  const folder = temporaryFolder();
  const bundle = join(temporaryFolder(), "committer.js");
  buildSync({
    stdin: { contents: program, resolveDir: join(__dirname, "../../.."), loader: "ts" },
    bundle: true,
    platform: "node",
    outfile: bundle,
    logLevel: "error",
  });
  const child = spawn(process.execPath, [bundle, folder], { stdio: ["ignore", "pipe", "inherit"] });
  let told = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    told = Number(line);
    if (told === 1_200) child.kill("SIGKILL");
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  expect(told).toBeGreaterThanOrEqual(1_200);

  const server = Server.open({ serverName: "A", dataDirectory: folder });
  const [one, two] = ["one", "two"].map((name) =>
    rows(server, systemTable(server.database(name) ?? server.master, "t")).map(([id]) => id),
  );
  expect(one).toEqual(two);
  expect(one?.length).toBeGreaterThanOrEqual(told);
  expect(one).toEqual(one?.map((_, i) => i + 1));
  server.close();
});
