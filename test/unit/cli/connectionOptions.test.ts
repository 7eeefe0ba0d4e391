import { connectionsFrom, parseServer } from "../../../src/cli/connectionOptions";

const env = { MSSQL_BACKUP_PASSWORD: "secret" };
const never = () => {
  throw new Error("no file is read");
};

describe("the server in a flag", () => {
  test.each([
    ["host", { host: "host" }],
    ["host,1444", { host: "host", port: 1444 }],
    ["host:1444", { host: "host", port: 1444 }],
    ["db.example.org\\INST", { host: "db.example.org", instance: "INST" }],
  ])("%s", (text, server) => {
    expect(parseServer(text)).toEqual(server);
  });

  test.each(["", "host,0", "host,99999", "host,x", "a b", "\\inst", "host\\"])("%p is refused", (text) => {
    expect(() => parseServer(text)).toThrow(/Expected --server/);
  });
});

describe("connections from flags and environment", () => {
  test("flags alone name the control server; the password stays where it is", () => {
    const connections = connectionsFrom({ server: "h,1", user: "u", database: "m" }, env, never);
    expect(connections).toEqual({
      control: {
        host: "h",
        port: 1,
        authentication: { type: "sql", user: "u", password: { env: "MSSQL_BACKUP_PASSWORD" } },
      },
      managementDatabase: "m",
    });
  });

  test("the environment stands in for every flag", () => {
    const all = {
      ...env,
      MSSQL_BACKUP_SERVER: "h",
      MSSQL_BACKUP_USER: "u",
      MSSQL_BACKUP_TRUST_SERVER_CERTIFICATE: "true",
    };
    expect(connectionsFrom({}, all, never)).toMatchObject({
      control: { host: "h", trustServerCertificate: true },
      managementDatabase: "BizTalkMgmtDb",
    });
  });

  test("flags win over the environment, a file's name in it included", () => {
    const all = { ...env, MSSQL_BACKUP_SERVER: "other", MSSQL_BACKUP_CONNECTION: "file" };
    expect(connectionsFrom({ server: "h", user: "u", encrypt: false }, all, never)).toMatchObject({
      control: { host: "h", encrypt: false },
    });
  });

  test("a connection file has everything", () => {
    const file = JSON.stringify({
      control: { host: "h", authentication: { type: "sql", user: "u", password: { env: "P" } } },
      managementDatabase: "m",
      servers: { R: { host: "r", authentication: { type: "sql", user: "u", password: "p" } } },
    });
    const connections = connectionsFrom({ connection: "f", database: "other" }, {}, () => file);
    expect(connections).toMatchObject({ managementDatabase: "other", servers: { R: { host: "r" } } });
  });

  test("what is missing is all named", () => {
    expect(() => connectionsFrom({}, {}, never)).toThrow(
      "Which server? Give --connection FILE, or --server (or MSSQL_BACKUP_SERVER), --user (or MSSQL_BACKUP_USER), the environment variable MSSQL_BACKUP_PASSWORD.",
    );
  });

  test("a file and a server contradict each other", () => {
    expect(() => connectionsFrom({ connection: "f", server: "h" }, env, never)).toThrow("not both");
  });

  test("a file that is not there, not JSON or not connections is refused, without its values", () => {
    const broken = (text: string) => () => connectionsFrom({ connection: "f" }, {}, () => text);
    expect(() => connectionsFrom({ connection: "f" }, {}, never)).toThrow("cannot be read");
    expect(broken("{")).toThrow("is not JSON");
    expect(broken('{"control":{"host":"h","authentication":{"type":"sql","password":"hunter2"}},"x":1}')).toThrow(
      /authentication/,
    );
    expect(broken('{"control":{"host":"h","authentication":{"type":"sql","password":"hunter2"}}}')).not.toThrow(
      /hunter2/,
    );
  });
});
