import { type AgentJob, readAgentJobStatement, type StoredAgentJob } from "../../../src/objects/agentJob";
import { storedSteps } from "../../../src/objects/agentJobDifferences";
import { alterAgentJob, createAgentJob, dropAgentJob, enableAgentJob } from "../../../src/objects/agentJobStatements";
import { readAgentPrerequisitesStatement } from "../../../src/objects/agentPrerequisites";
import { readEncryptorStatement } from "../../../src/objects/backupEncryptor";
import { grantUserText, readUsersText, revokeUserText, type UserState } from "../../../src/objects/databaseUser";
import { forgetJob, type JobSettings, storeJob } from "../../../src/objects/jobSettings";
import {
  alterJoined,
  forceFull,
  joinDatabase,
  readBackupSetStatement,
  unjoinDatabase,
} from "../../../src/objects/joinedDatabase";
import {
  alterLinkedServer,
  callInDistributedTransaction,
  callLinkedServer,
  createLinkedServer,
  dropLinkedServer,
  readLinkedServerStatement,
  replaceLinkedServer,
} from "../../../src/objects/linkedServer";
import { findMemberListsStatement, readLinkUsersStatement } from "../../../src/objects/linkUse";
import { parseManagementDatabase, readManagementDatabaseStatement } from "../../../src/objects/managementDatabase";
import {
  createManagementDatabaseStatements,
  dropManagementDatabase,
  installManagement,
  uninstallManagement,
} from "../../../src/objects/managementSetup";
import {
  parseMemberDatabase,
  readMemberDatabaseStatement,
  setRecoveryModel,
} from "../../../src/objects/memberDatabase";
import { installMember, uninstallMemberText } from "../../../src/objects/memberSetup";
import { alterLoginText, createLoginText, dropLoginText, readLoginText } from "../../../src/objects/serverLogin";
import { type Statement, splitBatches } from "../../../src/sqlserver";

/** Names that break whoever does not quote. */
export const nastyNames = ["Orders", "a]b", "it's", 'with "quotes" and spaces', "-- comment", "x".repeat(128)];

const options = {
  rpc: true,
  rpcOut: true,
  promoteDistributedTransactions: true,
  dataAccess: true,
  collationCompatible: false,
  useRemoteCollation: true,
  collationName: "Latin1_General_CI_AS",
  lazySchemaValidation: false,
  connectTimeout: 5,
  queryTimeout: 0,
};

/** Every statement that the objects can send, about one name. */
export function statementsAbout(name: string): Statement[] {
  const target = {
    product: name,
    provider: "MSOLEDBSQL",
    dataSource: name,
    location: name,
    providerString: name,
    catalog: name,
  };
  const mappings = [
    { localLogin: name, self: false, remoteUser: name, remotePassword: "p" },
    { localLogin: "", self: true, remoteUser: "" },
    { localLogin: `${name.slice(1)}2`, self: false, remoteUser: "" },
  ];
  const linked = { name, ...target, ...options, logins: mappings };
  const login = {
    loginName: name,
    type: "sql" as const,
    sid: "0x0102",
    defaultDatabase: name,
    defaultLanguage: name,
    checkPolicy: true,
    checkExpiration: true,
    enabled: false,
    serverRoles: [name],
    serverPermissions: ["VIEW SERVER STATE"],
  };
  const user: UserState = {
    database: name,
    databaseState: "ONLINE",
    user: name,
    existingRoles: [],
    orphan: undefined,
    roles: [name],
    permissions: ["BACKUP LOG"],
  };
  const grant = {
    database: name,
    createdUser: false,
    roles: [name],
    permissions: ["BACKUP LOG", "SELECT ON dbo.backupset"],
  };
  const backupMember = { ...grant, roles: ["BTS_BACKUP_USERS"] };
  const newUser = { ...grant, createdUser: true };
  const row = {
    defaultDatabaseName: name,
    databaseName: name,
    serverName: name.slice(0, 80),
    btsServerName: name.slice(0, 80),
  };
  const job: JobSettings = {
    jobName: name,
    logMarkName: "BTS",
    fullPath: name,
    logPath: name,
    frequency: "d",
    useLocalTime: false,
    compression: false,
    checksum: true,
    stripes: 1,
    encryption: { algorithm: "AES_256", encryptorKind: "CERTIFICATE", encryptorName: name },
    parallelBackups: 4,
    forceFullAfterPartialFailure: false,
  };
  const agent: AgentJob = {
    name,
    description: name,
    category: name,
    enabled: true,
    owner: name,
    operator: name,
    steps: [
      { name, subsystem: "TSQL", command: name, database: name, goOnAfterFailure: true },
      { name: `${name.slice(1)}2`, subsystem: "CmdExec", command: name, proxy: name, goOnAfterFailure: false },
    ],
    schedule: { everyMinutes: 15 },
  };
  const [firstStep, secondStep] = storedSteps(agent.steps);
  const stored: StoredAgentJob = {
    ...agent,
    jobId: "00000000-0000-0000-0000-000000000000",
    startStep: 1,
    targeted: true,
    steps: storedSteps(agent.steps),
    schedule: {
      scheduleId: 1,
      enabled: true,
      shared: false,
      freqType: 4,
      freqInterval: 1,
      subdayType: 4,
      subdayInterval: 30,
      startTime: 0,
      endTime: 235959,
      pending: true,
      endDate: 99991231,
    },
  };
  const elsewhere = { ...stored, name: "other", owner: "o", targeted: false, schedule: undefined };
  const empty = parseManagementDatabase([[{ serverName: "S" }], [{ state: "ONLINE", recoveryModel: "FULL" }]]);
  const everything = new Set([
    "dbo.adm_BackupHistory",
    "dbo.sp_SetMark",
    "mssql_backup.Run",
    "mssql_backup",
    "BTS_BACKUP_USERS",
  ]);
  const full = { ...empty, present: everything, installed: everything };
  const member = {
    ...parseMemberDatabase([[{ serverName: "S" }], []]),
    role: true,
    roleSchema: true,
    roleMembers: [name],
  };
  const text = (body: string): Statement => ({ text: body });
  return [
    createLinkedServer({ name, target, options, mappings }),
    createLinkedServer({ name, target: { ...target, product: "SQL Server" }, options, mappings: [] }),
    replaceLinkedServer({ name, target, options, mappings }),
    findMemberListsStatement(name),
    readLinkUsersStatement(name, [
      { database: name, list: "admv_BackupDatabases" },
      { database: "Mgmt", list: "adm_OtherBackupDatabases" },
    ]),
    alterLinkedServer(linked, { ...options, rpcOut: false, collationName: "" }, { drop: mappings, add: mappings }),
    readLinkedServerStatement(name),
    dropLinkedServer(name),
    callLinkedServer(name),
    callInDistributedTransaction(name),
    text(createLoginText(login)),
    text(createLoginText({ ...login, type: "windows" })),
    text(createLoginText({ ...login, type: "external" })),
    text(
      alterLoginText(
        { ...login, enabled: true, checkPolicy: false, defaultLanguage: "", serverRoles: [], serverPermissions: [] },
        login,
        true,
      ),
    ),
    text(dropLoginText(name)),
    text(readLoginText),
    text(readUsersText([name, name])),
    text(grantUserText(name, user, grant)),
    text(grantUserText(name, { ...user, user: undefined }, newUser)),
    text(grantUserText(name, { ...user, user: undefined, orphan: "x" }, newUser)),
    text(grantUserText(name, user, backupMember)),
    text(revokeUserText(user, grant)),
    text(revokeUserText(user, backupMember)),
    text(revokeUserText(user, newUser)),
    readBackupSetStatement({
      managementDatabase: name,
      databaseName: name,
      defaultDatabaseName: name,
      serverName: undefined,
    }),
    joinDatabase(row),
    alterJoined(row, { ...row, defaultDatabaseName: "other" }),
    forceFull(),
    unjoinDatabase(row),
    storeJob(job),
    storeJob(job, { mustBeNew: true, formerName: name, besideBizTalk: true }),
    forgetJob(name),
    createAgentJob(agent),
    alterAgentJob({ ...elsewhere, steps: [] }, agent),
    alterAgentJob({ ...elsewhere, steps: [...stored.steps].reverse() }, agent),
    alterAgentJob(
      {
        ...stored,
        steps: [
          { ...firstStep, command: "x" },
          { ...secondStep, name: "x" },
        ] as StoredAgentJob["steps"],
      },
      agent,
    ),
    alterAgentJob({ ...stored, schedule: stored.schedule && { ...stored.schedule, shared: true } }, agent),
    readAgentJobStatement({ name }),
    readAgentPrerequisitesStatement(agent),
    readEncryptorStatement({ algorithm: "AES_256", encryptorKind: "CERTIFICATE", encryptorName: name }),
    dropAgentJob({ name }),
    enableAgentJob(name, false),
    readManagementDatabaseStatement(name),
    installManagement(empty, job, { databaseMade: true, mustBeNew: true }),
    installManagement({ ...empty, bizTalk: true }, job),
    uninstallManagement(full, true),
    uninstallManagement(full, false),
    ...createManagementDatabaseStatements(name),
    dropManagementDatabase(name),
    readMemberDatabaseStatement(name, [name]),
    installMember(name, ["SELECT 1;"], "FULL"),
    text(
      uninstallMemberText(member, {
        markLog: true,
        role: true,
        procedures: [name],
        others: [{ schema: name, name, type: "FN" }],
      }),
    ),
    setRecoveryModel(name, "FULL"),
  ].filter((statement) => statement !== undefined);
}

/** The texts that a statement runs: its own, and those that it hands to the server as parameters to run there. */
export function textsOf({ text, parameters = {} }: Statement): string[] {
  const inner = Object.entries(parameters)
    .filter(([name]) => /^batch\d+$/.test(name))
    .flatMap(([, { value }]) => splitBatches(String(value)));
  const nested = [...text.matchAll(/sp_executesql\]? N'((?:[^']|'')*)'/g)].map(([, body]) =>
    String(body).replaceAll("''", "'"),
  );
  return [text, ...inner, ...nested];
}
