import {
  grantUserText,
  parseUsers,
  readUsersText,
  revokeUserText,
  type UserGrant,
  type UserState,
} from "../objects/databaseUser";
import { describeLoginUse } from "../objects/loginUse";
import { displayName, isOutcomeUnknown, isSqlServerError, MissingSecretError, type SqlServer } from "../objects/server";
import {
  alterLoginText,
  createLoginText,
  dropLoginText,
  type LoginSettings,
  type LoginState,
  loginParameters,
  namesWithout,
  parseLogin,
  readLoginText,
} from "../objects/serverLogin";
import { inputsOf, propertiesOf } from "./arguments";
import { type BackupUserLoginSettings, backupUserLoginSchema, recordedLoginSchema } from "./backupUserLoginArguments";
import { asName, asNameSet, type DiffResult, difference, sameValue } from "./difference";
import { recordedIfUnknown, undoneOnFailure } from "./failures";
import { serverLeft } from "./goneServers";
import { findingsOf, observed } from "./loginFindings";
import { withRolesOfRights } from "./loginRights";
import { digestOf, isDigestOf } from "./passwordDigest";
import { secretOf, serverOf } from "./servers";
import { containsUnknown } from "./unknowns";
import { mergeGrants, planGrants, surplusGrants, userIn, wantedIn, wantedUsers, withoutWanted } from "./userGrants";
import { type CheckResult, checkInputs, parseInputs } from "./validation";
import { type Properties, toState } from "./wire";

export { configure } from "./servers";

export async function check(_olds: Properties, news: Properties): Promise<CheckResult> {
  return checkInputs(backupUserLoginSchema, news);
}

export async function diff(_id: string, olds: Properties, news: Properties): Promise<DiffResult> {
  const result = difference(
    {
      properties: propertiesOf(backupUserLoginSchema).filter((key) => key !== "adopt"),
      replacing: ["connection", "loginName", "type", "sid"],
      normalize: {
        loginName: asName,
        sid: asName,
        defaultDatabase: asName,
        databases: asNameSet,
        roles: asNameSet,
        serverRoles: asNameSet,
        serverPermissions: asNameSet,
      },
      samePlace: (before, after) => sameValue(asName(before.loginName), asName(after.loginName)),
    },
    olds,
    news,
  );
  return { ...result, changes: result.changes || isRotated(olds, news) };
}

/** Whether the place that the password is taken from holds another one than was set last. */
function isRotated(olds: Properties, news: Properties): boolean {
  if (news.password === undefined || containsUnknown(news.password) || olds.passwordDigest === undefined) return false;
  try {
    return !isDigestOf(secretOf(news.password as string, "password"), olds.passwordDigest);
  } catch (error) {
    // A preview may run where the secret is not at hand; the update will say so.
    if (error instanceof MissingSecretError) return false;
    throw error;
  }
}

export async function create(inputs: Properties): Promise<{ id: string; outs: Properties }> {
  const wanted = parseInputs(backupUserLoginSchema, inputs);
  const server = serverOf(wanted.connection);
  const password = passwordOf(wanted);
  const found = await readAll(server, wanted.loginName, databasesOf(wanted), password);
  const id = `${server.displayName}/${wanted.loginName}`;
  if (found.login && !wanted.adopt) {
    throw new Error(
      `The login ${wanted.loginName} exists already on ${server.displayName}. Set adopt: true to take it over.`,
    );
  }
  if (found.login && found.login.type !== wanted.type) {
    throw new Error(`The login ${wanted.loginName} on ${server.displayName} is of the type ${found.login.type}.`);
  }
  const adopted = found.login !== undefined;
  const grants = planGrants(server.displayName, wanted, found.users);
  const made = { adopted, grants };
  const loginSid = await undoneOnFailure(() => converge(server, wanted, found, grants, password), {
    // The server has rolled back what it says has failed, and what is there then is somebody else's.
    undo: async (error) => {
      if (isOutcomeUnknown(error)) await takeAway(server, wanted.loginName, grants, adopted);
    },
    left: () => ({ id, state: outputs(wanted, made, password) }),
    inputs,
  });
  return { id, outs: outputs(wanted, { ...made, loginSid }, password) };
}

export async function read(
  id: string,
  state: Properties,
): Promise<{ id?: string; props?: Properties; inputs?: Properties }> {
  const recorded = parseInputs(recordedLoginSchema, inputsIn(state));
  const server = serverLeft(recorded.connection);
  if (!server) return {};
  const password = passwordOf(recorded);
  const found = await readAll(server, recorded.loginName, databasesOf(recorded), password);
  if (!found.login) return {};
  const seen = observed(recorded, found.login);
  const findings = findingsOf(recorded, found.login, found.users, grantsIn(state));
  return {
    id,
    props: toState({ ...state, ...seen, loginSid: found.login.sid, findings }),
    inputs: toState({ ...inputsIn(state), ...seen, ...findings }),
  };
}

export async function update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }> {
  const wanted = parseInputs(backupUserLoginSchema, news);
  const server = serverOf(wanted.connection);
  const password = passwordOf(wanted);
  const before = grantsIn(olds);
  const places = wantedUsers(wanted);
  const databases = databasesOf(wanted);
  const leaving = before.filter(({ database }) => namesWithout([database], databases).length > 0);
  const everywhere = [...databases, ...leaving.map(({ database }) => database)];
  const found = await readAll(server, wanted.loginName, everywhere, password);
  const users = found.users.slice(0, databases.length);
  const added = planGrants(server.displayName, wanted, users);
  const unwanted = before
    .filter((grant) => !leaving.includes(grant))
    .map((grant) => withoutWanted(grant, wantedIn(places, grant.database)));
  const grants = mergeGrants(
    before.filter((grant) => !leaving.includes(grant)),
    added,
    unwanted,
  );
  const surplus = surplusGrants(places, users, before);
  const taken = mergeGrants([], [...unwanted, ...surplus], []);
  const revocations = [...leaving, ...taken].map((grant) => ({
    grant,
    state: userIn(found.users, grant.database),
  }));
  const now = { login: found.login, users };
  const loginSid = await recordedIfUnknown(
    () => converge(server, wanted, now, added, password, revocations, olds.passwordDigest),
    { id, state: { ...olds, grants: mergeGrants(before, added, []) }, inputs: news },
  );
  return { outs: outputs(wanted, { adopted: olds.adopted === true, grants, loginSid }, password) };
}

async function remove(_id: string, state: Properties): Promise<void> {
  const recorded = parseInputs(recordedLoginSchema, inputsIn(state));
  const server = serverLeft(recorded.connection);
  if (server) await takeAway(server, recorded.loginName, grantsIn(state), state.adopted === true);
}

export { remove as delete };

interface Found {
  readonly login: LoginState | undefined;
  readonly users: readonly UserState[];
}

/** The login and what it is in each database, in one round trip. */
async function readAll(
  server: SqlServer,
  loginName: string,
  databases: readonly string[],
  password: string | undefined,
): Promise<Found> {
  const { recordsets } = await server.execute({
    text: `${readLoginText}\n${readUsersText(databases)}`,
    parameters: loginParameters(loginName, password),
    summary: `read the login ${loginName} and its users`,
    repeatable: true,
  });
  return { login: parseLogin(loginName, recordsets), users: parseUsers(databases, recordsets.slice(3)) };
}

interface Revocation {
  readonly grant: UserGrant;
  readonly state: UserState | undefined;
}

/**
 * Makes or alters login and users, all in one transaction: either everything is as wanted, or nothing has changed.
 * Returns the login's SID.
 */
async function converge(
  server: SqlServer,
  wanted: BackupUserLoginSettings,
  found: Found,
  grants: readonly UserGrant[],
  password: string | undefined,
  revocations: readonly Revocation[] = [],
  passwordDigest?: unknown,
): Promise<string | undefined> {
  const settings: LoginSettings = { ...wanted, serverRoles: withRolesOfRights(wanted.serverRoles, wanted.rights) };
  const { passwordMatches } = found.login ?? {};
  // Who may not see the hash is told by the digest of what was set last.
  const setPassword = password !== undefined && !(passwordMatches ?? isDigestOf(password, passwordDigest));
  const lines = [
    found.login ? alterLoginText(found.login, settings, setPassword) : createLoginText(settings),
    ...grants.map((grant) => {
      const user = userIn(found.users, grant.database);
      return user ? grantUserText(wanted.loginName, user, grant) : "";
    }),
    ...revocations.map(({ grant, state }) => (state?.databaseState === "ONLINE" ? revokeUserText(state, grant) : "")),
  ].filter((line) => line !== "");
  const summary = `set up the login ${wanted.loginName}`;
  return (await inTransaction(server, summary, lines, wanted.loginName, password)) ?? found.login?.sid;
}

/** Takes away what was added in databases that are still there, and the login if it was made. */
async function takeAway(
  server: SqlServer,
  loginName: string,
  grants: readonly UserGrant[],
  keepLogin: boolean,
): Promise<void> {
  const { users } = await readAll(
    server,
    loginName,
    grants.map(({ database }) => database),
    undefined,
  );
  const lines = grants.map((grant, index) => {
    const user = users[index];
    return user?.databaseState === "ONLINE" ? revokeUserText(user, grant) : "";
  });
  if (!keepLogin) lines.push(dropLoginText(loginName));
  try {
    await inTransaction(
      server,
      `take away the login ${loginName}`,
      lines.filter((line) => line !== ""),
      loginName,
      undefined,
    );
  } catch (error) {
    if (!isSqlServerError(error)) throw error;
    const online = users.filter(({ databaseState }) => databaseState === "ONLINE").map(({ database }) => database);
    const use = await describeLoginUse(server, loginName, online, error);
    if (use === undefined) throw error;
    throw new Error(`${error.message}\n  ${use}`, { cause: error });
  }
}

/** Runs the lines as one, and returns the login's SID afterwards; undefined when there is nothing to run, or no login. */
async function inTransaction(
  server: SqlServer,
  summary: string,
  lines: readonly string[],
  loginName: string,
  password: string | undefined,
): Promise<string | undefined> {
  if (lines.length === 0) return undefined;
  const sid = "SELECT CONVERT(varchar(200), SUSER_SID(@login), 1) AS sid;";
  const statement = {
    text: ["SET XACT_ABORT ON;", "BEGIN TRANSACTION;", ...lines, sid, "COMMIT TRANSACTION;"].join("\n"),
    parameters: loginParameters(loginName, password),
    summary,
    transactional: true,
  };
  // Permissions at the server are granted only there (4621), whatever database the connection names.
  const [row] = await server.rows<{ sid: string | null }>(statement, { database: "master" });
  return row?.sid ?? undefined;
}

function passwordOf(wanted: BackupUserLoginSettings): string | undefined {
  return wanted.password === undefined
    ? undefined
    : secretOf(wanted.password, `password of the login ${wanted.loginName}`);
}

function outputs(wanted: BackupUserLoginSettings, computed: Properties, password: string | undefined): Properties {
  return toState({
    ...wanted,
    server: displayName(wanted.connection),
    passwordDigest: password && digestOf(password),
    findings: {},
    ...computed,
  });
}

const databasesOf = (wanted: BackupUserLoginSettings) => wantedUsers(wanted).map(({ database }) => database);
const grantsIn = (state: Properties) => (state.grants ?? []) as UserGrant[];
const inputsIn = (state: Properties): Properties => inputsOf(backupUserLoginSchema, state);
