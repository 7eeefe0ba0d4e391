import * as backupJob from "../../src/providers/backupJob";
import * as customBackupDatabase from "../../src/providers/customBackupDatabase";
import { closeServers } from "../../src/providers/servers";
import type { Properties } from "./dynamicProvider";
import { startServers, type TestServer, type TestServers } from "./servers";

/** Two servers and a management database, to which databases are joined by the provider in this process. */
export interface JoiningWorld extends TestServers {
  /** Makes a database that nothing else uses. */
  newDatabase(server: TestServer, recoveryModel?: string): Promise<string>;
  /** What a program says about a database, as check leaves it. */
  program(server: TestServer, database: string, others?: Properties): Promise<Properties>;
  create(server: TestServer, database: string, others?: Properties): Promise<{ id: string; outs: Properties }>;
}

export async function startJoiningWorld(): Promise<JoiningWorld> {
  const servers = await startServers();
  const { control } = servers;
  const set = { connection: control.connection, managementDatabase: "Mgmt" };
  const { inputs } = await backupJob.check({}, { ...set, createDatabase: true, fullPath: "/backup" });
  await backupJob.create(inputs);
  let number = 0;
  const program = async (server: TestServer, database: string, others: Properties = {}) => {
    const checked = await customBackupDatabase.check(
      {},
      { connection: server.connection, database, control: set, ...others },
    );
    expect(checked.failures).toEqual([]);
    return checked.inputs;
  };
  return {
    ...servers,
    async newDatabase(server, recoveryModel = "FULL") {
      number += 1;
      const name = `Shop${number}`;
      await server.run(`CREATE DATABASE ${name};`);
      await server.run(`ALTER DATABASE ${name} SET RECOVERY ${recoveryModel};`);
      return name;
    },
    program,
    create: async (server, database, others) => customBackupDatabase.create(await program(server, database, others)),
    async stop() {
      await closeServers();
      await servers.stop();
    },
  };
}
