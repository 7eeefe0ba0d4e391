import { findProblem, linkProblem } from "../../../src/job/preflight";
import { markName } from "../../../src/objects/markNames";
import { type MemberState, memberProcedures } from "../../../src/objects/memberState";
import type { JobSettings } from "../../../src/objects/runSettings";

const member = { server: "S", database: "Sales" };
const settings: JobSettings = {
  jobName: "j",
  logMarkName: "BTS",
  fullPath: "D:\\bak",
  logPath: "D:\\bak",
  frequency: "d",
  useLocalTime: false,
  compression: false,
  checksum: true,
  stripes: 1,
  parallelBackups: 2,
  forceFullAfterPartialFailure: false,
};
const state: MemberState = {
  realServer: "S",
  state: "ONLINE",
  recoveryModel: "FULL",
  readOnly: false,
  hasLogBase: true,
  fork: undefined,
  procedures: new Map(memberProcedures.map((name) => [name, ["seq", "path", "BackupLocation"]])),
};

const problem = (changed: Partial<MemberState>, job: Partial<JobSettings> = {}) =>
  findProblem(member, { ...state, ...changed }, { ...settings, ...job }, markName("BTS_2026_01_01_00_00_00_000"));

describe("what keeps a member out of a run", () => {
  test("nothing, when all is well", () => {
    expect(problem({})).toBeUndefined();
    expect(problem({ recoveryModel: "BULK_LOGGED" })).toBeUndefined();
  });

  test.each([
    ["SIMPLE recovery", problem({ recoveryModel: "SIMPLE" }), 4208],
    ["a database that is not online", problem({ state: "RESTORING" }), 942],
    ["a read-only database", problem({ readOnly: true }), 3906],
    ["a row without the procedures", problem({ procedures: new Map() }), 2812],
    ["a path that gets too long", problem({}, { logPath: `D:\\${"x".repeat(250)}` }), 3057],
  ])("%s, with SQL Server's number and what to do", (_what, found, number) => {
    expect(found).toMatchObject({ number, hint: expect.any(String), message: expect.any(String) });
  });

  test("encryption that its procedures do not know", () => {
    const encryption = { algorithm: "AES_256", encryptorKind: "CERTIFICATE", encryptorName: "c" } as const;
    expect(problem({}, { encryption })?.message).toContain("encryption");
  });

  test("the procedures that are missing are named", () => {
    const procedures = new Map([...state.procedures].filter(([name]) => name !== "sp_SetMark"));
    expect(problem({ procedures })?.message).toBe("The database is joined to the backup set but lacks sp_SetMark.");
  });
});

describe("what keeps a remote member from the shared mark", () => {
  const link = { name: "R", rpcOut: true, promotion: true };
  test("nothing, when the link is as it must be", () => {
    expect(linkProblem("R", link)).toBeUndefined();
  });
  test("no linked server, no RPC, no promotion", () => {
    expect(linkProblem("R", undefined)).toMatchObject({ number: 7202 });
    expect(linkProblem("R", { ...link, rpcOut: false })).toMatchObject({ number: 7411 });
    expect(linkProblem("R", { ...link, promotion: false })?.message).toContain("commit by itself");
  });
});
