import {
  grantUserText,
  isEmptyGrant,
  missingIn,
  parseUsers,
  revokeUserText,
  type UserState,
} from "../../../src/objects/databaseUser";

const wanted = { roles: ["BTS_BACKUP_USERS"], permissions: ["BACKUP DATABASE", "BACKUP LOG"] };
const state = (changes: Partial<UserState> = {}): UserState => ({
  database: "Orders",
  databaseState: "ONLINE",
  user: "backup",
  orphan: undefined,
  existingRoles: ["BTS_BACKUP_USERS"],
  roles: ["bts_backup_users"],
  permissions: ["BACKUP DATABASE", "BACKUP LOG"],
  ...changes,
});

describe("what a login lacks in a database", () => {
  it.each<[string, Partial<UserState>, object]>([
    ["nothing, if all is there", {}, { createdUser: false, roles: [], permissions: [] }],
    ["the user and all with it", { user: undefined, roles: [], permissions: [] }, { createdUser: true, ...wanted }],
    ["a right", { permissions: ["BACKUP LOG"] }, { createdUser: false, roles: [], permissions: ["BACKUP DATABASE"] }],
  ])("%s", (_, changes, grant) => {
    expect(missingIn(state(changes), wanted)).toEqual({ database: "Orders", ...grant });
  });

  it("is empty when nothing is missing", () => {
    expect(isEmptyGrant(missingIn(state(), wanted))).toBe(true);
  });
});

describe("the statements", () => {
  const grant = { database: "Orders", createdUser: true, ...wanted };

  it("make the user, its membership and its rights in one call", () => {
    expect(grantUserText("o'x", state({ user: undefined }), grant)).toBe(
      `EXEC [Orders].[sys].[sp_executesql] N'CREATE USER [o''x] FOR LOGIN [o''x];
ALTER ROLE [BTS_BACKUP_USERS] ADD MEMBER [o''x];
GRANT BACKUP DATABASE TO [o''x];
GRANT BACKUP LOG TO [o''x];';`,
    );
  });

  it("give a user whom another login left behind to this one", () => {
    expect(grantUserText("backup", state({ user: undefined, orphan: "x" }), grant)).toContain(
      "ALTER USER [backup] WITH LOGIN = [backup];",
    );
  });

  it("leave the owner, who may do everything, alone", () => {
    expect(grantUserText("sa", state({ user: "dbo" }), { ...grant, createdUser: false })).toBe("");
    expect(revokeUserText(state({ user: "dbo" }), { ...grant, roles: ["Own"] })).toBe("");
  });

  it("drop a user that was made, but only take from another what was given", () => {
    expect(revokeUserText(state(), grant)).toContain("N'DROP USER [backup];");
    expect(
      revokeUserText(state({ permissions: ["BACKUP LOG"] }), { ...grant, roles: ["Own"], createdUser: false }),
    ).toBe(`EXEC [Orders].[sys].[sp_executesql] N'REVOKE BACKUP LOG FROM [backup];';`);
  });
});

describe("reading users", () => {
  it("keeps the databases apart, the missing ones too", () => {
    const users = parseUsers(
      ["A", "B", "C"],
      [
        [{ state: "ONLINE" }],
        [
          { item: "user", name: "u" },
          { item: "role", name: "r" },
          { item: "existing role", name: "r" },
        ],
        [],
        [],
        [{ state: "OFFLINE" }],
        [],
      ],
    );
    expect(users).toEqual([
      {
        database: "A",
        databaseState: "ONLINE",
        user: "u",
        orphan: undefined,
        existingRoles: ["r"],
        roles: ["r"],
        permissions: [],
      },
      {
        database: "B",
        databaseState: undefined,
        user: undefined,
        orphan: undefined,
        existingRoles: [],
        roles: [],
        permissions: [],
      },
      {
        database: "C",
        databaseState: "OFFLINE",
        user: undefined,
        orphan: undefined,
        existingRoles: [],
        roles: [],
        permissions: [],
      },
    ]);
  });
});
