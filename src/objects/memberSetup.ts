import { quoteName, quotePath, type Row, type Statement } from "../sqlserver";
import { backupRole, dropBackupRoleText, dropUnusedBackupRoleText } from "./databaseUser";
import { batchesOf, batchParameters, type ModuleCondition, moduleIn } from "./installation";
import { type MemberDatabase, setRecoveryModelText } from "./memberDatabase";

/** Without these a member can be neither marked nor backed up, whoever made them. */
const indispensable = [
  "sp_GetServerName",
  "sp_SetMark",
  "sp_SetMarkRemote",
  "sp_BackupBizTalkFull",
  "sp_BackupBizTalkLog",
];

/** What an installation added to a member, which is what is taken away from it later. */
export interface MemberParts {
  readonly markLog: boolean;
  readonly role: boolean;
  readonly procedures: readonly string[];
  /** Whatever else somebody's scripts made. */
  readonly others?: readonly MadeObject[];
}

/** An object that scripts made. */
export interface MadeObject {
  readonly schema: string;
  readonly name: string;
  /** Its type in `sys.objects`, such as `FN`. */
  readonly type: string;
}

/** Nothing was added. */
export const noParts: MemberParts = { markLog: false, role: false, procedures: [] };

/** What is known of an earlier set-up. */
export interface OwnSetup {
  /**
   * The procedures that it made. If one of them is not ours any more, it was changed; if all are not, somebody has run
   * another set-up since, which stays.
   */
  readonly procedures: readonly string[];
  /** It made them by somebody's scripts: then it is no wonder that they are not ours. */
  readonly byScripts: boolean;
}

const nothingOwn: OwnSetup = { procedures: [], byScripts: false };

/**
 * Why a database cannot be set up, or what the built-in set-up has to do there. `foreign`: it has somebody else's
 * procedures, which stay as they are.
 */
export type MemberSetup =
  | { readonly refused: string }
  | {
      readonly foreign: boolean;
      readonly complete: boolean;
      /** Procedures to make or to alter. */
      readonly installs: readonly string[];
    };

/**
 * Decides what the built-in set-up has to do. Procedures of somebody else, such as BizTalk's own, are left alone.
 *
 * @param own what is known to have been made here
 */
export function planMemberSetup(member: MemberDatabase, own: OwnSetup = nothingOwn): MemberSetup {
  const having = (...conditions: ModuleCondition[]) =>
    [...member.procedures].filter(([, { condition }]) => conditions.includes(condition)).map(([name]) => name);
  const missing = having("missing");
  const foreign = having("foreign");
  if (isSomebodyElses(foreign, own)) {
    const lacking = indispensable.filter((name) => missing.includes(name));
    if (!member.markLog) lacking.push("the table MarkLog");
    if (!member.role) lacking.push(`the role ${backupRole}`);
    if (lacking.length > 0) {
      return {
        refused: `the database has backup procedures that this package did not make, but lacks ${lacking.join(", ")}: run the Backup_Setup_All scripts of their maker again, or drop them`,
      };
    }
    return { foreign: true, complete: true, installs: [] };
  }
  const installs = having("missing", "older", "changed", "foreign");
  return {
    foreign: false,
    complete: member.markLog && member.role && installs.length === 0 && notExecutable(member).length === 0,
    installs,
  };
}

function isSomebodyElses(foreign: readonly string[], own: OwnSetup): boolean {
  const all = indispensable.every((name) => foreign.includes(name));
  return (all && !own.byScripts) || foreign.some((name) => !own.procedures.includes(name));
}

/** Procedures of the contract that are there, and that the role may not execute. */
function notExecutable(member: MemberDatabase): string[] {
  if (!member.role) return [];
  return [...member.procedures]
    .filter(([name, { condition }]) => condition !== "missing" && !member.executable.has(name))
    .map(([name]) => name);
}

/** What of the set-up is not as it should be, in words; empty when it is. An older version of ours is as it should be. */
export function memberSetupProblems(member: MemberDatabase, own: OwnSetup = nothingOwn): string[] {
  const setup = planMemberSetup(member, own);
  if ("refused" in setup) return [setup.refused];
  if (setup.foreign) return [];
  const problems = missingFoundations(member);
  for (const [name, { condition }] of member.procedures) {
    if (condition === "missing") problems.push(`${name} is missing`);
    if (condition === "changed" || condition === "foreign") problems.push(`${name} is changed`);
  }
  return [...problems, ...missingGrants(member)];
}

/** What is missing of table and role, in words. */
export function missingFoundations(member: MemberDatabase): string[] {
  const problems: string[] = [];
  if (!member.markLog) problems.push("MarkLog is missing");
  if (!member.role) problems.push(`${backupRole} is missing`);
  return problems;
}

/** What the role may not execute, in words. */
export function missingGrants(member: MemberDatabase): string[] {
  return notExecutable(member).map((name) => `${backupRole} may not execute ${name}`);
}

/** The batches of the built-in set-up that are needed. Those that make no procedure change nothing that is there. */
export function builtInBatches({ installs }: { readonly installs: readonly string[] }): string[] {
  return batchesOf("member").filter((batch) => {
    const module = moduleIn(batch);
    return module === undefined || installs.includes(module);
  });
}

/** How long a set-up waits for another one of the same database. */
const setupWaitMs = 60_000;

/**
 * Sets the recovery model, which no transaction may do, and runs the batches of a set-up in one. Its one
 * result set names what was made or altered, see `parseTouched`. If a batch fails, a message says which one.
 *
 * Two set-ups of one database at once: the second one waits, and finds that it adds nothing. The role is made before
 * everything else because scripts make it by sp_addrole, which is not allowed in a transaction.
 */
export function installMember(database: string, batches: readonly string[], recoveryModel?: string): Statement {
  const calls = batches.map((_, index) => `  SET @batch = ${index};\n  EXEC sys.sp_executesql @batch${index};`);
  const setUp = `DECLARE @batch int, @lock int, @role int;
DECLARE @before TABLE (object_id int NOT NULL, schema_id int NOT NULL, name sysname NOT NULL, modify_date datetime NOT NULL);
BEGIN TRY
  BEGIN TRANSACTION;
  EXEC @lock = sys.sp_getapplock @Resource = N'mssql-backup set-up', @LockMode = 'Exclusive',
    @LockOwner = 'Transaction', @LockTimeout = ${setupWaitMs};
  IF @lock < 0 RAISERROR (N'Another set-up of this database does not end.', 16, 1);
  INSERT INTO @before (object_id, schema_id, name, modify_date)
  SELECT object_id, schema_id, name, modify_date FROM sys.objects WHERE is_ms_shipped = 0 AND parent_object_id = 0;
  SET @role = DATABASE_PRINCIPAL_ID(N'${backupRole}');
  IF @role IS NULL CREATE ROLE ${backupRole} AUTHORIZATION dbo;
${calls.join("\n")}
  SELECT SCHEMA_NAME(o.schema_id) AS [schema], o.name AS name, RTRIM(o.type) AS type, m.definition AS definition,
    CASE WHEN EXISTS (SELECT * FROM @before AS b WHERE b.schema_id = o.schema_id
      AND b.name COLLATE DATABASE_DEFAULT = o.name COLLATE DATABASE_DEFAULT) THEN 0 ELSE 1 END AS added
  FROM sys.objects AS o
  LEFT JOIN sys.sql_modules AS m ON m.object_id = o.object_id
  WHERE o.is_ms_shipped = 0 AND o.parent_object_id = 0
    AND NOT EXISTS (SELECT * FROM @before AS b WHERE b.object_id = o.object_id AND b.modify_date = o.modify_date)
  UNION ALL
  SELECT N'', N'${backupRole}', '${roleType}', NULL, 1 WHERE @role IS NULL;
  COMMIT TRANSACTION;
END TRY
BEGIN CATCH
  IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION;
  PRINT CONCAT(N'${failedBatchMark}', @batch);
  THROW;
END CATCH;`;
  const lines = ["SET NOCOUNT ON;", "SET XACT_ABORT ON;"];
  if (recoveryModel !== undefined) lines.push(setRecoveryModelText(database, recoveryModel));
  if (batches.length > 0) lines.push(setUp);
  return {
    text: lines.join("\n"),
    parameters: batchParameters(batches),
    summary: `set up the database ${database}`,
    transactional: true,
  };
}

const failedBatchMark = "mssql-backup: failed in batch ";
const roleType = "role";

/** Which of the batches failed, counted from 0; undefined when it was none of them. */
export function failedBatch(messages: readonly { readonly text: string }[]): number | undefined {
  const said = messages.find(({ text }) => text.startsWith(failedBatchMark))?.text.slice(failedBatchMark.length);
  return said === undefined || said === "" ? undefined : Number(said);
}

/** An object that is as it is because of a set-up. */
export interface TouchedObject extends MadeObject {
  readonly definition: string | null;
  /** It was not there before; otherwise it was altered, or made again. */
  readonly added: number;
}

/**
 * Reads the result of `installMember`.
 *
 * @param isOurs tells what the set-up makes from what somebody else has made in the database at the same time
 */
export function parseTouched(
  recordsets: readonly (readonly Row[])[],
  isOurs: (object: MadeObject) => boolean,
): TouchedObject[] {
  const objects = (recordsets[0] ?? []) as unknown as TouchedObject[];
  return objects.filter((object) => object.type === roleType || isOurs(object));
}

/** What a set-up added. */
export function addedParts(touched: readonly TouchedObject[]): MemberParts {
  const added = touched.filter((object) => object.added === 1);
  const isMarkLog = ({ schema, name, type }: MadeObject) => schema === "dbo" && name === "MarkLog" && type === "U";
  const isProcedure = ({ schema, type }: MadeObject) => schema === "dbo" && type === "P";
  const others = added.filter((object) => object.type !== roleType && !isMarkLog(object) && !isProcedure(object));
  return {
    markLog: added.some(isMarkLog),
    role: added.some(({ type }) => type === roleType),
    procedures: added.filter(isProcedure).map(({ name }) => name),
    ...(others.length > 0 && { others: others.map(({ schema, name, type }) => ({ schema, name, type })) }),
  };
}

/** What running batches may add at most: what has to be taken away when nobody knows how far they came. */
export function addedIfRun(member: MemberDatabase, batches: readonly string[]): MemberParts {
  if (batches.length === 0) return noParts;
  const missing = [...member.procedures].filter(([, { condition }]) => condition === "missing").map(([name]) => name);
  return { markLog: !member.markLog, role: !member.role, procedures: missing };
}

/** Two lists of what was added, as one. */
export function joinParts(a: MemberParts, b: MemberParts): MemberParts {
  const others = [...(a.others ?? []), ...(b.others ?? [])];
  const distinct = new Map(others.map((object) => [objectKey(object), object]));
  return {
    markLog: a.markLog || b.markLog,
    role: a.role || b.role,
    procedures: [...new Set([...a.procedures, ...b.procedures])],
    ...(distinct.size > 0 && { others: [...distinct.values()] }),
  };
}

/** An object as `MemberDatabase.definitions` names it. */
export function objectKey({ schema, name }: Pick<MadeObject, "schema" | "name">): string {
  return `${schema}.${name}`.toLowerCase();
}

const dropKinds: Readonly<Record<string, string>> = {
  FN: "FUNCTION",
  IF: "FUNCTION",
  TF: "FUNCTION",
  P: "PROCEDURE",
  SN: "SYNONYM",
  SO: "SEQUENCE",
  U: "TABLE",
  V: "VIEW",
};

/** Takes away what was added. Runs in the member database. What is gone already is no failure. */
export function uninstallMemberText(member: MemberDatabase, parts: MemberParts): string {
  const lines = parts.procedures.map((name) => `DROP PROCEDURE IF EXISTS dbo.${quoteName(name)};`);
  for (const { schema, name, type } of parts.others ?? []) {
    const kind = dropKinds[type];
    if (kind !== undefined) lines.push(`DROP ${kind} IF EXISTS ${quotePath(schema, name)};`);
  }
  if (parts.markLog) lines.push("DROP TABLE IF EXISTS dbo.MarkLog;");
  else if (lines.length > 0 && member.markLog && member.role) {
    lines.push(`REVOKE SELECT ON dbo.MarkLog FROM ${backupRole};`);
  }
  if (parts.role && member.role) lines.push(dropBackupRoleText);
  else if (lines.length > 0) lines.push(dropUnusedBackupRoleText);
  return lines.join("\n");
}
