import { type Declaration, makeStack, type TestStack } from "./stack";

/** Nobody is there: a preview asks no server. */
const connection = { host: "127.0.0.1", port: 1, authentication: { type: "sql", user: "sa", password: "hunter2" } };

let stack: TestStack;
beforeAll(async () => {
  stack = await makeStack();
});
afterAll(() => stack?.remove());

/** The engine ends at the first resource that is refused, so each program has one. */
const mistakes: { kind: Declaration["kind"]; args: object; said: string[] }[] = [
  {
    kind: "BackupJob",
    args: {
      connection,
      managementDatabase: "Mgmt",
      fullPath: "",
      logMarkName: "much too long",
      stripes: 65,
      agent: { connectionFile: "/c", everyMinutes: 0 },
      colour: "red",
    },
    said: ["fullPath", "logMarkName", "stripes", "agent.everyMinutes", "colour"],
  },
  {
    kind: "LinkedServer",
    args: {
      connection: { ...connection, port: 70000 },
      name: "x".repeat(129),
      logins: [{ remoteUser: "sa", remotePassword: "hunter3" }, { remotePassword: "hunter4" }],
    },
    said: ["connection.port", "name", "dataSource", "logins[1].remotePassword"],
  },
  {
    kind: "CustomBackupDatabase",
    args: { connection, database: "Orders", recoveryModel: "SIMPLE", control: { connection } },
    said: ["recoveryModel", "control.managementDatabase"],
  },
  {
    kind: "BackupUserLogin",
    args: { connection, loginName: "u", password: 3, databases: "Orders", checkPolicy: "yes" },
    said: ["password", "databases", "checkPolicy"],
  },
];

test.each(mistakes)("a preview tells every mistake of a $kind with its place, and no password", async (mistake) => {
  const { kind, args, said } = mistake;
  stack.declare({ wrong: { kind, args: { ...args } } });
  const failure: unknown = await stack.preview().then(
    () => undefined,
    (error) => error,
  );
  const text = failure instanceof Error ? failure.message : "";
  for (const place of said) expect(text).toContain(`resource 'wrong' has a problem: ${place}: `);
  expect(text).not.toContain("hunter");
});
