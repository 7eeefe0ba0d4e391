/** Makes the system databases of a new instance. */
import { bootstrapAgentTables } from "./bootstrapAgent";
import { bootstrapBackupTables } from "./bootstrapBackup";
import { bootstrapDatabasePrincipals, bootstrapServerPrincipals, SA_SID } from "./bootstrapPrincipals";
import type { Database } from "./database";
import type { DatabaseOptions } from "./records";
import type { Server } from "./server";
import type { Transaction } from "./transaction";

/** Each database is added when it is whole, so that a killed first start leaves no half of one. */
export function bootstrap(server: Server): void {
  const { collation } = server;
  const owner = { ownerSid: SA_SID, collation };
  const make = (
    id: number,
    name: string,
    options: Partial<DatabaseOptions>,
    fill: (transaction: Transaction, database: Database) => void,
  ) => {
    const database = server.makeDatabase(id, { ...owner, name, options });
    server.inSystemTransaction((transaction) => {
      bootstrapDatabasePrincipals(transaction, database);
      fill(transaction, database);
    });
    server.addDatabase(database);
  };
  make(1, "master", { recoveryModel: "SIMPLE", chaining: true }, bootstrapServerPrincipals);
  make(3, "model", {}, () => undefined);
  make(4, "msdb", { recoveryModel: "SIMPLE", chaining: true, trustworthy: true }, (transaction, database) => {
    bootstrapBackupTables(transaction, database);
    bootstrapAgentTables(transaction, database);
  });
  server.makeTempdb();
}
