import { restoreTargets, TargetConflictError } from "../../../src/restore/restoreRequest";

const members = [
  { server: "CTRL", database: "Mgmt" },
  { server: "R\\X", database: "Sales" },
  { server: "R\\X", database: "Stock" },
];

const targets = (request: Parameters<typeof restoreTargets>[1]) => [...restoreTargets(members, request).values()];

describe("where members are restored", () => {
  test("in their own place, unless told", () => {
    expect(targets({})).toEqual(members);
  });

  test("a server map sends all of a server's databases elsewhere, whatever the case", () => {
    expect(targets({ serverMap: { "r\\x": "NEW" } }).map((target) => target.server)).toEqual(["CTRL", "NEW", "NEW"]);
  });

  test("a new name for one database, and a pattern for all", () => {
    const rename = [
      { from: "*", to: "*_copy" },
      { server: "R\\X", from: "sales", to: "Sold" },
    ];
    expect(targets({ rename }).map((target) => target.database)).toEqual(["Mgmt_copy", "Sold", "Stock_copy"]);
  });

  test("a name with $& is taken as it is", () => {
    expect(targets({ rename: [{ from: "Mgmt", to: "$&*" }] })[0]?.database).toBe("$&Mgmt");
  });

  test("a folder for a server wins over the one for all", () => {
    const move = [{ folder: "/all" }, { server: "CTRL", folder: "/ctrl" }];
    expect(targets({ move }).map((target) => target.folder)).toEqual(["/ctrl", "/all", "/all"]);
  });

  test("two members in one place are refused", () => {
    expect(() => targets({ rename: [{ server: "R\\X", from: "*", to: "One" }] })).toThrow(TargetConflictError);
  });
});
