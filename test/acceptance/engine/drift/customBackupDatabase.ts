import { quoteName } from "../../../../src/sqlserver";
import type { DriftCase, DriftTable } from "./driftCase";

/** A database of the control server, joined to the set of its management database. */
function joinedDrift(
  database: string,
  {
    declared,
    ...drift
  }: Pick<DriftCase, "property" | "what" | "drift" | "shows" | "observe"> & { readonly declared?: object },
): DriftCase {
  return {
    ...drift,
    prepare: ({ control }) => control.run(`CREATE DATABASE ${quoteName(database)};`),
    declare: ({ control, management }) => ({
      [database]: {
        kind: "CustomBackupDatabase",
        args: {
          connection: control.connection,
          database,
          control: { connection: control.connection, managementDatabase: management },
          ...declared,
        },
      },
    }),
  };
}

export const customBackupDatabase: DriftTable = {
  kind: "CustomBackupDatabase",
  cases: [
    joinedDrift("database recoveryModel", {
      property: "recoveryModel",
      declared: { setRecoveryModel: true },
      drift: ({ control }) => control.run("ALTER DATABASE [database recoveryModel] SET RECOVERY BULK_LOGGED;"),
      shows: { old: '"BULK_LOGGED"', new: '"FULL"' },
      observe: ({ control }) =>
        control.rows("SELECT recovery_model_desc FROM sys.databases WHERE name = N'database recoveryModel';"),
    }),
    joinedDrift("database joined", {
      property: "joined",
      drift: ({ control, management }) =>
        control.run("DELETE FROM dbo.adm_OtherBackupDatabases WHERE DatabaseName = N'database joined';", management),
      shows: { old: "false", new: "true" },
      observe: ({ control, management }) =>
        control.rows(
          `SELECT DefaultDatabaseName, DatabaseName, ServerName, BTSServerName FROM dbo.adm_OtherBackupDatabases
WHERE DatabaseName = N'database joined';`,
          management,
        ),
    }),
  ],
  exceptions: {
    connection: "where to look, not what is there",
    control: "where to look, not what is there",
    database: "a database under another name is another one to the program: this one is gone",
    adopt: "what create does, not what is there",
  },
  missing: ["serverName", "defaultDatabaseName", "setRecoveryModel", "setup"],
};
