import type { TestServers } from "../../provider/servers";

/** Makes what is on the servers before. */
export async function prepare({ control, remote }: TestServers): Promise<void> {
  for (const name of ["Mgmt", "Accounts", "Ledger"]) await control.run(`CREATE DATABASE ${name};`);
  for (const name of ["Stock", "Orders", "Archive"]) await remote.run(`CREATE DATABASE ${name};`);
  await remote.run("ALTER DATABASE Orders SET RECOVERY SIMPLE;");
  await control.run("EXEC msdb.dbo.sp_add_operator @name = N'Night shift', @email_address = N'night@example.com';");
  await control.run(
    "CREATE LOGIN there WITH PASSWORD = N'There-1', SID = 0x89ABCDEF0123456789ABCDEF01234567, CHECK_POLICY = OFF;",
  );
}

/** The resources, as the program declared them. */
export function declare({ control, remote }: TestServers) {
  const set = { connection: control.connection, managementDatabase: "Mgmt" };
  return {
    job: {
      kind: "BackupJob",
      args: {
        ...set,
        name: "Nightly",
        fullPath: "/backup/full",
        logPath: "/backup/log",
        logMarkName: "NIGHT",
        frequency: "w",
        backupHour: 3,
        useLocalTime: true,
        compression: true,
        checksum: false,
        stripes: 2,
        parallelBackups: 7,
        forceFullAfterPartialFailure: true,
        daysOfHistory: 30,
        deleteHistory: true,
        agent: {
          name: "Nightly backup",
          enabled: false,
          everyMinutes: 30,
          owner: "sa",
          operator: "Night shift",
          runner: "/opt/mssql-backup",
          connectionFile: "/etc/connection.json",
        },
      },
    },
    link: {
      kind: "LinkedServer",
      args: {
        connection: control.connection,
        name: "BRANCH",
        product: "any",
        provider: "MSOLEDBSQL19",
        dataSource: `127.0.0.1,${remote.connection.port}`,
        location: "Hamburg",
        providerString: "Application Name=backup;Password=Provider-1",
        catalog: "master",
        rpc: false,
        rpcOut: true,
        promoteDistributedTransactions: true,
        dataAccess: false,
        collationCompatible: true,
        useRemoteCollation: false,
        lazySchemaValidation: true,
        connectTimeout: 11,
        queryTimeout: 12,
        logins: [
          { remoteUser: "sa", remotePassword: "Secret-1" },
          { localLogin: "there", remoteUser: "sa", remotePassword: { env: "UPGRADE_REMOTE_PASSWORD" } },
        ],
        testDistributedTransaction: true,
      },
    },
    plainMember: {
      kind: "CustomBackupDatabase",
      args: { connection: control.connection, database: "Accounts", control: set },
      after: ["job"],
    },
    member: {
      kind: "CustomBackupDatabase",
      args: {
        connection: remote.connection,
        database: "Orders",
        control: set,
        serverName: "BRANCH",
        defaultDatabaseName: "OrdersOfTheBranch",
        recoveryModel: "BULK_LOGGED",
        setRecoveryModel: true,
      },
      after: ["job", "link"],
    },
    login: {
      kind: "BackupUserLogin",
      args: {
        connection: remote.connection,
        loginName: "runner",
        password: "Runner-1",
        sid: "0x0123456789ABCDEF0123456789ABCDEF",
        defaultDatabase: "tempdb",
        defaultLanguage: "us_english",
        checkPolicy: false,
        enabled: false,
        databases: ["Orders"],
        roles: ["BTS_BACKUP_USERS", "db_datareader"],
        allowBackup: false,
        serverRoles: ["dbcreator"],
        serverPermissions: ["VIEW SERVER STATE"],
      },
      after: ["member"],
    },
    adopted: {
      kind: "BackupUserLogin",
      args: {
        connection: control.connection,
        loginName: "there",
        password: { env: "UPGRADE_LOGIN_PASSWORD" },
        checkPolicy: false,
        adopt: true,
        databases: ["Accounts"],
      },
      after: ["plainMember"],
    },
    whole: {
      kind: "BackupTopology",
      args: {
        control: control.connection,
        managementDatabase: "WholeMgmt",
        servers: {
          STORE: {
            connection: remote.connection,
            linkedServer: {
              dataSource: `127.0.0.1,${remote.connection.port}`,
              logins: [{ remoteUser: "sa", remotePassword: "Secret-1" }],
            },
          },
        },
        databases: [{ database: "Ledger" }, { database: "Stock", server: "STORE" }],
        job: { createDatabase: true, deleteHistory: true, fullPath: "/backup" },
      },
      after: ["job"],
    },
  } as const;
}

/** Where the program finds secrets that are not in it. */
export const environment = { UPGRADE_REMOTE_PASSWORD: "Secret-1", UPGRADE_LOGIN_PASSWORD: "There-1" };
