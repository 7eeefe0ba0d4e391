import { resolve } from "node:path";
import { readyLines } from "../../../src/cli/emulator";
import { emulatorOptionsFrom, scriptsFrom } from "../../../src/cli/emulatorOptions";

const flags = { host: "127.0.0.1" };

describe("the servers that an emulator command starts", () => {
  test("one, CONTROL on any free port, without arguments", () => {
    expect(emulatorOptionsFrom([], flags)).toEqual([{ serverName: "CONTROL", host: "127.0.0.1", port: 0 }]);
  });

  test("several, with ports, each with a data folder of its own", () => {
    expect(emulatorOptionsFrom(["CONTROL:1433", "R\\X"], { ...flags, data: "d", backups: "b" })).toEqual([
      {
        serverName: "CONTROL",
        host: "127.0.0.1",
        port: 1433,
        dataDirectory: resolve("d/CONTROL"),
        backupDirectory: resolve("b"),
      },
      {
        serverName: "R\\X",
        host: "127.0.0.1",
        port: 0,
        dataDirectory: resolve("d/R_X"),
        backupDirectory: resolve("b"),
      },
    ]);
  });

  test.each([[["A", "a"]], [["A:x"]], [["A:70000"]], [[":1"]], [[""]]])("%j is refused", (names) => {
    expect(() => emulatorOptionsFrom(names, flags)).toThrow();
  });
});

describe("the scripts that they run", () => {
  const servers = ["SQL1", "SQL2"].map((serverName) => ({ serverName }));

  test("each names its server; a lone server needs no name", () => {
    expect(scriptsFrom(servers, { script: ["sql2=a.sql", "SQL1=b=c.sql"] })).toEqual([
      { serverName: "SQL2", file: "a.sql" },
      { serverName: "SQL1", file: "b=c.sql" },
    ]);
    expect(scriptsFrom(servers.slice(0, 1), { script: ["a.sql"] })).toEqual([{ serverName: "SQL1", file: "a.sql" }]);
  });

  test.each(["a.sql", "SQL3=a.sql", "SQL1=", "=a.sql"])("%j is refused, and the servers named", (script) => {
    expect(() => scriptsFrom(servers, { script: [script] })).toThrow(/SQL1, SQL2/);
  });
});

describe("the ready lines", () => {
  const emulators = [{ serverName: "A", host: "127.0.0.1", port: 5 }];
  test("name every server with its address, the last line begins with Ready", () => {
    expect(readyLines(emulators, false)).toEqual(["A listens on 127.0.0.1,5", "Ready. Ctrl-C ends the server."]);
  });
  test("as JSON are one line; a password that was made is told", () => {
    expect(readyLines(emulators, true, "made")).toEqual([
      '{"ready":true,"servers":[{"name":"A","host":"127.0.0.1","port":5}],"saPassword":"made"}',
    ]);
  });
});
