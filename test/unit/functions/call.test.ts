import * as pulumi from "@pulumi/pulumi";
import { getBackupStatus, getRestorePoints, getUserDatabases } from "../../../src";
import { plainArgs, programStores } from "../../../src/functions/call";

const authentication = { type: "sql", user: "sa", password: "hunter2" } as const;
const connection = { host: "h", authentication };

describe("the arguments of a plain function", () => {
  test("may be promises, at any depth", async () => {
    const args = { connection: Promise.resolve({ ...connection, port: Promise.resolve(1433) }), list: [1, undefined] };
    expect(await plainArgs("getX", args)).toEqual({ connection: { ...connection, port: 1433 }, list: [1, undefined] });
  });

  test("are refused as outputs, with their place and the function that takes them", async () => {
    const password = pulumi.secret("hunter2");
    const call = getBackupStatus({
      connection: { host: "h", authentication: { ...authentication, password } },
      managementDatabase: "Mgmt",
    });
    await expect(call).rejects.toThrow(
      /^getBackupStatus: connection\.authentication\.password is an Output.*call getBackupStatusOutput/,
    );
  });

  test("are told with all their mistakes, and no value", async () => {
    const mistakes = getRestorePoints({
      connection: { ...connection, port: 70000 },
      managementDatabase: "",
      limit: 0,
      before: "yesterday",
      colour: "red",
    } as never).catch((error: Error) => error.message);
    const lines = (await mistakes).toString().split("\n");
    expect(lines[0]).toBe("getRestorePoints cannot be called like this:");
    expect(lines.slice(1).sort()).toEqual([
      expect.stringMatching(/^ {2}before: must be a time in ISO 8601/),
      "  colour: there is no such property",
      "  connection.port: must be 1 to 65535",
      "  limit: must be 1 or more",
      "  managementDatabase: must not be empty",
    ]);
    expect(lines.join()).not.toContain("hunter2");
  });

  test("name a secret that is not where they say", async () => {
    const password = { env: "NO_SUCH_VARIABLE" };
    const call = getUserDatabases({ connection: { host: "h", authentication: { ...authentication, password } } });
    await expect(call).rejects.toThrow("the environment variable NO_SUCH_VARIABLE is not set");
  });
});

test("secrets are found in the stack's configuration, with a namespace or in the project's own", () => {
  pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }, "shop", "dev");
  pulumi.runtime.setAllConfig({ "shop:password": "own", "other:a:b": "others" });
  expect(["password", "shop:password", "other:a:b", "missing"].map((key) => programStores.config(key))).toEqual([
    "own",
    "own",
    "others",
    undefined,
  ]);
});
