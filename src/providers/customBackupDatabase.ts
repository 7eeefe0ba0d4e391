import { groupName } from "../objects/availability";
import {
  alterJoined,
  forceFull,
  type JoinedDatabase,
  joinedServerNameLimit,
  unjoinDatabase,
} from "../objects/joinedDatabase";
import { isWritable, type MemberDatabase } from "../objects/memberDatabase";
import { addedIfRun, joinParts } from "../objects/memberSetup";
import { membershipOf } from "../objects/membership";
import { propertiesOf } from "./arguments";
import { type CustomBackupDatabaseSettings, customBackupDatabaseSchema } from "./customBackupDatabaseArguments";
import { inManagement, joinRow, Making, modelToSet, takeAway } from "./customBackupDatabaseMaking";
import {
  currentRow,
  type Found,
  placeLeft,
  placeOf,
  readBoth,
  rowFindings,
  whereOf,
} from "./customBackupDatabaseReading";
import { assertKeyIsFree, assertManagement, assertUsable, rowToAdopt } from "./customBackupDatabaseRequirements";
import {
  broughtVersions,
  installedVersions,
  isOutdated,
  planSetup,
  runSetup,
  setupProblems,
  watchedObjects,
} from "./customBackupDatabaseSetup";
import {
  inputsIn,
  installedVersionsIn,
  type Made,
  madeIn,
  madeText,
  outputs,
  recordedIn,
  settingsOf,
  versionsKey,
} from "./customBackupDatabaseState";
import { asName, connectionPlace, type DiffResult, difference, type Findings, sameValue } from "./difference";
import { recordedIfUnknown, undoneOnFailure } from "./failures";
import { type CheckResult, checkInputs } from "./validation";
import { parseVersions, type Versions, versionsText } from "./versionsText";
import { type Properties, toState } from "./wire";

export { configure } from "./servers";

export async function check(_olds: Properties, news: Properties): Promise<CheckResult> {
  const { [versionsKey]: _, ...program } = news;
  const { inputs, failures } = checkInputs(customBackupDatabaseSchema, program);
  // As an input, so that a preview shows which versions an up would install.
  const versions = broughtVersions(inputs.setup);
  return { inputs: { ...inputs, ...(versions && { [versionsKey]: versionsText(versions) }) }, failures };
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
  // A row that somebody has changed is changed back, in place.
  const replaces = result.replaces.filter((key) => !isOnlyFound(key, olds, news));
  const outdated = isOutdated(installedVersionsIn(olds), news[versionsKey]);
  // Another management database is another set; another login to the same one is not.
  if (controlPlace(olds.control) !== controlPlace(news.control)) replaces.push("control");
  return {
    changes: result.changes || outdated || replaces.length > 0,
    replaces,
    deleteBeforeReplace: replaces.length > 0 && sameValue(asName(olds.database), asName(news.database)),
  };
}

/** Whether a property differs on the server alone, and not in the program. */
function isOnlyFound(key: string, olds: Properties, news: Properties): boolean {
  const findings = (olds.findings ?? {}) as Findings;
  return key in findings && sameValue(asName(olds[key]), asName(news[key]));
}

function controlPlace(control: unknown): string {
  const { connection, managementDatabase } = (control ?? {}) as { connection?: unknown; managementDatabase?: unknown };
  return `${connectionPlace(connection)} ${String(managementDatabase).toLowerCase()}`;
}

export async function create(inputs: Properties): Promise<{ id: string; outs: Properties }> {
  const wanted = settingsOf(inputs);
  const place = placeOf(wanted);
  const where = whereOf(wanted, place);
  const { member, set } = await readBoth(place, wanted);
  assertUsable(where, wanted, member);
  assertManagement(where, set);
  const row = rowOf(wanted, member.serverName);
  const adopted = rowToAdopt(where, wanted, row, membershipOf(set, row, member.serverName));
  const making = new Making(place, wanted, member, adopted ? bare(adopted) : row);
  const plan = planSetup(wanted, member, making.made);
  const id = `${place.server.displayName}/${wanted.database}`;
  const outs = () => {
    const installed = installedVersions(wanted, member, making.made, plan);
    return outputs(wanted, making.made, member, { installed, wanted: inputs[versionsKey] });
  };
  await undoneOnFailure(
    async () => {
      await making.setUp(plan);
      if (!adopted && !(await making.join())) {
        throw new Error(
          `Somebody else has joined the database ${wanted.database} of ${row.serverName} to the backup set at the same time (adm_OtherBackupDatabases in ${where.management}). Set adopt: true to take it over.`,
        );
      }
      // Without a base, log backups fail until the next full (4214). Joining forces one anyway.
      const lacksBase = member.hasLogBase === false || member.recoveryModel === "SIMPLE";
      if (adopted && lacksBase) await inManagement(place.control, wanted, forceFull());
    },
    {
      undo: () => takeAway(place, wanted, making.made, true),
      left: () => ({ id, state: outs() }),
      inputs,
    },
  );
  return { id, outs: outs() };
}

export async function read(
  id: string,
  state: Properties,
): Promise<{ id?: string; props?: Properties; inputs?: Properties }> {
  const recorded = recordedIn(state);
  const made = madeIn(state, recorded);
  const found = await readBoth(placeLeft(recorded), recorded, made.row, watchedObjects(made));
  const { member, set } = found;
  if (member.state === undefined && currentRow(set, made) === undefined) return {};
  const installed = isWritable(member) ? installedVersions(recorded, member, made) : installedVersionsIn(state);
  const findings = findingsOf(recorded, found, made);
  const inputs = inputsIn(state);
  return {
    id,
    props: toState({
      ...state,
      realServerName: member.serverName || state.realServerName,
      installedVersions: versionsText(installed),
      findings,
    }),
    inputs: toState({ ...inputs, ...findings, ...shownVersions(inputs[versionsKey], installed) }),
  };
}

/** The versions as inputs: an older one that is installed stands in the place of the one that was brought. */
function shownVersions(brought: unknown, installed: Versions): Properties {
  if (!isOutdated(installed, brought)) return {};
  return { [versionsKey]: versionsText({ ...parseVersions(brought), ...installed }) };
}

/** What is amiss with the database and its row, by property. */
function findingsOf(recorded: CustomBackupDatabaseSettings, { member, set }: Found, made: Made): Findings {
  const problems = memberProblems(recorded, member, made);
  return {
    ...(problems.length > 0 && { setup: `${recorded.setup} (${problems.join(", ")})` }),
    ...(member.state !== undefined &&
      member.recoveryModel !== recorded.recoveryModel && { recoveryModel: member.recoveryModel }),
    ...rowFindings(set, made),
  };
}

function memberProblems(recorded: CustomBackupDatabaseSettings, member: MemberDatabase, made: Made): string[] {
  const { state, replica } = member;
  if (replica?.isPrimary === false) {
    const primary = replica.primaryReplica ? `, the primary is ${replica.primaryReplica}` : "";
    return [`${member.serverName} holds a secondary replica of ${groupName(replica)}${primary}`];
  }
  if (state !== "ONLINE") return [`the database is ${state ?? "gone"}`];
  if (member.readOnly) return ["the database is read-only"];
  if (!member.accessible) return ["the login may not enter the database"];
  return setupProblems(recorded, member, made);
}

export async function update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }> {
  const wanted = settingsOf(news);
  const place = placeOf(wanted);
  const where = whereOf(wanted, place);
  const before = madeIn(olds, wanted);
  const { member, set } = await readBoth(place, wanted, before.row, watchedObjects(before));
  assertUsable(where, wanted, member, before);
  assertManagement(where, set);
  const row = wantedRow(wanted, before);
  const current = currentRow(set, before);
  if (current) assertKeyIsFree(where, set, row);
  else rowToAdopt(where, { ...wanted, adopt: false }, row, membershipOf(set, row, member.serverName));
  const plan = planSetup(wanted, member, before);
  let made: Made = {
    ...before,
    row,
    // What is made again is ours, whoever made the one that is gone.
    adopted: before.adopted && current !== undefined,
    formerRows: [...before.formerRows, before.row].filter((former) => !sameValue(former, row)),
    parts: joinParts(before.parts, addedIfRun(member, plan.batches)),
  };
  await recordedIfUnknown(
    async () => {
      const sofar = { ...made, parts: before.parts };
      made = await runSetup(place.server, wanted.database, plan, sofar, modelToSet(wanted, member));
      if (!current) await joinRow(place, wanted, row);
      else {
        if (!sameValue(bare(current), row)) await inManagement(place.control, wanted, alterJoined(current, row));
        if (member.recoveryModel === "SIMPLE") await inManagement(place.control, wanted, forceFull());
      }
      for (const former of made.formerRows) {
        if (!sameValue(former, current && bare(current)))
          await inManagement(place.control, wanted, unjoinDatabase(former));
      }
    },
    { id, state: { ...olds, made: madeText(made) }, inputs: news },
  );
  const versions = { installed: installedVersions(wanted, member, made, plan), wanted: news[versionsKey] };
  return { outs: outputs(wanted, { ...made, formerRows: [] }, member, versions) };
}

async function remove(_id: string, state: Properties): Promise<void> {
  const recorded = recordedIn(state);
  const putsBack = recorded.setRecoveryModel && recorded.restoreRecoveryModel !== false;
  await takeAway(placeLeft(recorded), recorded, madeIn(state, recorded), putsBack);
}

export { remove as delete };

/** The row of a database that joins. */
function rowOf(wanted: CustomBackupDatabaseSettings, realServer: string): JoinedDatabase {
  const serverName = wanted.serverName ?? realServer;
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

/** The row that a joined database should have. One that was adopted keeps what the program says nothing about. */
function wantedRow(wanted: CustomBackupDatabaseSettings, { row, adopted }: Made): JoinedDatabase {
  const own = adopted ? row.defaultDatabaseName : wanted.database;
  return { ...row, defaultDatabaseName: wanted.defaultDatabaseName ?? own };
}

function bare({ defaultDatabaseName, databaseName, serverName, btsServerName }: JoinedDatabase): JoinedDatabase {
  return { defaultDatabaseName, databaseName, serverName, btsServerName };
}
