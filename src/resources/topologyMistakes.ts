import type { ArgumentKind } from "../providers/argumentMistakes";
import type { BackupTopologyArgs } from "./backupTopology";
import { isUnknown, knownParts } from "./knownParts";
import { databaseArgs, jobArgs, linkArgs, loginArgs } from "./topologyChildren";
import { planTopology, type TopologyPlan } from "./topologyPlan";

/** Thrown with every mistake of a description at once, each with its place. */
export class TopologyError extends Error {
  override readonly name = "TopologyError";
}

/** The longest server name that `adm_OtherBackupDatabases` holds. */
const serverNameLimit = 80;

/**
 * Plans a topology. Throws a `TopologyError` when it cannot be as it is described: with all mistakes at once, those that
 * the children's own checks would find included, as far as values are known.
 */
export function plannedOrRefused(name: string, args: BackupTopologyArgs): TopologyPlan {
  const plan = planTopology(name, args.databases, Object.keys(args.servers ?? {}));
  const description = describe(args);
  const mistakes = new Set([
    ...serverMistakes(description),
    ...databaseMistakes(description, plan),
    ...childMistakes(args, plan),
  ]);
  if (mistakes.size === 0) return plan;
  throw new TopologyError([`The backup topology ${name} cannot be as it is described:`, ...mistakes].join("\n  "));
}

/** What the mistakes are looked for in: what is known, and where each server is. */
interface Description {
  readonly keys: readonly string[];
  readonly entries: readonly { readonly database: unknown; readonly server: string | undefined }[];
  readonly managementDatabase: unknown;
  /** A server's address, `host,port` or `host\instance`; undefined when it is not known. */
  readonly addressOf: (server: string | undefined) => string | undefined;
}

function describe(args: BackupTopologyArgs): Description {
  const keys = Object.keys(args.servers ?? {});
  const addresses = new Map<string | undefined, string | undefined>(
    keys.map((key) => [key, addressIn(args.servers?.[key]?.connection)]),
  );
  addresses.set(undefined, addressIn(args.control));
  return {
    keys,
    entries: args.databases.map(({ database, server }) => ({ database: knownParts(database), server })),
    managementDatabase: knownParts(args.managementDatabase),
    addressOf: (server) => addresses.get(server),
  };
}

function addressIn(connection: unknown): string | undefined {
  const known = (knownParts(connection) ?? {}) as { host?: unknown; port?: unknown; instance?: unknown };
  if (isUnknown(known)) return undefined;
  const { host, port = 1433, instance } = known;
  if (typeof host !== "string" || [host, port, instance].some(isUnknown)) return undefined;
  return (instance === undefined ? `${host},${port}` : `${host}\\${instance}`).toLowerCase();
}

function serverMistakes({ keys, entries, addressOf }: Description): string[] {
  const used = new Set(entries.map(({ server }) => server));
  const byName = new Map<string, string>();
  const byAddress = new Map<string, string>();
  return keys.flatMap((key) => {
    const place = placeOfServer(key);
    const found: string[] = [];
    if (key === "") found.push(`${place}: must have a name, that of its linked server`);
    if (key.length > serverNameLimit) found.push(`${place}: must have at most ${serverNameLimit} characters`);
    if (!used.has(key)) found.push(`${place}: no database is on this server`);
    const namesake = first(byName, key.toLowerCase(), place);
    if (namesake) found.push(`${place}: is to SQL Server the same name as ${namesake}`);
    const address = addressOf(key);
    if (address === undefined) return found;
    const twin = first(byAddress, address, place);
    if (address === addressOf(undefined)) {
      found.push(`${place}.connection: leads to the control server (${address}), whose databases are given no server`);
    } else if (twin) {
      found.push(`${place}.connection: leads to the same server as ${twin} (${address})`);
    }
    return found;
  });
}

function databaseMistakes(description: Description, plan: TopologyPlan): string[] {
  const { keys, entries, managementDatabase, addressOf } = description;
  const known = new Set(keys);
  /** The same for all names of one server, as far as addresses are known. */
  const serverOf = (server: string | undefined) => addressOf(server) ?? JSON.stringify(server ?? null);
  const nameOf = (database: string, server: string | undefined) => `${serverOf(server)} ${database.toLowerCase()}`;
  const management = typeof managementDatabase === "string" && nameOf(managementDatabase, undefined);
  const byName = new Map<string, string>();
  const byResource = new Map<string, string>();
  return entries.flatMap(({ database, server }, index) => {
    const place = `databases[${index}]`;
    const found: string[] = [];
    if (server !== undefined && !known.has(server)) {
      const choice = keys.length > 0 ? keys.join(", ") : "there are none";
      found.push(`${place}.server: "${server}" is not one of the servers (${choice})`);
    }
    if (typeof database !== "string" || database === "" || isUnknown(database)) return found;
    const name = nameOf(database, server);
    if (name === management) {
      found.push(`${place}: ${database} is the management database, which is a member without being described`);
    }
    const described = first(byName, name, place);
    if (described) found.push(`${place}: ${database} is described already, at ${described}`);
    const resource = plan.databases[index]?.resource ?? "";
    const namesake = first(byResource, resource, place);
    if (namesake && !described) {
      found.push(`${place}: would be the resource ${resource}, as ${namesake} is: give the server another name`);
    }
    return found;
  });
}

/** Remembers the first place of something; at a later one, returns the first. */
function first(places: Map<string, string>, key: string, place: string): string | undefined {
  const known = places.get(key);
  if (known === undefined) places.set(key, place);
  return known;
}

/** What the children's own checks would say, in the places of the description. */
function childMistakes(args: BackupTopologyArgs, plan: TopologyPlan): string[] {
  // With the schemas comes zod, for which no other program should have to wait.
  const { argumentMistakes } =
    require("../providers/argumentMistakes") as typeof import("../providers/argumentMistakes");
  const { managementDatabase, login } = args;
  const places = new Set(Object.keys(args.servers ?? {}));
  const mistakesOf = (kind: ArgumentKind, childArgs: object, from: Origins) =>
    argumentMistakes(kind, knownParts(childArgs) as Record<string, unknown>).flatMap((reason) => placed(reason, from));
  const control = { connection: "control", managementDatabase: "managementDatabase" };
  return [
    ...mistakesOf("BackupJob", jobArgs(args), { ...control, "": "job" }),
    ...plan.logins.flatMap(({ server }) =>
      login === undefined
        ? []
        : mistakesOf("BackupUserLogin", loginArgs(args, login, plan, server, managementDatabase), {
            connection: placeOfConnection(server),
            // They are the entries, and looked at as such.
            databases: undefined,
            serverRoles: server === undefined ? "login.controlServerRoles" : "login.serverRoles",
            "": "login",
          }),
    ),
    ...plan.servers.flatMap(({ key }) =>
      mistakesOf("LinkedServer", linkArgs(args, key), {
        connection: "control",
        name: undefined,
        "": `${placeOfServer(key)}.linkedServer`,
      }),
    ),
    ...plan.databases.flatMap(({ entry, server }) =>
      server !== undefined && !places.has(server)
        ? []
        : mistakesOf("CustomBackupDatabase", databaseArgs(args, entry, managementDatabase), {
            connection: placeOfConnection(server),
            "control.connection": "control",
            "control.managementDatabase": "managementDatabase",
            serverName: undefined,
            "": `databases[${entry}]`,
          }),
    ),
  ];
}

/** Where in the description a child's properties come from; undefined for what is looked at elsewhere; "" for the rest. */
type Origins = Readonly<Record<string, string | undefined>>;

/** A mistake at its place in the description. */
function placed(reason: string, from: Origins): string[] {
  const isIn = (property: string) => property !== "" && /^[.[:]/.test(reason.slice(property.length));
  const property = Object.keys(from).find((key) => reason.startsWith(key) && isIn(key));
  if (property === undefined) return [`${from[""]}.${reason}`];
  const place = from[property];
  return place === undefined ? [] : [`${place}${reason.slice(property.length)}`];
}

function placeOfServer(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `servers.${key}` : `servers[${JSON.stringify(key)}]`;
}

function placeOfConnection(server: string | undefined): string {
  return server === undefined ? "control" : `${placeOfServer(server)}.connection`;
}
