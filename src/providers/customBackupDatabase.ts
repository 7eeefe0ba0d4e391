import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inOneTransaction } from "../objects/installation";
import {
  type JoinedDatabase,
  joinDatabase,
  joinedServerNameLimit,
  readJoined,
  unjoinDatabase,
} from "../objects/joinedDatabase";
import { removeUnusedManagement } from "../objects/managementRemoval";
import {
  builtInSetup,
  goneMember,
  installMember,
  type MemberDatabase,
  type MemberParts,
  memberSetupProblems,
  planMemberSetup,
  readMemberDatabase,
  setRecoveryModel,
  uninstallMemberText,
} from "../objects/memberDatabase";
import { displayName, isSqlServerError, type SqlServer, splitBatches } from "../objects/server";
import { inputsOf, propertiesOf } from "./arguments";
import { type CustomBackupDatabaseSettings, customBackupDatabaseSchema } from "./customBackupDatabaseArguments";
import { asName, connectionPlace, type DiffResult, difference, type Findings, sameValue } from "./difference";
import { recordedIfUnknown, undoneOnFailure } from "./failures";
import { serverLeft } from "./goneServers";
import { serverOf } from "./servers";
import { type CheckResult, checkInputs, parseInputs } from "./validation";
import { type Properties, toState } from "./wire";

export { configure } from "./servers";

export async function check(_olds: Properties, news: Properties): Promise<CheckResult> {
  return checkInputs(customBackupDatabaseSchema, news);
}

export async function diff(_id: string, olds: Properties, news: Properties): Promise<DiffResult> {
  const result = difference(
    {
      properties: propertiesOf(customBackupDatabaseSchema).filter((key) => key !== "adopt"),
      replacing: ["connection", "database", "serverName"],
      normalize: { database: asName, serverName: asName },
      samePlace: (before, after) => sameValue(asName(before.database), asName(after.database)),
    },
    olds,
    news,
  );
  // Another management database is another set; another login to the same one is not.
  if (controlPlace(olds.control) === controlPlace(news.control)) return result;
  return {
    changes: true,
    replaces: [...result.replaces, "control"],
    deleteBeforeReplace: sameValue(asName(olds.database), asName(news.database)),
  };
}

function controlPlace(control: unknown): string {
  const { connection, managementDatabase } = (control ?? {}) as { connection?: unknown; managementDatabase?: unknown };
  return `${connectionPlace(connection)} ${String(managementDatabase).toLowerCase()}`;
}

export async function create(inputs: Properties): Promise<{ id: string; outs: Properties }> {
  const wanted = parseInputs(customBackupDatabaseSchema, inputs);
  const place = placeOf(wanted);
  const member = await readMemberDatabase(place.server, wanted.database);
  assertUsable(place, wanted, member);
  const row = rowOf(wanted, member);
  const joined = await existingRows(place.control, wanted, row);
  if (joined === undefined) {
    throw new Error(
      `The database ${wanted.control.managementDatabase} on ${place.control.displayName} is no management database: it has no table adm_OtherBackupDatabases. Declare a BackupJob on it, and depend on that.`,
    );
  }
  if (joined.length > 0 && !wanted.adopt) {
    throw new Error(
      `The database ${wanted.database} of ${row.serverName} is joined to the backup set already (adm_OtherBackupDatabases in ${wanted.control.managementDatabase} on ${place.control.displayName}). Set adopt: true to take it over.`,
    );
  }
  const made: Made = {
    parts: partsAdded(wanted, member),
    adopted: joined.length > 0,
    row: joined[0] ?? row,
    formerRows: [],
    previousRecoveryModel: member.recoveryModel,
  };
  const id = `${place.server.displayName}/${wanted.database}`;
  await undoneOnFailure(() => converge(place, wanted, member, made), {
    undo: () => takeAway(place, wanted, made),
    left: () => ({ id, state: outputs(wanted, made, member) }),
    inputs,
  });
  return { id, outs: outputs(wanted, made, member) };
}

export async function read(
  id: string,
  state: Properties,
): Promise<{ id?: string; props?: Properties; inputs?: Properties }> {
  const recorded = parseInputs(customBackupDatabaseSchema, inputsIn(state));
  const { server, control } = placeLeft(recorded);
  const made = madeIn(state, recorded);
  const [member, rows] = await Promise.all([
    server ? readMemberDatabase(server, recorded.database) : goneMember(),
    control && existingRows(control, recorded, made.row).catch(noneWithoutDatabase),
  ]);
  if (member.state === undefined && !rows?.length) return {};
  const findings = findingsOf(recorded, member, rows ?? [], made.row);
  const seen = member.recoveryModel === "" ? {} : { recoveryModel: member.recoveryModel };
  return {
    id,
    props: toState({ ...state, ...seen, realServerName: member.serverName || state.realServerName, findings }),
    inputs: toState({ ...inputsIn(state), ...seen, ...findings }),
  };
}

export async function update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }> {
  const wanted = parseInputs(customBackupDatabaseSchema, news);
  const place = placeOf(wanted);
  const before = madeIn(olds, wanted);
  const member = await readMemberDatabase(place.server, wanted.database);
  assertUsable(place, wanted, member);
  const row = { ...rowOf(wanted, member), serverName: before.row.serverName };
  const added = partsAdded(wanted, member);
  const made: Made = {
    ...before,
    row,
    formerRows: [...before.formerRows, before.row].filter((former) => !sameValue(former, row)),
    parts: {
      markLog: before.parts.markLog || added.markLog,
      role: before.parts.role || added.role,
      procedures: [...new Set([...before.parts.procedures, ...added.procedures])],
    },
  };
  await recordedIfUnknown(
    async () => {
      await converge(place, wanted, member, made);
      for (const former of made.formerRows) await inManagement(place.control, wanted, unjoinDatabase(former));
    },
    { id, state: { ...olds, made }, inputs: news },
  );
  return { outs: outputs(wanted, { ...made, formerRows: [] }, member) };
}

async function remove(_id: string, state: Properties): Promise<void> {
  const recorded = parseInputs(customBackupDatabaseSchema, inputsIn(state));
  await takeAway(placeLeft(recorded), recorded, madeIn(state, recorded));
}

export { remove as delete };

interface Place {
  /** The server that holds the database. */
  readonly server: SqlServer;
  readonly control: SqlServer;
}

/** What is left of a place when servers are gone. */
type PlaceLeft = { readonly [Server in keyof Place]: Place[Server] | undefined };

/** What create added, which is what delete takes away. */
interface Made {
  readonly parts: MemberParts;
  readonly adopted: boolean;
  readonly row: JoinedDatabase;
  /** The row under former names, as long as it may still be there. */
  readonly formerRows: readonly JoinedDatabase[];
  readonly previousRecoveryModel: string;
}

function placeOf(wanted: CustomBackupDatabaseSettings): Place {
  return { server: serverOf(wanted.connection), control: serverOf(wanted.control.connection) };
}

function placeLeft(recorded: CustomBackupDatabaseSettings): PlaceLeft {
  return { server: serverLeft(recorded.connection), control: serverLeft(recorded.control.connection) };
}

function rowOf(wanted: CustomBackupDatabaseSettings, member: MemberDatabase): JoinedDatabase {
  const serverName = wanted.serverName ?? member.serverName;
  if (serverName.length > joinedServerNameLimit) {
    throw new Error(
      `The server name ${serverName} has ${serverName.length} characters; adm_OtherBackupDatabases holds ${joinedServerNameLimit}. Give a shorter linked server as serverName.`,
    );
  }
  return {
    defaultDatabaseName: wanted.defaultDatabaseName ?? wanted.database,
    databaseName: wanted.database,
    serverName,
    btsServerName: serverName,
  };
}

function existingRows(
  control: SqlServer,
  wanted: CustomBackupDatabaseSettings,
  row: JoinedDatabase,
): Promise<JoinedDatabase[] | undefined> {
  return readJoined(control, wanted.control.managementDatabase, row.serverName, row.databaseName);
}

/** SQL Server's error for a database that does not exist. */
const noSuchDatabase = 911;

/** The rows go with their database: whoever only looks finds none. */
function noneWithoutDatabase(error: unknown): undefined {
  if (!isSqlServerError(error) || !error.has(noSuchDatabase)) throw error;
}

/** Says what stands in the way before anything is changed. */
function assertUsable(place: Place, wanted: CustomBackupDatabaseSettings, member: MemberDatabase): void {
  const where = `The database ${wanted.database} on ${place.server.displayName}`;
  if (member.state === undefined) throw new Error(`${where} does not exist, or the login may not see it.`);
  if (member.state !== "ONLINE") throw new Error(`${where} is ${member.state}; it must be ONLINE.`);
  if (member.readOnly) throw new Error(`${where} is read-only: it can hold no marks.`);
  if (member.recoveryModel !== wanted.recoveryModel && !wanted.setRecoveryModel) {
    throw new Error(
      `${where} is in the ${member.recoveryModel} recovery model and should be in ${wanted.recoveryModel}. Set setRecoveryModel: true to have it changed.`,
    );
  }
  if (wanted.setup === "builtIn") {
    const setup = planMemberSetup(member);
    if ("refused" in setup) throw new Error(`${where} cannot be set up: ${setup.refused}.`);
  }
}

/** The official scripts of a folder, in the order in which their maker wants them run. */
function officialBatches(folder: string): string[] {
  return ["Backup_Setup_All_Tables.sql", "Backup_Setup_All_Procs.sql"].flatMap((file) => {
    const batches = splitBatches(readFileSync(join(folder, file), "utf8").replace(/^\uFEFF/, ""));
    const leaving = batches.find((batch) => /^\s*USE\s/im.test(batch));
    if (leaving)
      throw new Error(`${file} in ${folder} changes to another database (USE); it must run where it is told to.`);
    return batches;
  });
}

/** The batches to run in the database; none when it has everything. */
function setupBatches(wanted: CustomBackupDatabaseSettings, member: MemberDatabase): readonly string[] {
  if (wanted.setup !== "builtIn") return isOfficialSetupThere(member) ? [] : officialBatches(wanted.setup);
  const setup = planMemberSetup(member);
  return "refused" in setup || setup.complete || setup.foreign ? [] : builtInSetup();
}

/** Whether somebody's scripts have run: then every procedure that a run needs is there. */
function isOfficialSetupThere(member: MemberDatabase): boolean {
  const setup = planMemberSetup(member);
  return !("refused" in setup) && member.markLog && member.role && setup.foreign;
}

function partsAdded(wanted: CustomBackupDatabaseSettings, member: MemberDatabase): MemberParts {
  if (setupBatches(wanted, member).length === 0) return { markLog: false, role: false, procedures: [] };
  const procedures = [...member.procedures].filter(([, condition]) => condition === "missing").map(([name]) => name);
  return { markLog: !member.markLog, role: !member.role, procedures };
}

/** Recovery model, set-up, row: each only if it is not as wanted. */
async function converge(
  place: Place,
  wanted: CustomBackupDatabaseSettings,
  member: MemberDatabase,
  made: Made,
): Promise<void> {
  const inDatabase = { database: wanted.database };
  if (member.recoveryModel !== wanted.recoveryModel) {
    await place.server.execute(setRecoveryModel(wanted.database, wanted.recoveryModel));
  }
  const batches = setupBatches(wanted, member);
  if (batches.length > 0) await place.server.execute(installMember(wanted.database, batches), inDatabase);
  if (!made.adopted) await inManagement(place.control, wanted, joinDatabase(made.row));
}

async function inManagement(
  control: SqlServer,
  wanted: CustomBackupDatabaseSettings,
  statement: ReturnType<typeof joinDatabase>,
): Promise<void> {
  await control.execute(statement, { database: wanted.control.managementDatabase });
}

/** The row first, so that no run finds a member without procedures; then what was added. */
async function takeAway(place: PlaceLeft, wanted: CustomBackupDatabaseSettings, made: Made): Promise<void> {
  const { server, control } = place;
  const { managementDatabase } = wanted.control;
  if (control && !made.adopted && (await isThere(control, managementDatabase))) {
    for (const row of [made.row, ...made.formerRows]) await inManagement(control, wanted, unjoinDatabase(row));
    // The job may have gone before, and have left the set-up for the sake of this row.
    await removeUnusedManagement(control, managementDatabase, { withHistory: false, databaseMade: false });
  }
  if (!server) return;
  const member = await readMemberDatabase(server, wanted.database);
  if (member.state !== "ONLINE") return;
  const text = uninstallMemberText(member, made.parts);
  if (text !== "") {
    const statement = inOneTransaction(`take the set-up out of the database ${wanted.database}`, [text]);
    await server.execute(statement, { database: wanted.database });
  }
  const setBack = wanted.setRecoveryModel && made.previousRecoveryModel !== wanted.recoveryModel;
  if (setBack && member.recoveryModel === wanted.recoveryModel) {
    await server.execute(setRecoveryModel(wanted.database, made.previousRecoveryModel));
  }
}

async function isThere(server: SqlServer, database: string): Promise<boolean> {
  return (await readMemberDatabase(server, database)).state === "ONLINE";
}

/** What is amiss with the set-up and the row. */
function findingsOf(
  recorded: CustomBackupDatabaseSettings,
  member: MemberDatabase,
  rows: readonly JoinedDatabase[],
  row: JoinedDatabase,
): Findings {
  const problems =
    member.state === "ONLINE" ? memberSetupProblems(member) : [`the database is ${member.state ?? "gone"}`];
  const official = recorded.setup !== "builtIn" && isOfficialSetupThere(member);
  const isJoined = rows.some(({ defaultDatabaseName }) =>
    sameValue(asName(defaultDatabaseName), asName(row.defaultDatabaseName)),
  );
  return {
    ...(problems.length > 0 && !official && { setup: `${recorded.setup} (${problems.join(", ")})` }),
    ...(!isJoined && { joined: false }),
  };
}

function madeIn(state: Properties, recorded: CustomBackupDatabaseSettings): Made {
  const { made } = state as { made?: Made };
  if (made) return made;
  // Nothing is recorded of what was not made here.
  const serverName = recorded.serverName ?? String(state.joinedServerName ?? state.realServerName ?? "");
  return {
    parts: { markLog: false, role: false, procedures: [] },
    adopted: true,
    row: {
      defaultDatabaseName: recorded.defaultDatabaseName ?? recorded.database,
      databaseName: recorded.database,
      serverName,
      btsServerName: serverName,
    },
    formerRows: [],
    previousRecoveryModel: recorded.recoveryModel,
  };
}

function outputs(wanted: CustomBackupDatabaseSettings, made: Made, member: MemberDatabase): Properties {
  return toState({
    ...wanted,
    server: displayName(wanted.connection),
    joinedServerName: made.row.serverName,
    realServerName: member.serverName,
    made,
    findings: {},
  });
}

const inputsIn = (state: Properties): Properties => inputsOf(customBackupDatabaseSchema, state);
