/** sp_addlinkedserver and its family. */
import { SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import type { Steps } from "../engine/session/steps";
import { registerProcedure, type SystemProcedureParameter } from "../engine/session/systemProcedures";
import type { SqlType, Value } from "../engine/values";
import type { LinkedServerRecord } from "../storage/records";
import { findLinkedServer, NEW_LINKED_SERVER_OPTIONS } from "./linkedServers";
import { testConnection } from "./remoteAccess";

const NAME: SqlType = { kind: "nvarchar", length: 128 };
const LONG: SqlType = { kind: "nvarchar", length: 4000 };

type Arguments = (name: string) => string | null;

/** Not allowed inside a user's transaction (15002), as the real ones. */
function define(
  name: string,
  parameters: SystemProcedureParameter[],
  execute: (args: Arguments, activation: Activation) => void,
): void {
  registerProcedure({
    name,
    parameters,
    *execute({ arguments: values, activation }): Steps<number> {
      const { session } = activation;
      if (session.transactions.count > 0)
        throw new SqlError(15002, `The procedure 'sys.${name}' cannot be executed within a transaction.`);
      if (!session.security.hasServer("ALTER ANY LINKED SERVER"))
        throw new SqlError(15247, "User does not have permission to perform this action.");
      yield* session.inTransaction(activation, () =>
        session.runBody(activation, () =>
          execute((parameter) => {
            const value: Value = values.get(parameter) ?? null;
            return value === null ? null : String(value);
          }, activation),
        ),
      );
      return 0;
    },
  });
}

function existing(activation: Activation, name: string | null): LinkedServerRecord {
  const record = name === null ? undefined : findLinkedServer(activation.session.server, name);
  if (!record)
    throw new SqlError(
      15015,
      `The server '${name ?? ""}' does not exist. Use sp_helpserver to show available servers.`,
    );
  return record;
}

function addServer(args: Arguments, activation: Activation): void {
  const { session } = activation;
  const { master, serverName } = session.server;
  const name = args("@server") ?? "";
  const product = args("@srvproduct");
  const provider = args("@provider");
  if (name.toLowerCase() === serverName.toLowerCase() || findLinkedServer(session.server, name))
    throw new SqlError(15028, `The server '${name}' already exists.`);
  const isSqlServer = product !== null && /^SQL Server$/i.test(product.trim());
  const details = ["@provider", "@datasrc", "@location", "@provstr", "@catalog"];
  if (isSqlServer && details.some((d) => args(d) !== null)) {
    throw new SqlError(15428, "You cannot specify a provider or any properties for product 'SQL Server'.");
  }
  if (!isSqlServer && provider === null) {
    if (product === null && details.every((d) => args(d) === null))
      throw new SqlError(15429, `'(null)' is an invalid product name.`);
    throw new SqlError(15427, `You must specify a provider name for unknown product '${product ?? ""}'.`);
  }
  const { local } = activation.now();
  // 0 is the local server.
  const id = Math.max(0, ...[...master.metadata.all("linkedServer")].map((s) => s.id)) + 1;
  const transaction = session.requireTransaction();
  transaction.putRecord(master, "linkedServer", id, {
    id,
    name,
    product: isSqlServer ? "SQL Server" : (product ?? ""),
    provider: provider ?? "SQLNCLI",
    dataSource: isSqlServer ? name : args("@datasrc"),
    location: args("@location"),
    providerString: args("@provstr"),
    catalog: args("@catalog"),
    modifyDate: local,
    options: { ...NEW_LINKED_SERVER_OPTIONS },
    isLinked: true,
  });
  putMapping(activation, { serverId: id, localPrincipalId: 0, useSelf: true, remoteName: null, remotePassword: null });
}

interface Mapping {
  serverId: number;
  localPrincipalId: number;
  useSelf: boolean;
  remoteName: string | null;
  remotePassword: string | null;
}

function mappingOf(activation: Activation, serverId: number, localPrincipalId: number) {
  return [...activation.session.server.master.metadata.all("linkedLogin")].find(
    (m) => m.serverId === serverId && m.localPrincipalId === localPrincipalId,
  );
}

function putMapping(activation: Activation, mapping: Mapping): void {
  const { master } = activation.session.server;
  const id =
    mappingOf(activation, mapping.serverId, mapping.localPrincipalId)?.id ?? master.metadata.nextId("linkedLogin");
  activation.session
    .requireTransaction()
    .putRecord(master, "linkedLogin", id, { id, ...mapping, modifyDate: activation.now().local });
}

function dropServer(args: Arguments, activation: Activation): void {
  const { session } = activation;
  const { master } = session.server;
  const record = existing(activation, args("@server"));
  const mappings = [...master.metadata.all("linkedLogin")].filter((m) => m.serverId === record.id);
  const dropLogins = args("@droplogins");
  if (dropLogins !== null && dropLogins.toLowerCase() !== "droplogins") {
    throw new SqlError(15600, "An invalid parameter or option was specified for procedure 'sys.sp_dropserver'.");
  }
  // The mapping that every linked server is born with does not count.
  if (dropLogins === null && mappings.some((m) => m.localPrincipalId !== 0 || !m.useSelf)) {
    throw new SqlError(15190, `There are still remote logins or linked logins for the server '${record.name}'.`);
  }
  const transaction = session.requireTransaction();
  for (const mapping of mappings) transaction.putRecord(master, "linkedLogin", mapping.id, undefined);
  transaction.putRecord(master, "linkedServer", record.id, undefined);
}

/** Whoever calls the collations compatible names none, and the other way round (sp_serveroption, "Remarks"). */
function impliedOptions(name: string, value: string | number | boolean): Record<string, string | boolean> {
  if (name === "collation compatible" && value === true) return { "collation name": "" };
  if (name === "collation name" && value !== "") return { "collation compatible": false };
  return {};
}

function setOption(args: Arguments, activation: Activation): void {
  const record = existing(activation, args("@server"));
  const name = (args("@optname") ?? "").trim().toLowerCase();
  const value = (args("@optvalue") ?? "").trim();
  const present = NEW_LINKED_SERVER_OPTIONS[name];
  const invalid = () =>
    new SqlError(15600, "An invalid parameter or option was specified for procedure 'sys.sp_serveroption'.");
  if (present === undefined) throw invalid();
  let parsed: string | number | boolean;
  if (typeof present === "boolean") {
    if (/^(true|on|1)$/i.test(value)) parsed = true;
    else if (/^(false|off|0)$/i.test(value)) parsed = false;
    else throw invalid();
  } else if (typeof present === "number") {
    if (!/^\d+$/.test(value)) throw invalid();
    parsed = Number(value);
  } else parsed = value;
  const options = { ...record.options, [name]: parsed, ...impliedOptions(name, parsed) };
  activation.session.requireTransaction().putRecord(activation.session.server.master, "linkedServer", record.id, {
    ...record,
    options,
    modifyDate: activation.now().local,
  });
}

function localPrincipal(name: string | null, activation: Activation): number {
  if (name === null) return 0;
  const login = activation.session.server.master.metadata.findOne("login", name);
  if (!login || login.type === "R")
    throw new SqlError(15007, `'${name}' is not a valid login or you do not have permission.`);
  return login.id;
}

function addLogin(args: Arguments, activation: Activation): void {
  const record = existing(activation, args("@rmtsrvname"));
  const self = args("@useself") ?? "true";
  if (!/^(true|false)$/i.test(self))
    throw new SqlError(15600, "An invalid parameter or option was specified for procedure 'sys.sp_addlinkedsrvlogin'.");
  const useSelf = /^true$/i.test(self);
  putMapping(activation, {
    serverId: record.id,
    localPrincipalId: localPrincipal(args("@locallogin"), activation),
    useSelf,
    remoteName: useSelf ? null : args("@rmtuser"),
    remotePassword: useSelf ? null : args("@rmtpassword"),
  });
}

function dropLogin(args: Arguments, activation: Activation): void {
  const record = existing(activation, args("@rmtsrvname"));
  const mapping = mappingOf(activation, record.id, localPrincipal(args("@locallogin"), activation));
  if (!mapping) {
    const name = args("@locallogin");
    if (name === null) return;
    throw new SqlError(
      15476,
      `There is no remote user '${name}' mapped to local user '${name}' from the remote server '${record.name}'.`,
    );
  }
  activation.session
    .requireTransaction()
    .putRecord(activation.session.server.master, "linkedLogin", mapping.id, undefined);
}

export function registerLinkedServerProcedures(): void {
  const optional = (name: string, type = LONG): SystemProcedureParameter => ({ name, type, default: null });
  define("sp_addlinkedserver", [
    { name: "@server", type: NAME },
    optional("@srvproduct", NAME),
    optional("@provider", NAME),
    optional("@datasrc"),
    optional("@location"),
    optional("@provstr"),
    optional("@catalog", NAME),
    optional("@linkedstyle", NAME),
  ], addServer);
  define("sp_dropserver", [{ name: "@server", type: NAME }, optional("@droplogins", NAME)], dropServer);
  define("sp_serveroption", [
    { name: "@server", type: NAME },
    { name: "@optname", type: NAME },
    { name: "@optvalue", type: NAME },
  ], setOption);
  define("sp_addlinkedsrvlogin", [
    { name: "@rmtsrvname", type: NAME },
    { name: "@useself", type: NAME, default: "true" },
    optional("@locallogin", NAME),
    optional("@rmtuser", NAME),
    optional("@rmtpassword", NAME),
  ], addLogin);
  define("sp_droplinkedsrvlogin", [
    { name: "@rmtsrvname", type: NAME },
    { name: "@locallogin", type: NAME },
  ], dropLogin);
  registerProcedure({
    name: "sp_testlinkedserver",
    parameters: [{ name: "@servername", type: NAME }],
    *execute({ arguments: values, activation }): Steps<number> {
      yield* testConnection(activation, existing(activation, String(values.get("@servername") ?? "")));
      return 0;
    },
  });
}
