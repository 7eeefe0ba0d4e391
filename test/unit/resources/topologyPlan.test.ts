import { planTopology, TopologyError } from "../../../src/resources/topologyPlan";

describe("the plan of a topology", () => {
  const entries = [{ database: "A" }, { database: "B", server: "R" }, { database: "C" }];

  it("names the children after it", () => {
    const plan = planTopology("shop", entries, ["R"]);
    expect(plan.job).toBe("shop-job");
    expect(plan.servers).toEqual([{ key: "R", resource: "shop-R" }]);
    expect(plan.databases.map(({ resource }) => resource)).toEqual(["shop-A", "shop-R-B", "shop-C"]);
    expect(plan.logins.map(({ resource }) => resource)).toEqual(["shop-login", "shop-R-login"]);
    expect(plan.databasesOf(undefined)).toEqual(["A", "C"]);
    expect(plan.databasesOf("R")).toEqual(["B"]);
  });

  it("tells every mistake with its place", () => {
    const broken = [{ database: "A" }, { database: "a" }, { database: "", server: "X" }];
    expect(() => planTopology("shop", broken, ["R"])).toThrow(
      new TopologyError(
        [
          "The backup topology shop cannot be as it is described:",
          "databases[1]: a is described already, at databases[0]",
          "databases[2].database: must be the name of a database",
          'databases[2].server: "X" is not one of the servers (R)',
          "servers.R: no database is on this server",
        ].join("\n  "),
      ),
    );
  });

  it("stays quick with 300 databases on 20 servers", () => {
    const servers = Array.from({ length: 20 }, (_, index) => `S${index}`);
    const many = Array.from({ length: 300 }, (_, index) => ({ database: `D${index}`, server: `S${index % 20}` }));
    expect(planTopology("big", many, servers).databases).toHaveLength(300);
  });
});
