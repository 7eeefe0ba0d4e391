import { quoteString } from "../../../../src/sqlserver";
import type { DriftCase, DriftTable, DriftWorld } from "./driftCase";

/** An option of `sp_serveroption`, changed by itself; the declared value is its default unless given. */
function optionDrift(drift: {
  readonly property: string;
  readonly option: string;
  readonly column: string;
  readonly to: string;
  readonly shows: DriftCase["shows"];
  readonly declared?: object;
}): DriftCase {
  const name = `link ${drift.property}`;
  return {
    property: drift.property,
    declare: (world) => ({ [name]: { kind: "LinkedServer", args: { ...linkTo(world, name), ...drift.declared } } }),
    drift: ({ control }) => control.run(`EXEC sp_serveroption ${quoteString(name)}, '${drift.option}', '${drift.to}';`),
    shows: drift.shows,
    observe: ({ control }) =>
      control.rows(`SELECT ${drift.column} AS value FROM sys.servers WHERE name = ${quoteString(name)};`),
  };
}

/** What only whoever drops the linked server and adds it again can change. */
function targetDrift(drift: {
  readonly property: "product" | "provider" | "dataSource" | "location" | "providerString" | "catalog";
  readonly argument: string;
  readonly column: string;
  readonly to: string;
  readonly shows: DriftCase["shows"];
  readonly declared?: object;
}): DriftCase {
  const name = `link ${drift.property}`;
  const link = quoteString(name);
  return {
    property: drift.property,
    declare: (world) => ({ [name]: { kind: "LinkedServer", args: { ...linkTo(world, name), ...drift.declared } } }),
    drift: ({ control, remote }) => {
      const target: Record<string, string> = {
        srvproduct: "",
        provider: "MSOLEDBSQL",
        datasrc: dataSourceOf(remote),
        [drift.argument]: drift.to,
      };
      const args = Object.entries(target).map(([argument, value]) => `, @${argument} = ${quoteString(value)}`);
      return control.run(`EXEC sp_dropserver ${link}, 'droplogins';
EXEC sp_addlinkedserver @server = ${link}${args.join("")};
EXEC sp_serveroption ${link}, 'rpc', 'true';
EXEC sp_serveroption ${link}, 'rpc out', 'true';
EXEC sp_addlinkedsrvlogin ${link}, 'false', NULL, N'sa', N'Secret-1';`);
    },
    shows: drift.shows,
    observe: ({ control }) => control.rows(`SELECT ${drift.column} AS value FROM sys.servers WHERE name = ${link};`),
  };
}

/** Who may pass as whom, changed by a statement about the linked server. */
function loginDrift(drift: {
  readonly what: string;
  readonly does: (link: string) => string;
  readonly shows: DriftCase["shows"];
  /** Every login as itself unless given. */
  readonly logins?: object[];
}): DriftCase {
  const name = `link that ${drift.what}`;
  const link = quoteString(name);
  return {
    property: "logins",
    what: drift.what,
    declare: (world) => ({
      [name]: { kind: "LinkedServer", args: { ...linkTo(world, name), logins: drift.logins ?? [{ self: true }] } },
    }),
    drift: ({ control }) => control.run(drift.does(link)),
    shows: drift.shows,
    observe: ({ control }) =>
      control.rows(`SELECT l.uses_self_credential AS self, l.remote_name AS name, SUSER_NAME(l.local_principal_id) AS local
FROM sys.linked_logins AS l JOIN sys.servers AS s ON s.server_id = l.server_id WHERE s.name = ${link};`),
  };
}

const dataSourceOf = ({ connection }: DriftWorld["remote"]) => `127.0.0.1,${connection.port}`;

const linkTo = ({ control, remote }: DriftWorld, name: string) => ({
  connection: control.connection,
  name,
  dataSource: dataSourceOf(remote),
  logins: [{ remoteUser: "sa", remotePassword: "Secret-1" }],
});

/** A switch that is on unless the program says otherwise. */
const switchedOff = (property: string, option: string, column: string) =>
  optionDrift({ property, option, column, to: "false", shows: { old: "false", new: "true" } });
/** A switch that is off unless the program says otherwise. */
const switchedOn = (property: string, option: string, column: string) =>
  optionDrift({ property, option, column, to: "true", shows: { old: "true", new: "false" } });

export const linkedServer: DriftTable = {
  kind: "LinkedServer",
  cases: [
    switchedOff("rpc", "rpc", "is_remote_login_enabled"),
    switchedOff("rpcOut", "rpc out", "is_rpc_out_enabled"),
    switchedOff(
      "promoteDistributedTransactions",
      "remote proc transaction promotion",
      "is_remote_proc_transaction_promotion_enabled",
    ),
    switchedOff("dataAccess", "data access", "is_data_access_enabled"),
    switchedOff("useRemoteCollation", "use remote collation", "uses_remote_collation"),
    switchedOn("collationCompatible", "collation compatible", "is_collation_compatible"),
    switchedOn("lazySchemaValidation", "lazy schema validation", "lazy_schema_validation"),
    optionDrift({
      property: "collationName",
      option: "collation name",
      column: "collation_name",
      to: "Latin1_General_BIN",
      shows: { old: '"Latin1_General_BIN"', new: "" },
    }),
    optionDrift({
      property: "connectTimeout",
      option: "connect timeout",
      column: "connect_timeout",
      to: "20",
      shows: { old: "20", new: "0" },
    }),
    optionDrift({
      property: "queryTimeout",
      option: "query timeout",
      column: "query_timeout",
      to: "7",
      declared: { queryTimeout: 30 },
      shows: { old: "7", new: "30" },
    }),
    targetDrift({
      property: "product",
      argument: "srvproduct",
      column: "product",
      to: "any",
      shows: { old: '"any"', new: "" },
    }),
    targetDrift({
      property: "provider",
      argument: "provider",
      column: "provider",
      to: "MSOLEDBSQL19",
      shows: { old: '"MSOLEDBSQL19"', new: '"MSOLEDBSQL"' },
    }),
    targetDrift({
      property: "dataSource",
      argument: "datasrc",
      column: "data_source",
      to: "elsewhere,1",
      declared: { dataSource: "nowhere", test: false },
      shows: { old: '"elsewhere,1"', new: '"nowhere"' },
    }),
    targetDrift({
      property: "location",
      argument: "location",
      column: "location",
      to: "somewhere",
      shows: { old: '"somewhere"', new: "" },
    }),
    targetDrift({
      property: "providerString",
      argument: "provstr",
      column: "provider_string",
      to: "APP=somebody's",
      declared: { providerString: "APP=declared" },
      shows: { old: '"(changed on the server)"', new: "[secret]" },
    }),
    targetDrift({
      property: "catalog",
      argument: "catalog",
      column: "catalog",
      to: "tempdb",
      shows: { old: '"tempdb"', new: "" },
    }),
    loginDrift({
      what: "lets nobody through",
      does: (link) => `EXEC sp_droplinkedsrvlogin ${link}, NULL;`,
      shows: { old: "", new: "true" },
    }),
    loginDrift({
      what: "lets all through as another",
      does: (link) => `EXEC sp_addlinkedsrvlogin ${link}, 'false', NULL, N'other', N'Secret-2';`,
      shows: { old: '"other"', new: "" },
    }),
    loginDrift({
      what: "lets all through as another, where a password stands in the program",
      logins: [{ remoteUser: "sa", remotePassword: "Secret-1" }],
      does: (link) => `EXEC sp_addlinkedsrvlogin ${link}, 'false', NULL, N'other', N'Secret-2';`,
      shows: { old: '"all others as other"', new: "[secret]" },
    }),
    loginDrift({
      what: "has a mapping of its own for a login",
      does: (link) => `EXEC sp_addlinkedsrvlogin ${link}, 'false', N'sa', N'other', N'Secret-2';`,
      shows: { old: '"sa"', new: "" },
    }),
  ],
  exceptions: {
    connection: "where to look, not what is there",
    name: "a linked server cannot be renamed: under another name it is another one, and this one is gone",
    test: "what create and update do, not what is there",
    testDistributedTransaction: "what create and update do, not what is there",
    adopt: "what create does, not what is there",
  },
  missing: [],
};
