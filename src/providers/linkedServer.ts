import {
  addLinkedServer,
  alterLinkedServer,
  callInDistributedTransaction,
  callLinkedServer,
  differingOptions,
  dropLinkedServer,
  isNotAdded,
  isSqlServerProduct,
  type LinkedServerOptions,
  type LinkedServerState,
  type LinkedServerTarget,
  readLinkedServer,
  replaceLinkedServer,
  type WantedLinkedServer,
} from "../objects/linkedServer";
import { describeLinkUsers, waitForLinkUsers } from "../objects/linkUse";
import { displayName, type SqlServer, type Statement } from "../objects/server";
import { inputsOf, propertiesOf } from "./arguments";
import { asName, connectionPlace, type DiffResult, difference, type Findings, sameValue } from "./difference";
import { recordedIfUnknown, undoneOnFailure } from "./failures";
import { serverLeft } from "./goneServers";
import { type LinkedServerSettings, linkedServerSchema } from "./linkedServerArguments";
import {
  describeMapping,
  holdsPassword,
  isAnyRotated,
  mappingChanges,
  observedMappings,
  type PasswordDigests,
  passwordDigests,
  wantedMappings,
} from "./linkedServerMappings";
import { serverOf } from "./servers";
import { containsUnknown } from "./unknowns";
import { type CheckResult, checkInputs, parseInputs } from "./validation";
import { type Properties, toState } from "./wire";

export { configure } from "./servers";

const targetKeys = ["product", "provider", "dataSource", "location", "providerString", "catalog"] as const;

export async function check(_olds: Properties, news: Properties): Promise<CheckResult> {
  return checkInputs(linkedServerSchema, news);
}

/**
 * Only another name or another control server asks for another resource. A changed target is applied within update: a
 * replacement would take away the link of every member that is reached through it, and replace those that name it by
 * `serverName: link.name` along with it.
 */
export async function diff(_id: string, olds: Properties, news: Properties): Promise<DiffResult> {
  if (containsUnknown(news.name) || sameName(olds, news)) declared.add(placeOf(olds));
  const result = difference(
    {
      properties: propertiesOf(linkedServerSchema).filter((key) => key !== "adopt"),
      replacing: ["connection", "name"],
      normalize: { name: asName, product: asName, provider: asProvider },
      samePlace: sameName,
    },
    olds,
    news,
  );
  return { ...result, changes: result.changes || isAnyRotated(news.logins, digestsIn(olds)) };
}

/**
 * The linked servers that the program of this engine run still declares under their names: for what it no longer
 * declares, the engine asks for no diff. If one of them is deleted, then only to be made again (a replacement whose
 * delete goes first), and who uses it need not leave.
 */
const declared = new Set<string>();

const sameName = (olds: Properties, news: Properties) => sameValue(asName(olds.name), asName(news.name));
const placeOf = ({ connection, name }: Properties) => `${connectionPlace(connection)} ${asName(name)}`;

export async function create(inputs: Properties): Promise<{ id: string; outs: Properties }> {
  const wanted = parseInputs(linkedServerSchema, inputs);
  const server = serverOf(wanted.connection);
  const existing = await readLinkedServer(server, wanted.name);
  const id = `${server.displayName}/${wanted.name}`;
  if (existing) {
    if (!wanted.adopt) {
      throw new Error(
        `The linked server ${wanted.name} exists already on ${server.displayName}. Set adopt: true to take it over.`,
      );
    }
    assertSameTarget(server, existing, wanted);
    const remote = await carryOut(server, wanted, sending(server, alteration(existing, wanted, {})));
    return { id, outs: outputs(wanted, { adopted: true, ...remote }) };
  }
  const add = () => addLinkedServer(server, wholeOf(wanted));
  const remote = await undoneOnFailure(() => carryOut(server, wanted, add), {
    undo: async (error) => {
      // Somebody else may have been faster: what is there now is theirs.
      if (isNotAdded(error)) return;
      await server.execute(dropLinkedServer(wanted.name));
    },
    left: () => ({ id, state: outputs(wanted, { adopted: false }) }),
    inputs,
  });
  return { id, outs: outputs(wanted, { adopted: false, ...remote }) };
}

export async function read(
  id: string,
  state: Properties,
): Promise<{ id?: string; props?: Properties; inputs?: Properties }> {
  const recorded = parseInputs(linkedServerSchema, inputsIn(state));
  const server = serverLeft(recorded.connection);
  const found = server && (await readLinkedServer(server, recorded.name));
  if (!found) return {};
  const seen = observed(recorded, found);
  const findings = findingsOf(recorded, seen);
  return {
    id,
    props: toState({ ...state, ...seen, findings }),
    inputs: toState({ ...inputsIn(state), ...seen }),
  };
}

export async function update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }> {
  const before = parseInputs(linkedServerSchema, inputsIn(olds));
  const wanted = parseInputs(linkedServerSchema, news);
  const server = serverOf(wanted.connection);
  const existing = await readLinkedServer(server, wanted.name);
  // What is made again is ours, whoever made the one that is gone.
  const adopted = olds.adopted === true && existing !== undefined;
  const state = { ...olds, adopted };
  let remote: Remote;
  if (existing && leadsElsewhere(existing, before, wanted)) {
    const statement = replaceLinkedServer(wholeOf(wanted));
    remote = await undoneOnFailure(() => carryOut(server, wanted, sending(server, statement)), {
      // Members go on using the link that they had.
      undo: async () => void (await server.execute(replaceLinkedServer(wholeOf(before)))),
      left: () => ({ id, state }),
      inputs: news,
    });
  } else {
    const apply = existing
      ? sending(server, alteration(existing, wanted, digestsIn(olds)))
      : () => addLinkedServer(server, wholeOf(wanted));
    remote = await recordedIfUnknown(() => carryOut(server, wanted, apply), { id, state, inputs: news });
  }
  return { outs: outputs(wanted, { adopted, ...remote }) };
}

async function remove(_id: string, state: Properties): Promise<void> {
  if (state.adopted === true) return;
  const recorded = parseInputs(linkedServerSchema, inputsIn(state));
  const server = serverLeft(recorded.connection);
  if (!server) return;
  if (!declared.has(placeOf(state))) {
    const users = await waitForLinkUsers(server, recorded.name);
    if (users.length > 0) {
      throw new Error(
        `The linked server ${recorded.name} on ${server.displayName} ${describeLinkUsers(recorded.name, users)}`,
      );
    }
  }
  await server.execute(dropLinkedServer(recorded.name));
}

export { remove as delete };

/** What the server behind the link said of itself. */
interface Remote {
  readonly remoteServerName?: string;
}

/** The sending of a statement, if there is one. */
function sending(server: SqlServer, statement: Statement | undefined): () => Promise<void> {
  return async () => {
    if (statement) await server.execute(statement);
  };
}

/** Makes or alters the linked server, and proves that it is as wanted and works. */
async function carryOut(server: SqlServer, wanted: LinkedServerSettings, apply: () => Promise<void>): Promise<Remote> {
  await apply();
  await assertOptions(server, wanted);
  if (!wanted.test) return {};
  const call = wanted.testDistributedTransaction ? callInDistributedTransaction : callLinkedServer;
  const [remote] = await server.rows<{ name: string }>(call(wanted.name));
  return remote ? { remoteServerName: remote.name } : {};
}

function wholeOf(wanted: LinkedServerSettings): WantedLinkedServer {
  return {
    name: wanted.name,
    target: wantedTarget(wanted),
    options: wantedOptions(wanted),
    mappings: wantedMappings(wanted),
  };
}

/** What brings options and mappings of an existing linked server to what is wanted; undefined when they are. */
function alteration(
  existing: LinkedServerState,
  wanted: LinkedServerSettings,
  digests: PasswordDigests,
): Statement | undefined {
  return alterLinkedServer(existing, wantedOptions(wanted), mappingChanges(existing.logins, wanted, digests));
}

/** The defaults of these options differ between versions and tools, so what was asked for is read back. */
async function assertOptions(server: SqlServer, wanted: LinkedServerSettings): Promise<void> {
  const after = await readLinkedServer(server, wanted.name);
  const wrong = after ? differingOptions(after, wantedOptions(wanted)) : ["name"];
  if (wrong.length > 0) {
    throw new Error(`The linked server ${wanted.name} on ${server.displayName} did not take: ${wrong.join(", ")}.`);
  }
}

function assertSameTarget(server: SqlServer, existing: LinkedServerState, wanted: LinkedServerSettings): void {
  const different = differingTarget(existing, wanted).filter((key) => key !== "providerString");
  if (different.length === 0) return;
  const found = different.map((key) => `${key} is ${existing[key] || "empty"}`).join(", ");
  throw new Error(
    `The linked server ${wanted.name} on ${server.displayName} leads elsewhere (${found}): say so in the program, drop it, or choose another name.`,
  );
}

/** Whether the linked server has to be made anew to lead where it should. */
function leadsElsewhere(
  existing: LinkedServerState,
  before: LinkedServerSettings,
  wanted: LinkedServerSettings,
): boolean {
  return before.providerString !== wanted.providerString || differingTarget(existing, wanted).length > 0;
}

/** The properties of the target that are otherwise than wanted, as far as they can be seen. */
function differingTarget(existing: LinkedServerTarget, wanted: LinkedServerSettings): (keyof LinkedServerTarget)[] {
  const normalize: { readonly [Key in keyof LinkedServerTarget]?: (value: unknown) => unknown } = {
    product: asName,
    provider: asProvider,
  };
  return targetKeys.filter((key) => {
    // For its own product SQL Server fills these in by itself.
    if (isSqlServerProduct(wanted) && (key === "provider" || key === "dataSource")) return false;
    // Not every login may see it.
    if (key === "providerString" && existing.providerString === "") return false;
    const same = normalize[key] ?? ((value: unknown) => value);
    return same(existing[key]) !== same(wanted[key]);
  });
}

/** SQL Server keeps SQLOLEDB under the name of what took its place (sp_addlinkedserver, "Remarks"). */
function asProvider(name: unknown): unknown {
  return asName(name) === "sqloledb" ? "sqlncli" : asName(name);
}

function wantedTarget(wanted: LinkedServerSettings): LinkedServerTarget {
  const { product, provider, dataSource, location, providerString, catalog } = wanted;
  return { product, provider, dataSource, location, providerString, catalog };
}

function wantedOptions(wanted: LinkedServerSettings): LinkedServerOptions {
  return {
    rpc: wanted.rpc,
    rpcOut: wanted.rpcOut,
    promoteDistributedTransactions: wanted.promoteDistributedTransactions,
    dataAccess: wanted.dataAccess,
    collationCompatible: wanted.collationCompatible,
    useRemoteCollation: wanted.useRemoteCollation,
    collationName: wanted.collationName,
    lazySchemaValidation: wanted.lazySchemaValidation,
    connectTimeout: wanted.connectTimeout,
    queryTimeout: wanted.queryTimeout,
  };
}

/** What the server has, in the program's terms. */
function observed(recorded: LinkedServerSettings, found: LinkedServerState): Partial<LinkedServerSettings> {
  const { name: _, logins, provider, product, dataSource, providerString, ...others } = found;
  const ownProduct = isSqlServerProduct(recorded) && isSqlServerProduct({ product });
  return {
    ...others,
    product,
    ...(!ownProduct && { provider, dataSource }),
    // Not every login may see it.
    ...(providerString !== "" && { providerString }),
    logins: observedMappings(recorded, logins),
  };
}

/** What is amiss with secrets: the engine shows no change of what is secret before and after. */
function findingsOf(recorded: LinkedServerSettings, seen: Partial<LinkedServerSettings>): Findings {
  const { providerString = recorded.providerString, logins = [] } = seen;
  return {
    ...(recorded.providerString !== "" &&
      recorded.providerString !== providerString && { providerString: "(changed on the server)" }),
    ...(holdsPassword(recorded.logins) &&
      !sameValue(recorded.logins, logins) && { logins: logins.map(describeMapping) }),
  };
}

function outputs(wanted: LinkedServerSettings, computed: Properties): Properties {
  const digests = passwordDigests(wanted);
  return toState({
    ...wanted,
    server: displayName(wanted.connection),
    passwordDigests: digests,
    findings: {},
    ...computed,
  });
}

const digestsIn = ({ passwordDigests: digests }: Properties) => (digests ?? {}) as PasswordDigests;
const inputsIn = (state: Properties): Properties => inputsOf(linkedServerSchema, state);
