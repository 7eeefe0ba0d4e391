import { agentJobOf } from "../../../src/providers/agentJobSteps";
import { backupJobSchema } from "../../../src/providers/backupJobArguments";

const job = (agent?: object) =>
  backupJobSchema.parse({
    connection: { host: "h", authentication: { type: "sql", user: "sa", password: "p" } },
    managementDatabase: "Mgmt",
    name: "Nightly run",
    fullPath: "/backup",
    ...(agent && { agent }),
  });

describe("the Agent job", () => {
  it("is there only if asked for", () => {
    expect(agentJobOf(job())).toBeUndefined();
  });

  it("has the four steps of the real one, carried out by the runner", () => {
    const agent = agentJobOf(job({ connectionFile: "C:\\mssql backup\\connection.json", proxy: "runner" }));
    expect(agent).toMatchObject({ name: "Backup SQL Server (Mgmt)", owner: "sa", schedule: { everyMinutes: 15 } });
    expect(agent?.steps.map(({ name }) => name)).toEqual([
      "Set Compression Option",
      "BackupFull",
      "MarkAndBackupLog",
      "Clear Backup History",
    ]);
    expect(agent?.steps[1]).toEqual({
      name: "BackupFull",
      subsystem: "CmdExec",
      command:
        'mssql-backup run --only full --job "Nightly run" --connection "C:\\mssql backup\\connection.json" --database Mgmt',
      proxy: "runner",
      goOnAfterFailure: true,
    });
  });
});
