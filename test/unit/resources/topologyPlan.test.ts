import { planTopology } from "../../../src/resources/topologyPlan";

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
});
