import type { LinkedServerState } from "../objects/linkedServer";
import { type ConnectionConfig, displayName } from "../objects/server";
import type { Properties } from "../providers/wire";
import type { Remark } from "./installation";
import type { Names } from "./names";
import type { AdoptedResource, Reference } from "./resource";

/** What a program need not say. */
const defaults: Properties = {
  product: "",
  provider: "MSOLEDBSQL",
  location: "",
  providerString: "",
  catalog: "",
  rpc: true,
  rpcOut: true,
  promoteDistributedTransactions: true,
  dataAccess: true,
  collationCompatible: false,
  useRemoteCollation: true,
  collationName: "",
  lazySchemaValidation: false,
  connectTimeout: 0,
  queryTimeout: 0,
};

/** A linked server with its mappings; undefined when a program could not say what it is without giving a secret away. */
export function declareLink(
  names: Names,
  connection: Reference,
  { name, logins, ...link }: LinkedServerState,
  remoteServerName: string | undefined,
  remarks: Remark[],
): AdoptedResource | undefined {
  const what = `The linked server ${name}`;
  if (/\b(?:pwd|password)\s*=/i.test(link.providerString)) {
    remarks.push({
      what,
      why: "Its provider string holds a password. Declare it by hand, with the string as a secret.",
    });
    return undefined;
  }
  if (!link.rpcOut || !link.promoteDistributedTransactions) {
    remarks.push({
      what,
      why: "It has `rpc out` or the promotion of distributed transactions off, and is declared so. Marks need both: set them to true in the program.",
    });
  }
  // For its own product SQL Server fills in provider and data source by itself.
  const ownProduct = link.product.toLowerCase() === "sql server";
  const { provider, dataSource, ...others } = link;
  const target = ownProduct ? {} : { provider, dataSource };
  const said = Object.entries({ ...target, ...others }).filter(([key, value]) => value !== defaults[key]);
  const mappings = logins.map(({ localLogin, self, remoteUser }) => ({
    ...(localLogin !== "" && { localLogin }),
    ...(remoteUser === ""
      ? { self }
      : { remoteUser, remotePassword: { env: names.variable(`${name} ${remoteUser}`, "PASSWORD") } }),
  }));
  const [first, ...more] = logins;
  const everybodyAsSelf = more.length === 0 && first?.localLogin === "" && first.self;
  return {
    kind: "LinkedServer",
    name: names.identifier(name, "link"),
    id: `${displayName(connection.value as ConnectionConfig)}/${name}`,
    args: { connection, name, ...Object.fromEntries(said), ...(!everybodyAsSelf && { logins: mappings }), adopt: true },
    computed: { adopted: true, ...(remoteServerName !== undefined && { remoteServerName }) },
  };
}
