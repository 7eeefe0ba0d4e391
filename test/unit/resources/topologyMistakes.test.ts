import * as pulumi from "@pulumi/pulumi";
import type { BackupTopologyArgs } from "../../../src";
import { plannedOrRefused, TopologyError } from "../../../src/resources/topologyMistakes";

const at = (host: string, more: object = {}) => ({
  host,
  authentication: { type: "sql" as const, user: "sa", password: "hunter2" },
  ...more,
});
const right = {
  control: at("sql1"),
  managementDatabase: "Mgmt",
  servers: { BRANCH: { connection: at("sql2", { port: 1500 }) } },
  databases: [{ database: "Accounts" }, { database: "Orders", server: "BRANCH" }],
  job: { fullPath: "/backup" },
};

/** What is wrong with a description, in lines. */
function mistakesOf(change: object): string[] {
  try {
    plannedOrRefused("shop", { ...right, ...change } as unknown as BackupTopologyArgs);
    return [];
  } catch (error) {
    if (!(error instanceof TopologyError)) throw error;
    const [title, ...mistakes] = error.message.split("\n  ");
    expect(title).toBe("The backup topology shop cannot be as it is described:");
    expect(error.message).not.toContain("hunter2");
    return mistakes;
  }
}

/** Databases on the server BRANCH, and two more servers that hold one each. */
const threeServers = (second: object, third: object) => ({
  servers: { ...right.servers, SECOND: { connection: second }, THIRD: { connection: third } },
  databases: [...right.databases, { database: "Two", server: "SECOND" }, { database: "Three", server: "THIRD" }],
});

describe("a description", () => {
  it("is taken when nothing is wrong with it", () => {
    expect(mistakesOf({})).toEqual([]);
    expect(mistakesOf(threeServers(at("sql2"), at("sql2", { instance: "two" })))).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    [
      "a server that is not described",
      { databases: [{ database: "A", server: "X" }, ...right.databases] },
      ['databases[0].server: "X" is not one of the servers (BRANCH)'],
    ],
    [
      "a server without databases",
      { databases: [{ database: "A" }] },
      ["servers.BRANCH: no database is on this server"],
    ],
    [
      "a server name that is too long for its rows",
      {
        servers: { ["S".repeat(81)]: right.servers.BRANCH },
        databases: [{ database: "A", server: "S".repeat(81) }],
      },
      [`servers.${"S".repeat(81)}: must have at most 80 characters`],
    ],
    [
      "two server names that differ in case",
      {
        servers: { "br-1": right.servers.BRANCH, "BR-1": { connection: at("sql3") } },
        databases: [
          { database: "A", server: "br-1" },
          { database: "A", server: "BR-1" },
        ],
      },
      ['servers["BR-1"]: is to SQL Server the same name as servers["br-1"]'],
    ],
    [
      "the control server under another name",
      threeServers(at("SQL1", { port: 1433 }), at("sql3")),
      ["servers.SECOND.connection: leads to the control server (sql1,1433), whose databases are given no server"],
    ],
    [
      "a server twice, and a database by both of its names",
      {
        ...threeServers(at("sql3"), at("SQL3", { port: 1433 })),
        databases: [...right.databases, { database: "Two", server: "SECOND" }, { database: "two", server: "THIRD" }],
      },
      [
        "servers.THIRD.connection: leads to the same server as servers.SECOND (sql3,1433)",
        "databases[3]: two is described already, at databases[2]",
      ],
    ],
    [
      "a database twice",
      { databases: [...right.databases, { database: "ACCOUNTS" }] },
      ["databases[2]: ACCOUNTS is described already, at databases[0]"],
    ],
    [
      "the management database",
      { databases: [...right.databases, { database: "mgmt" }] },
      ["databases[2]: mgmt is the management database, which is a member without being described"],
    ],
    [
      "two databases whose resources would have one name",
      { databases: [...right.databases, { database: "BRANCH-Orders" }] },
      ["databases[2]: would be the resource shop-BRANCH-Orders, as databases[1] is: give the server another name"],
    ],
  ])("is refused for %s", (_, change, mistakes) => {
    expect(mistakesOf(change)).toEqual(mistakes);
  });

  it("is refused for all that the children would refuse, in its own words", () => {
    const mistakes = mistakesOf({
      control: at("sql1\\instance"),
      managementDatabase: "",
      servers: {
        BRANCH: {
          connection: at("sql2", { port: 0 }),
          linkedServer: { queryTimeout: -1, logins: [{ self: true, remoteUser: "u" }] },
        },
      },
      databases: [
        { database: "", recoveryModel: "SIMPLE" },
        { database: "Orders", server: "BRANCH", colour: "red" },
      ],
      login: { loginName: "", password: "hunter2", serverRoles: [""] },
      job: { fullPath: "", logMarkName: "toolonganame" },
    });
    expect(mistakes.map((mistake) => mistake.slice(0, mistake.indexOf(": "))).sort()).toEqual([
      "control.host",
      "databases[0].database",
      "databases[0].recoveryModel",
      "databases[1].colour",
      "job.fullPath",
      "job.logMarkName",
      "login.loginName",
      "login.serverRoles[0]",
      "managementDatabase",
      "servers.BRANCH.connection.port",
      "servers.BRANCH.linkedServer.logins[0].self",
      "servers.BRANCH.linkedServer.queryTimeout",
    ]);
  });

  it("is not refused for what is not known yet", () => {
    const later = pulumi.output("later");
    expect(
      mistakesOf({
        control: at("sql1", { host: later }),
        managementDatabase: later,
        servers: {
          BRANCH: { connection: at("sql1", { port: later }) },
          SECOND: { connection: pulumi.output(at("sql1")) },
        },
        databases: [...right.databases, { database: "Two", server: "SECOND", recoveryModel: later }],
        job: { fullPath: later },
      }),
    ).toEqual([]);
  });
});
