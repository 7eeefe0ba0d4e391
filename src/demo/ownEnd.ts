import { join } from "node:path";
import { dropDatabase, recover } from "../objects/restoreStatements";
import { quoteName, quoteString } from "../sqlserver";
import type { ShopDatabase } from "./shop";

/** The backup files of one database, in the order in which they are restored. */
export interface BackupChain {
  readonly full: string;
  readonly logs: readonly string[];
}

/** The name of a database's copy that stands at the end of its own last log. */
export function ownEndName(database: string): string {
  return `${database}_own_end`;
}

/**
 * Restores a database, under another name, as far as its own backups go: what somebody does who has backups of every
 * database, and no mark.
 */
export async function restoreToOwnEnd({ server, database }: ShopDatabase, { full, logs }: BackupChain): Promise<void> {
  const { admin } = server;
  const copy = ownEndName(database);
  const noLimit = { timeoutSeconds: 0 };
  const source = `FROM DISK = ${quoteString(full)}`;
  const files = await admin.rows<{ LogicalName: string; Type: string }>({ text: `RESTORE FILELISTONLY ${source};` });
  const moves = files.map(({ LogicalName, Type }) => {
    const path = join(server.dataFolder, `${copy}_${LogicalName}${Type === "L" ? ".ldf" : ".mdf"}`);
    return `MOVE ${quoteString(LogicalName)} TO ${quoteString(path)}`;
  });
  const options = ["NORECOVERY", ...moves].join(", ");
  await admin.execute({ text: `RESTORE DATABASE ${quoteName(copy)} ${source} WITH ${options};` }, noLimit);
  for (const log of logs) {
    const text = `RESTORE LOG ${quoteName(copy)} FROM DISK = ${quoteString(log)} WITH NORECOVERY;`;
    await admin.execute({ text }, noLimit);
  }
  await admin.execute(recover(copy), noLimit);
}

/** Takes the copy away again. */
export async function dropOwnEnd({ server, database }: ShopDatabase): Promise<void> {
  await server.admin.execute(dropDatabase(ownEndName(database)));
}
