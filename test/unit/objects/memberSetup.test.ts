import { modulesOf, normalizeModule } from "../../../src/objects/installation";
import { parseMemberDatabase } from "../../../src/objects/memberDatabase";
import { memberSetupProblems, planMemberSetup, uninstallMemberText } from "../../../src/objects/memberSetup";
import type { Row } from "../../../src/sqlserver";

const modules = modulesOf("member");

interface World {
  readonly markLog?: boolean;
  readonly role?: boolean;
  /** Definitions by procedure; ours when left out. */
  readonly procedures?: Record<string, string | null | undefined>;
  readonly only?: string[];
  /** Procedures that the role may not execute. */
  readonly revoked?: string[];
}

/** A member as the server would describe it: fully set up, but for what is said. */
function member({ markLog = true, role = true, procedures = {}, only, revoked = [] }: World = {}) {
  const names = only ?? [...modules.keys()];
  const rows = names
    .filter((name) => !(name in procedures) || procedures[name] !== undefined)
    .map((name) => ({
      schema: "dbo",
      name,
      definition: name in procedures ? procedures[name] : modules.get(name)?.text,
      executable: Number(!revoked.includes(name)),
    }));
  return parseMemberDatabase([
    [{ serverName: "SQL1" }],
    [{ state: "ONLINE", recoveryModel: "FULL", readOnly: false }],
    [],
    [{ markLog: Number(markLog), role: Number(role) }],
    rows as unknown as Row[],
    [],
  ]);
}

const bizTalks = (name: string) => `CREATE PROCEDURE dbo.${name} AS RETURN 0`;
const contract = ["sp_GetServerName", "sp_SetMark", "sp_SetMarkRemote", "sp_BackupBizTalkFull", "sp_BackupBizTalkLog"];

describe("the procedures of a member", () => {
  it("are those of the contract, and more", () => {
    expect([...modules.keys()]).toEqual(
      expect.arrayContaining([...contract, "sp_BackupBizTalk", "sp_GetServerVersion", "sp_CleanUpMarkLog"]),
    );
  });

  it("are the same as ours however SQL Server keeps the first words", () => {
    const text = modules.get("sp_SetMark")?.text ?? "";
    for (const kept of [text.replace("CREATE OR ALTER", "CREATE  "), `${text.replace("OR ALTER ", "")};\r\n`]) {
      expect(normalizeModule(kept)).toBe(normalizeModule(text));
    }
  });
});

describe("setting a member up", () => {
  it("adds everything to a database that has nothing", () => {
    expect(planMemberSetup(member({ only: [], markLog: false, role: false }))).toEqual({
      installs: [...modules.keys()],
      foreign: false,
      complete: false,
    });
  });

  it("has nothing to do where everything is as it should be", () => {
    expect(planMemberSetup(member())).toEqual({ installs: [], foreign: false, complete: true });
    expect(memberSetupProblems(member())).toEqual([]);
  });

  it("leaves BizTalk's own procedures as they are", () => {
    const procedures = Object.fromEntries(contract.map((name) => [name, bizTalks(name)]));
    const found = member({ only: contract, procedures });
    expect(planMemberSetup(found)).toEqual({ installs: [], foreign: true, complete: true });
    expect(memberSetupProblems(found)).toEqual([]);
  });

  it("knows its own procedures although somebody has taken their first comment away", () => {
    const found = member({ procedures: { sp_SetMark: bizTalks("sp_SetMark") } });
    const own = { procedures: [...modules.keys()], byScripts: false };
    expect(planMemberSetup(found, own)).toEqual({ installs: ["sp_SetMark"], foreign: false, complete: false });
    expect(memberSetupProblems(found, own)).toEqual(["sp_SetMark is changed"]);
  });

  it("leaves alone what somebody has set up anew as a whole", () => {
    const procedures = Object.fromEntries(contract.map((name) => [name, bizTalks(name)]));
    const own = { procedures: [...modules.keys()], byScripts: false };
    expect(planMemberSetup(member({ procedures }), own)).toMatchObject({ foreign: true, installs: [] });
    // Unless that was done here, by scripts that are not wanted any more.
    expect(planMemberSetup(member({ procedures }), { ...own, byScripts: true })).toMatchObject({
      foreign: false,
      installs: expect.arrayContaining(contract),
    });
  });

  it("upgrades an older version alone, and leaves a newer one", () => {
    const version = (name: string, number: number) =>
      modules.get(name)?.text.replace(/version \d+/, `version ${number}`) ?? "";
    const older = member({ procedures: { sp_SetMark: version("sp_SetMark", 0) } });
    expect(planMemberSetup(older)).toEqual({ installs: ["sp_SetMark"], foreign: false, complete: false });
    expect(older.procedures.get("sp_SetMark")).toEqual({ condition: "older", version: 0 });
    const newer = member({ procedures: { sp_SetMark: `${version("sp_SetMark", 99)}-- more` } });
    expect(planMemberSetup(newer)).toEqual({ installs: [], foreign: false, complete: true });
    expect(memberSetupProblems(newer)).toEqual([]);
  });

  it("gives the role back what it may not execute any more", () => {
    const found = member({ revoked: ["sp_SetMark"] });
    expect(planMemberSetup(found)).toEqual({ installs: [], foreign: false, complete: false });
    expect(memberSetupProblems(found)).toEqual(["BTS_BACKUP_USERS may not execute sp_SetMark"]);
  });

  it("takes a procedure whose text it may not see for somebody else's", () => {
    expect(planMemberSetup(member({ procedures: { sp_SetMark: null } }))).toMatchObject({ foreign: true });
  });

  it("refuses half of BizTalk's set-up, and says what is missing", () => {
    const found = member({ only: ["sp_SetMark"], procedures: { sp_SetMark: bizTalks("sp_SetMark") }, markLog: false });
    expect(planMemberSetup(found)).toEqual({
      refused: expect.stringMatching(/lacks sp_GetServerName, sp_SetMarkRemote, .*the table MarkLog/),
    });
  });

  it("upgrades what is ours and changed", () => {
    const changed = `${modules.get("sp_SetMark")?.text}\n-- and something else`;
    const found = member({ procedures: { sp_SetMark: changed } });
    expect(planMemberSetup(found)).toMatchObject({ complete: false, installs: ["sp_SetMark"] });
    expect(memberSetupProblems(found)).toEqual(["sp_SetMark is changed"]);
  });

  it("tells everything that is missing", () => {
    const found = member({ procedures: { sp_SetMark: undefined }, markLog: false, role: false });
    expect(memberSetupProblems(found)).toEqual([
      "MarkLog is missing",
      "BTS_BACKUP_USERS is missing",
      "sp_SetMark is missing",
    ]);
  });
});

describe("taking the set-up away", () => {
  const parts = { markLog: true, role: true, procedures: ["sp_SetMark"] };

  it("drops what was added, the role last", () => {
    const text = uninstallMemberText(member(), parts);
    expect(text).toMatch(
      /^DROP PROCEDURE IF EXISTS dbo\.\[sp_SetMark\];\nDROP TABLE IF EXISTS dbo\.MarkLog;\n.*DROP ROLE BTS_BACKUP_USERS;\nEND;$/s,
    );
  });

  it("leaves alone what was there before", () => {
    expect(uninstallMemberText(member(), { markLog: false, role: false, procedures: [] })).toBe("");
  });

  it("does not mind a role that is gone", () => {
    expect(uninstallMemberText(member({ role: false }), { ...parts, markLog: false, procedures: [] })).toBe("");
  });
});
