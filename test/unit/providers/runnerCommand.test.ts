import {
  argumentProblem,
  parseRunnerCommand,
  runnerCommand,
  runnerProblem,
} from "../../../src/providers/runnerCommand";

const command = {
  runner: "mssql-backup",
  only: "full",
  job: "Backup",
  connectionFile: "/c.json",
  managementDatabase: "M",
};

describe("the command line of a step", () => {
  it.each([
    ["Backup", "Backup"],
    ["Nightly run", '"Nightly run"'],
    ["\\\\files\\share\\c.json", "\\\\files\\share\\c.json"],
    // A backslash at the end would make a character of the quotation mark.
    ["C:\\my files\\", '"C:\\my files\\\\"'],
    ['the "big" one', '"the \\"big\\" one"'],
    ['slash before \\"', '"slash before \\\\\\""'],
    ["it's 100 {x}", '"it\'s 100 {x}"'],
  ])("takes %j for one argument, and is read back", (text, quoted) => {
    const line = runnerCommand({ ...command, job: text, connectionFile: text, managementDatabase: text });
    expect(line).toBe(`mssql-backup run --only full --job ${quoted} --connection ${quoted} --database ${quoted}`);
    expect(parseRunnerCommand(line)).toEqual({ ...command, job: text, connectionFile: text, managementDatabase: text });
  });

  it("is read as nothing when it is another one", () => {
    expect(parseRunnerCommand("EXEC dbo.sp_MarkAll")).toBeUndefined();
    expect(parseRunnerCommand("mssql-backup run --job x")).toBeUndefined();
  });

  it.each([
    ["%TEMP%\\c.json", /%/],
    ["$(ESCAPE_NONE(SRVR))", /token/],
    ["two\nlines", /one line/],
    ['a "b" & c', /cmd\.exe/],
  ])("does not take %j", (text, problem) => {
    expect(argumentProblem(text)).toMatch(problem);
  });

  it.each(["C:\\c.json", "a & b", 'the "big" one', "costs $5", "ein Müller's"])("takes %j", (text) => {
    expect(argumentProblem(text)).toBeUndefined();
  });

  it("starts the runner by tokens that are escaped, and by no others", () => {
    expect(runnerProblem('"$(ESCAPE_DQUOTE(SQLDIR))\\mssql-backup.exe"')).toBeUndefined();
    expect(runnerProblem("$(SQLDIR)\\mssql-backup.exe")).toMatch(/escape macro/);
  });
});
