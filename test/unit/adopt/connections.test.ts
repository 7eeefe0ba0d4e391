import { connectionBehind, variablesOf, withNamedSecrets } from "../../../src/adopt/connections";
import { Names } from "../../../src/adopt/names";
import type { ConnectionConfig } from "../../../src/sqlserver";

const control: ConnectionConfig = {
  host: "sql1",
  port: 1500,
  trustServerCertificate: true,
  authentication: { type: "sql", user: "sa", password: "Secret-1" },
};

test.each([
  ["sql2", { host: "sql2" }],
  ["tcp:sql2,1600", { host: "sql2", port: 1600 }],
  ["sql2\\BTS", { host: "sql2", instance: "BTS" }],
  ["sql2\\BTS,1600", { host: "sql2", port: 1600 }],
])("behind %s is a server, logged in to as the control server is", (dataSource, place) => {
  const { host: _host, port: _port, ...access } = control;
  expect(connectionBehind(dataSource, control)).toEqual({ ...access, ...place });
});

test.each(["", ".", "(local)", "(localdb)\\x", "a b"])("behind %j is no server that can be reached", (dataSource) => {
  expect(connectionBehind(dataSource, control)).toBeUndefined();
});

test("a password that is written out becomes a name", () => {
  const named = withNamedSecrets(control, "SQL1", new Names());
  expect(JSON.stringify(named)).not.toContain("Secret-1");
  expect(variablesOf(named)).toEqual(["SQL1_PASSWORD"]);
  const already: ConnectionConfig = { ...control, authentication: { type: "sql", user: "u", password: { env: "P" } } };
  expect(withNamedSecrets(already, "SQL1", new Names())).toEqual(already);
});
