import { modulesOf } from "../../../src/objects/installation";
import type { JobSettings } from "../../../src/objects/jobSettings";
import {
  isSomebodyElses,
  type ManagementDatabase,
  managementProblems,
  parseManagementDatabase,
} from "../../../src/objects/managementDatabase";
import { ownObjects } from "../../../src/objects/managementObjects";
import { installManagement, uninstallManagement } from "../../../src/objects/managementSetup";
import { textsOf } from "./statements";

const empty = parseManagementDatabase([
  [{ serverName: "SQL1" }],
  [{ state: "ONLINE", recoveryModel: "FULL" }],
  [{ bizTalk: 0 }],
]);
const bizTalks = { ...empty, bizTalk: true };
const job: JobSettings = {
  jobName: "Backup",
  logMarkName: "BTS",
  fullPath: "/b",
  logPath: "/b",
  frequency: "d",
  useLocalTime: false,
  compression: false,
  checksum: true,
  stripes: 1,
  parallelBackups: 4,
  forceFullAfterPartialFailure: false,
};

/** What an installation looks for, to remember what of it was not there. */
const lookedFor = (state: ManagementDatabase): string[] => {
  const { text } = installManagement(state, job);
  return [...text.matchAll(/^SELECT N'([^']*)' WHERE NOT/gm)].map(([, name]) => String(name));
};
const all = ownObjects().map(({ name }) => name);

/** A database of ours with everything in it. */
const complete: ManagementDatabase = {
  ...empty,
  present: new Set(all),
  installed: new Set(all),
  modules: new Map([...modulesOf("management"), ...modulesOf("member")].map(([name]) => [name, "same"])),
};

describe("setting a management database up", () => {
  it("makes everything, and remembers what it made", () => {
    expect(lookedFor(empty)).toEqual(
      expect.arrayContaining([
        "dbo.adm_BackupHistory",
        "dbo.MarkLog",
        "dbo.sp_SetMark",
        "mssql_backup",
        "BTS_BACKUP_USERS",
      ]),
    );
  });

  it("adds nothing but its own schema to BizTalk's database", () => {
    expect(isSomebodyElses(bizTalks)).toBe(true);
    expect(lookedFor(bizTalks).every((name) => name.startsWith("mssql_backup"))).toBe(true);
    expect(textsOf(installManagement(bizTalks, job)).join("\n")).not.toMatch(
      /CREATE (TABLE|PROCEDURE|OR ALTER \w+) dbo\./,
    );
  });

  it("leaves what a newer version has made, and brings up to date what an older one has", () => {
    const modules = new Map(complete.modules).set("sp_SetMark", "newer").set("sp_BackupBizTalk", "older");
    const text = textsOf(installManagement({ ...complete, modules }, job)).join("\n");
    expect(text).not.toContain("PROCEDURE dbo.sp_SetMark\n");
    expect(text).toContain("PROCEDURE dbo.sp_BackupBizTalk\n");
    expect(managementProblems({ ...complete, modules })).toEqual(["dbo.sp_BackupBizTalk is of an earlier version"]);
  });

  it("does not touch BizTalk's own settings", () => {
    expect(installManagement(bizTalks, job).text).not.toContain("adm_BackupSettings");
    expect(installManagement(empty, job).text).toContain("adm_BackupSettings");
  });

  it("finds nothing amiss afterwards, and names what is", () => {
    expect(managementProblems(complete)).toEqual([]);
    const present = new Set([...complete.present].filter((name) => name !== "dbo.sp_SetMark"));
    const modules = new Map(complete.modules).set("sp_BackupBizTalk", "changed").set("sp_SetMark", "missing");
    expect(managementProblems({ ...complete, present, modules })).toEqual([
      "dbo.sp_SetMark is missing",
      "dbo.sp_BackupBizTalk is changed",
    ]);
  });
});

describe("taking the set-up away", () => {
  const dropped = (state: ManagementDatabase, keepHistory: boolean): string[] => {
    const statement = uninstallManagement(state, keepHistory);
    const text = statement ? textsOf(statement).join("\n") : "";
    return [...text.matchAll(/DROP \w+ (?:IF EXISTS )?([\w.]+)/g)].map(([, name]) => String(name));
  };

  it("takes all of it, tables before their schema", () => {
    const names = dropped(complete, false);
    expect(new Set(names)).toEqual(complete.installed);
    expect(names.indexOf("mssql_backup")).toBeGreaterThan(names.indexOf("mssql_backup.Run"));
    expect(names.indexOf("mssql_backup.Run")).toBeGreaterThan(names.indexOf("mssql_backup.RunStep"));
  });

  it("leaves what happened where it is, and the record of who made it", () => {
    const names = dropped(complete, true);
    for (const kept of [
      "dbo.adm_BackupHistory",
      "dbo.MarkLog",
      "mssql_backup.RestorePoint",
      "mssql_backup.InstalledObject",
    ]) {
      expect(names).not.toContain(kept);
    }
    expect(names).toContain("mssql_backup.Job");
  });

  it("leaves what it did not make", () => {
    const names = dropped({ ...complete, installed: new Set(["dbo.sp_SetMark"]) }, false);
    // The role goes only if it was made for a login, and has become useless.
    expect(names).toEqual(["dbo.sp_SetMark", "BTS_BACKUP_USERS"]);
    expect(uninstallManagement({ ...complete, installed: new Set() }, false)).toBeUndefined();
  });
});
