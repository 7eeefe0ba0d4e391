import { execFile, execFileSync } from "node:child_process";
import { type EncryptionMode, type Listener, listen } from "../../../src/emulator/tds/listener";
import { FakeHost, PASSWORD } from "./fakeHost";

/** FreeTDS's command-line client, which nobody here wrote; Debian's package is freetds-bin. */
function hasTsql(): boolean {
  try {
    execFileSync("tsql", ["-C"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const describeWithTsql = hasTsql() ? describe : describe.skip;

describeWithTsql("FreeTDS", () => {
  let listener: Listener;
  let host: FakeHost;

  async function serve(encryption: EncryptionMode): Promise<void> {
    host = new FakeHost({
      batch: (text, sink) => {
        if (text.includes("fail")) {
          const message = "Cannot open backup device.";
          sink.message({ number: 3201, state: 1, class: 16, message, procedure: "p", line: 2 });
          sink.statementDone({ error: true, inProcedure: false, command: 0xfd });
          return;
        }
        sink.columns([
          { name: "id", type: { kind: "int" }, nullable: false },
          { name: "name", type: { kind: "nvarchar", length: -1 }, nullable: true },
          { name: "amount", type: { kind: "money", scale: 4 }, nullable: true },
        ]);
        sink.row([1, "Grüße", 12345n]);
        sink.row([2, null, null]);
        sink.statementDone({ rowCount: 2, error: false, inProcedure: false, command: 0xc1 });
      },
    });
    listener = await listen(host, { encryption });
  }

  function tsql(input: string, password = PASSWORD): Promise<string> {
    const options = ["-H", "127.0.0.1", "-p", String(listener.port), "-U", "sa", "-P", password];
    return new Promise((resolve) => {
      const child = execFile("tsql", options, { env: { ...process.env, LC_ALL: "C.UTF-8" } }, (_, stdout, stderr) =>
        resolve(stdout + stderr),
      );
      child.stdin?.end(input);
    });
  }

  afterEach(() => listener.close());

  test.each(["off", "required", "notSupported"] as const)("runs batches with encryption %s", async (encryption) => {
    await serve(encryption);
    const output = await tsql("select 1\ngo\nfail\ngo\nexit\n");
    expect(output).toContain("1\tGrüße\t1.2345");
    expect(output).toContain("2\tNULL\tNULL");
    expect(output).toContain("(2 rows affected)");
    expect(output).toContain("Msg 3201 (severity 16, state 1) from FAKE, Procedure p Line 2:");
    expect(host.logins[0]?.encrypted).toBe(encryption === "required");
  });

  test("is told of a wrong password", async () => {
    await serve("off");
    expect(await tsql("exit\n", "wrong")).toContain("Login failed for user 'sa'.");
  });
});
