/** Small servers and tables for the tests of storage. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Row } from "../../../src/emulator/engine/values";
import type { Database } from "../../../src/emulator/storage/database";
import type { LockParticipant } from "../../../src/emulator/storage/locks";
import type { IsolationLevel, ReadView, TableHints } from "../../../src/emulator/storage/readView";
import { Server } from "../../../src/emulator/storage/server";
import { createSystemTable, systemTable } from "../../../src/emulator/storage/systemTable";
import type { Table } from "../../../src/emulator/storage/table";
import type { Transaction } from "../../../src/emulator/storage/transaction";

const folders: string[] = [];

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "storage-"));
  folders.push(folder);
  return folder;
}

export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export function memoryServer(): Server {
  return Server.open({ serverName: "A" });
}

export function session(id: number, deadlockPriority = 0): LockParticipant {
  return { id, deadlockPriority, work: () => 0 };
}

export function begin(server: Server, id = 51, deadlockPriority = 0): Transaction {
  const participant = { id, deadlockPriority, work: (): number => transaction.work };
  const transaction = server.beginTransaction(participant, "sa");
  return transaction;
}

/** A database with a table t (id int primary key, name nvarchar(50)). */
export function database(server: Server, name = "db"): { database: Database; table: Table } {
  const made = server.createDatabase({ name, ownerSid: Uint8Array.of(1) });
  server.inSystemTransaction((transaction) =>
    createSystemTable(transaction, made, {
      name: "t",
      columns: "id int not null\nname nvarchar(50)",
      primaryKey: ["id"],
    }),
  );
  return { database: made, table: systemTable(made, "t") };
}

export function view(
  transaction: Transaction,
  hints: TableHints = {},
  isolation: IsolationLevel = "READ COMMITTED",
): ReadView {
  return { transaction, isolation, hints };
}

export function rows(server: Server, table: Table): Row[] {
  return server.inSystemTransaction((transaction) => [...table.scan(view(transaction))].map(({ row }) => row));
}

export function insert(server: Server, table: Table, ...values: Row[]): void {
  server.inSystemTransaction((transaction) => {
    for (const row of values) transaction.insert(table, row);
  });
}
