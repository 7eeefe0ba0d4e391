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

const linkTo = ({ control, remote }: DriftWorld, name: string) => ({
  connection: control.connection,
  name,
  dataSource: `127.0.0.1,${remote.connection.port}`,
  logins: [{ remoteUser: "sa", remotePassword: "Secret-1" }],
});

export const linkedServer: DriftTable = {
  kind: "LinkedServer",
  cases: [
    optionDrift({
      property: "rpcOut",
      option: "rpc out",
      column: "is_rpc_out_enabled",
      to: "false",
      shows: { old: "false", new: "true" },
    }),
    optionDrift({
      property: "queryTimeout",
      option: "query timeout",
      column: "query_timeout",
      to: "7",
      declared: { queryTimeout: 30 },
      shows: { old: "7", new: "30" },
    }),
  ],
  exceptions: {
    connection: "where to look, not what is there",
    name: "a linked server cannot be renamed: under another name it is another one, and this one is gone",
    test: "what create and update do, not what is there",
    testDistributedTransaction: "what create and update do, not what is there",
    adopt: "what create does, not what is there",
  },
  missing: [
    "product",
    "provider",
    "dataSource",
    "location",
    "providerString",
    "catalog",
    "rpc",
    "promoteDistributedTransactions",
    "dataAccess",
    "collationCompatible",
    "useRemoteCollation",
    "collationName",
    "lazySchemaValidation",
    "connectTimeout",
    "logins",
  ],
};
