import { register } from "./program";

const connection = {
  host: "sql1",
  authentication: { type: "sql" as const, user: "sa", password: { env: "PASSWORD" } },
};
const kinds = ["BackupJob", "BackupUserLogin", "CustomBackupDatabase", "LinkedServer"] as const;

async function registeredKinds() {
  const { BackupJob, BackupUserLogin, CustomBackupDatabase, LinkedServer } = require("pulumi-mssql-backup");
  return register(() => {
    new BackupJob("BackupJob", { connection, managementDatabase: "M", fullPath: "/backup" });
    new BackupUserLogin("BackupUserLogin", { connection, loginName: "u", password: { env: "U" } });
    new CustomBackupDatabase("CustomBackupDatabase", {
      connection,
      database: "D",
      control: { connection, managementDatabase: "M" },
    });
    new LinkedServer("LinkedServer", { connection, name: "L", dataSource: "sql2" });
  });
}

describe("what stands in users' states", () => {
  it("never changes: the types and texts of the providers", async () => {
    const registered = await registeredKinds();
    const texts = Object.fromEntries(registered.map(({ type, inputs }) => [type, inputs.__provider]));
    expect(texts).toEqual({
      "pulumi-nodejs:dynamic/mssql-backup:BackupJob":
        'exports.handler = () => require("pulumi-mssql-backup/providers/backupJob");\n',
      "pulumi-nodejs:dynamic/mssql-backup:BackupUserLogin":
        'exports.handler = () => require("pulumi-mssql-backup/providers/backupUserLogin");\n',
      "pulumi-nodejs:dynamic/mssql-backup:CustomBackupDatabase":
        'exports.handler = () => require("pulumi-mssql-backup/providers/customBackupDatabase");\n',
      "pulumi-nodejs:dynamic/mssql-backup:LinkedServer":
        'exports.handler = () => require("pulumi-mssql-backup/providers/linkedServer");\n',
    });
  });

  it("is far below 2.5 KB a resource, in inputs and outputs together", async () => {
    for (const { inputs } of await registeredKinds()) {
      expect(2 * String(inputs.__provider).length).toBeLessThan(250);
    }
  });

  it.each(kinds)("leads to a provider of %s with every method that the engine calls", (kind) => {
    const path = `pulumi-mssql-backup/providers/${kind[0]?.toLowerCase()}${kind.slice(1)}`;
    const provider = require(path);
    for (const method of ["configure", "check", "diff", "create", "read", "update", "delete"]) {
      expect(provider[method]).toBeInstanceOf(Function);
    }
  });
});
