import {
  alterLinkedServer,
  callInDistributedTransaction,
  callLinkedServer,
  createLinkedServer,
  differingOptions,
  dropLinkedServer,
  type LinkedServerOptions,
  type LinkedServerState,
  type LinkedServerTarget,
  type LoginMapping,
  readLinkedServer,
  type WantedMapping,
} from "../objects/linkedServer";
import { displayName, isSqlServerError, type SqlServer } from "../objects/server";
import { inputsOf, propertiesOf } from "./arguments";
import { asName, type DiffResult, difference, sameValue } from "./difference";
import { recordedIfUnknown, undoneOnFailure } from "./failures";
import { serverLeft } from "./goneServers";
import { type LinkedServerSettings, linkedServerSchema } from "./linkedServerArguments";
import { secretOf, serverOf } from "./servers";
import { type CheckResult, checkInputs, parseInputs } from "./validation";
import { type Properties, toState } from "./wire";

export { configure } from "./servers";

/** SQL Server's error for a linked server of that name. */
const serverExists = 15028;

const targetKeys = ["product", "provider", "dataSource", "location", "providerString", "catalog"] as const;

export async function check(_olds: Properties, news: Properties): Promise<CheckResult> {
  return checkInputs(linkedServerSchema, news);
}

export async function diff(_id: string, olds: Properties, news: Properties): Promise<DiffResult> {
  return difference(
    {
      properties: propertiesOf(linkedServerSchema).filter((key) => key !== "adopt"),
      replacing: ["connection", "name", ...targetKeys],
      normalize: { name: asName, product: asName, provider: asName },
      samePlace: (before, after) => sameValue(asName(before.name), asName(after.name)),
    },
    olds,
    news,
  );
}

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
    const remote = await converge(server, existing, wanted, []);
    return { id, outs: outputs(wanted, { adopted: true, ...remote }) };
  }
  const remote = await undoneOnFailure(() => converge(server, undefined, wanted, []), {
    undo: async (error) => {
      // Somebody else was faster: what is there now is theirs.
      if (isSqlServerError(error) && error.has(serverExists)) return;
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
  return {
    id,
    props: toState({ ...state, ...seen }),
    inputs: toState({ ...inputsIn(state), ...seen }),
  };
}

export async function update(id: string, olds: Properties, news: Properties): Promise<{ outs: Properties }> {
  const before = parseInputs(linkedServerSchema, inputsIn(olds));
  const wanted = parseInputs(linkedServerSchema, news);
  const server = serverOf(wanted.connection);
  const existing = await readLinkedServer(server, wanted.name);
  // A password cannot be read back: the mapping is made again when the program has another one.
  const renewed = wanted.logins.filter((mapping) => {
    const old = before.logins.find((other) => mappingKey(toMapping(other)) === mappingKey(toMapping(mapping)));
    return old !== undefined && !sameValue(old.remotePassword, mapping.remotePassword);
  });
  // What is made again is ours, whoever made the one that is gone.
  const adopted = olds.adopted === true && existing !== undefined;
  const remote = await recordedIfUnknown(() => converge(server, existing, wanted, renewed.map(toMapping)), {
    id,
    state: { ...olds, adopted },
    inputs: news,
  });
  return { outs: outputs(wanted, { adopted, ...remote }) };
}

async function remove(_id: string, state: Properties): Promise<void> {
  if (state.adopted === true) return;
  const recorded = parseInputs(linkedServerSchema, inputsIn(state));
  await serverLeft(recorded.connection)?.execute(dropLinkedServer(recorded.name));
}

export { remove as delete };

type Mapping = LinkedServerSettings["logins"][number];

/** Brings the linked server to what is wanted, and proves that it is and works. */
async function converge(
  server: SqlServer,
  existing: LinkedServerState | undefined,
  wanted: LinkedServerSettings,
  renewed: readonly LoginMapping[],
): Promise<{ remoteServerName?: string }> {
  const mappings = wanted.logins.map((mapping) => withPassword(wanted, mapping));
  if (existing) {
    const wantedKeys = mappings.map(mappingKey);
    const existingKeys = existing.logins.map(mappingKey);
    const again = renewed.map(mappingKey);
    const statement = alterLinkedServer(existing, wantedOptions(wanted, existing), {
      drop: existing.logins.filter((mapping) => !wantedKeys.includes(mappingKey(mapping))),
      add: mappings.filter(
        (mapping) => !existingKeys.includes(mappingKey(mapping)) || again.includes(mappingKey(mapping)),
      ),
    });
    if (statement) await server.execute(statement);
  } else {
    await server.execute(createLinkedServer(wanted.name, wantedTarget(wanted), wantedOptions(wanted), mappings));
  }
  await assertOptions(server, wanted);
  if (!wanted.test) return {};
  const call = wanted.testDistributedTransaction ? callInDistributedTransaction : callLinkedServer;
  const [remote] = await server.rows<{ name: string }>(call(wanted.name));
  return remote ? { remoteServerName: remote.name } : {};
}

/** The defaults of these options differ between versions and tools, so what was asked for is read back. */
async function assertOptions(server: SqlServer, wanted: LinkedServerSettings): Promise<void> {
  const after = await readLinkedServer(server, wanted.name);
  const wrong = after ? differingOptions(after, wantedOptions(wanted, after)) : ["name"];
  if (wrong.length > 0) {
    throw new Error(`The linked server ${wanted.name} on ${server.displayName} did not take: ${wrong.join(", ")}.`);
  }
}

function assertSameTarget(server: SqlServer, existing: LinkedServerState, wanted: LinkedServerSettings): void {
  const target = wantedTarget(wanted);
  const different = targetKeys.filter(
    (key) => key !== "providerString" && !sameValue(asName(existing[key]), asName(target[key])),
  );
  if (different.length === 0) return;
  const found = different.map((key) => `${key} is ${existing[key] || "empty"}`).join(", ");
  throw new Error(
    `The linked server ${wanted.name} on ${server.displayName} leads elsewhere (${found}), and that cannot be altered: drop it, or choose another name.`,
  );
}

/** What SQL Server records of a target: for its own product it fills in provider and data source by itself. */
function wantedTarget(wanted: LinkedServerSettings): LinkedServerTarget {
  const { product, provider, dataSource, location, providerString, catalog } = wanted;
  return { product, provider, dataSource, location, providerString, catalog };
}

function wantedOptions(wanted: LinkedServerSettings, existing?: LinkedServerOptions): LinkedServerOptions {
  return {
    rpc: wanted.rpc,
    rpcOut: wanted.rpcOut,
    promoteDistributedTransactions: wanted.promoteDistributedTransactions,
    dataAccess: wanted.dataAccess,
    collationCompatible: wanted.collationCompatible,
    useRemoteCollation: wanted.useRemoteCollation,
    collationName: wanted.collationName || (existing?.collationName ?? ""),
    lazySchemaValidation: wanted.lazySchemaValidation,
    connectTimeout: wanted.connectTimeout,
    queryTimeout: wanted.queryTimeout,
  };
}

function toMapping(mapping: Mapping): LoginMapping {
  return {
    localLogin: mapping.localLogin ?? "",
    self: mapping.self ?? mapping.remoteUser === undefined,
    remoteUser: mapping.remoteUser ?? "",
  };
}

function withPassword(wanted: LinkedServerSettings, mapping: Mapping): WantedMapping {
  const what = `linked server ${wanted.name}, remotePassword of ${mapping.remoteUser ?? ""}`;
  return {
    ...toMapping(mapping),
    ...(mapping.remotePassword !== undefined && { remotePassword: secretOf(mapping.remotePassword, what) }),
  };
}

function mappingKey({ localLogin, self, remoteUser }: LoginMapping): string {
  return JSON.stringify([localLogin.toLowerCase(), self, remoteUser]);
}

/** What the server has, in the program's terms. Mappings that are as the program says keep the program's words. */
function observed(recorded: LinkedServerSettings, found: LinkedServerState): Properties {
  const { name: _, logins, provider, product, dataSource, providerString, ...others } = found;
  const ownProduct = recorded.product.toLowerCase() === "sql server" && product.toLowerCase() === "sql server";
  return {
    ...others,
    product,
    ...(!ownProduct && { provider, dataSource }),
    // Not every login may see it.
    ...(providerString !== "" && { providerString }),
    logins: sameMappings(recorded, logins)
      ? recorded.logins
      : logins.map((mapping) => {
          const known = recorded.logins.find((other) => mappingKey(toMapping(other)) === mappingKey(mapping));
          if (known) return known;
          return {
            ...(mapping.localLogin && { localLogin: mapping.localLogin }),
            ...(mapping.remoteUser ? { remoteUser: mapping.remoteUser } : { self: mapping.self }),
          };
        }),
  };
}

function sameMappings(recorded: LinkedServerSettings, found: readonly LoginMapping[]): boolean {
  return sameValue(
    recorded.logins.map((mapping) => mappingKey(toMapping(mapping))).sort(),
    found.map(mappingKey).sort(),
  );
}

function outputs(wanted: LinkedServerSettings, computed: Properties): Properties {
  return toState({ ...wanted, server: displayName(wanted.connection), ...computed });
}

const inputsIn = (state: Properties): Properties => inputsOf(linkedServerSchema, state);
