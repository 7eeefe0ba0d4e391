import { alterLoginText, createLoginText, type LoginState } from "../../../src/objects/serverLogin";

const settings = {
  loginName: "backup",
  type: "sql" as const,
  defaultDatabase: "master",
  checkPolicy: true,
  checkExpiration: false,
  enabled: true,
  serverRoles: ["sysadmin"],
  serverPermissions: [],
};
const state: LoginState = { ...settings, sid: "0x01", defaultLanguage: "us_english" };

describe("a login's statements", () => {
  it("take the password from a parameter, never from their text", () => {
    expect(createLoginText(settings)).toBe(
      `DECLARE @text nvarchar(max) = N'CREATE LOGIN [backup] WITH PASSWORD = N''' + REPLACE(@password, N'''', N'''''') + N''', DEFAULT_DATABASE = [master], CHECK_EXPIRATION = OFF, CHECK_POLICY = ON;';
EXEC (@text);
ALTER SERVER ROLE [sysadmin] ADD MEMBER [backup];`,
    );
  });

  it("change nothing where nothing differs", () => {
    expect(alterLoginText(state, { ...settings, serverRoles: ["SYSADMIN"] }, false)).toBe("");
  });

  it.each<[Partial<typeof settings>, string]>([
    [{ enabled: false }, "ALTER LOGIN [backup] DISABLE;"],
    [{ defaultDatabase: "a]b" }, "ALTER LOGIN [backup] WITH DEFAULT_DATABASE = [a]]b];"],
    [{ checkExpiration: true }, "ALTER LOGIN [backup] WITH CHECK_POLICY = ON, CHECK_EXPIRATION = ON;"],
    [{ checkPolicy: false }, "ALTER LOGIN [backup] WITH CHECK_EXPIRATION = OFF, CHECK_POLICY = OFF;"],
    [{ serverRoles: [] }, "ALTER SERVER ROLE [sysadmin] DROP MEMBER [backup];"],
  ])("change only what differs: %j", (change, text) => {
    expect(alterLoginText(state, { ...settings, ...change }, false)).toBe(text);
  });

  it("let no SID and no permission through that is more than one", () => {
    expect(() => createLoginText({ ...settings, sid: "0x01; DROP LOGIN sa" })).toThrow(/SID/);
    expect(() => createLoginText({ ...settings, serverPermissions: ["CONTROL SERVER TO x; --"] as never })).toThrow(
      /permission/,
    );
  });
});
