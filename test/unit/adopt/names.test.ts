import { Names } from "../../../src/adopt/names";

test.each([
  ["BizTalkMsgBoxDb", "bizTalkMsgBoxDb"],
  ["BACKUP_RUNNER", "backupRunner"],
  ["CORP\\svc-bts", "corpSvcBts"],
  ["2024 Archive", "database2024Archive"],
  ["Größe", "grE"],
  ["日本", "database"],
  ["Delete", "delete2"],
])("%s is called %s", (text, name) => {
  expect(new Names().identifier(text, "database")).toBe(name);
});

test("a name is given once, and told apart by its server", () => {
  const names = new Names();
  const given = ["CONTROL", "BRANCH", "BRANCH"].map((server) => names.identifier("Orders", "database", server));
  expect(given).toEqual(["orders", "ordersOnBranch", "ordersOnBranch2"]);
});

test("environment variables are named after what they open", () => {
  const names = new Names();
  expect(names.variable("svc-backup", "PASSWORD")).toBe("SVC_BACKUP_PASSWORD");
  expect(names.variable("svc backup", "PASSWORD")).toBe("SVC_BACKUP_PASSWORD_2");
  expect(names.variable("日本", "PASSWORD")).toBe("LOGIN_PASSWORD");
});
