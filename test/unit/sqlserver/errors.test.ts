import { isTransient, type ServerMessage, SqlServerError } from "../../../src/sqlserver";
import { sqlServerError } from "../../../src/sqlserver/failures";

const message = (number: number, text: string, severity = 16): ServerMessage => ({
  number,
  text,
  class: severity,
  state: 1,
});
const circumstances = { server: "sql1,1433", database: "Orders", doing: "BACKUP LOG", messages: [] };

/** An error as the driver throws it: the last message, the others behind it. */
function driverError(...messages: ServerMessage[]): Error {
  const errors = messages.map(({ number, text, class: severity, state }) =>
    Object.assign(new Error(text), { number, class: severity, state, code: "EREQUEST" }),
  );
  const last = errors.at(-1) as Error;
  return Object.assign(last, { precedingErrors: errors.slice(0, -1) });
}

const connectionError = (code: string, text: string, inner?: string) =>
  Object.assign(new Error(text), {
    code,
    originalError: Object.assign(new Error(text), {
      code,
      cause: inner && Object.assign(new Error(inner), { code: inner }),
    }),
  });

describe("an error of the server", () => {
  const full = message(3201, "Cannot open backup device 'X:\\a.bak'.");
  const end = message(3013, "BACKUP LOG is terminating abnormally.");

  it("is about the message that tells the cause, not the last one", () => {
    const error = sqlServerError(driverError(full, end), circumstances);
    expect(error).toMatchObject({ kind: "server", number: 3201, class: 16, server: "sql1,1433", database: "Orders" });
    expect(error.messages.map(({ number }) => number)).toEqual([3201, 3013]);
  });

  it("says what failed, where, why, and what to do next", () => {
    expect(sqlServerError(driverError(full, end), circumstances).message).toBe(
      [
        "BACKUP LOG failed on sql1,1433, database Orders: Cannot open backup device 'X:\\a.bak'. (error 3201, severity 16, state 1)",
        "also: BACKUP LOG is terminating abnormally. (error 3013, severity 16, state 1)",
        "hint: SQL Server's service account must be able to reach and write this path, as seen from the server",
      ].join("\n  "),
    );
  });

  it("keeps the lone 3013", () => {
    expect(sqlServerError(driverError(end), circumstances).number).toBe(3013);
  });

  it("keeps warnings that came before, without making one the headline", () => {
    const warning = message(3923, "The mark is ignored.", 10);
    const error = sqlServerError(driverError(full), { ...circumstances, messages: [warning] });
    expect(error.number).toBe(3201);
    expect(error.has(3923)).toBe(true);
  });
});

describe("a failure to connect", () => {
  it.each([
    ["login", connectionError("ELOGIN", "Login failed for user 'sa'."), undefined],
    ["network", connectionError("ESOCKET", "Failed to connect to sql1:1433", "ECONNREFUSED"), /firewall/],
    ["tls", connectionError("ESOCKET", "Failed to connect", "DEPTH_ZERO_SELF_SIGNED_CERT"), /trustServerCertificate/],
    ["timeout", connectionError("ETIMEOUT", "Failed to connect in 15000ms"), /in time/],
    ["cancelled", connectionError("ECANCEL", "Canceled."), undefined],
  ])("is known as %s", (kind, thrown, hint) => {
    const error = sqlServerError(thrown, circumstances);
    expect(error.kind).toBe(kind);
    if (hint) expect(error.hint).toMatch(hint);
  });

  it("has the server's own number and hint for a refused login", () => {
    const messages = [message(18456, "Login failed for user 'sa'.", 14)];
    const error = sqlServerError(connectionError("ELOGIN", "Login failed."), { ...circumstances, messages });
    expect(error).toMatchObject({ kind: "login", number: 18456, hint: expect.stringContaining("check user name") });
  });
});

describe("a linked server that replication uses", () => {
  it.each([20581, 20582, 20583, 20584])("is let go by ending that: error %d", (number) => {
    const messages = [message(number, "Cannot drop server 'R' because it is used in replication.")];
    const error = sqlServerError(new Error("failed"), { ...circumstances, messages });
    expect(error).toMatchObject({ number, hint: expect.stringContaining("replication uses the linked server") });
  });
});

describe("whether to try again", () => {
  it.each([
    [true, driverError(message(1205, "deadlock victim", 13))],
    [true, connectionError("ESOCKET", "Connection lost", "ECONNRESET")],
    [false, driverError(message(229, "permission denied", 14))],
    [false, connectionError("ESOCKET", "Failed to connect", "ECONNREFUSED")],
    [false, connectionError("ETIMEOUT", "Timeout")],
  ])("%s", (expected, thrown) => {
    expect(isTransient(sqlServerError(thrown, circumstances))).toBe(expected);
  });

  it("is never said of something else", () => {
    expect(isTransient(new Error("deadlock"))).toBe(false);
    expect(new SqlServerError({ kind: "network", server: "s", doing: "x", messages: [] }).connectionLost).toBe(false);
  });
});
