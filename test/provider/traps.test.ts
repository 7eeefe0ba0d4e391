import { type CallFailure, type DynamicProvider, type Properties, startDynamicProvider } from "./dynamicProvider";
import { checked, type KindName, Managed } from "./managed";
import { startServers, type TestServers } from "./servers";

/** What check adds of its own accord, whatever the program says. */
const added = ["setupVersions"];
/** What only create asks for: a change of mind afterwards changes nothing. */
const onlyAtCreate = ["adopt", "createDatabase"];

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/**
 * What Pulumi's process for dynamic resources does with what a provider returns, and what it hands to it, is full of
 * traps: each of the four resources is led through all of them.
 */
describe("each resource, in Pulumi's own process", () => {
  let servers: TestServers;
  let provider: DynamicProvider;
  const needed: Managed[] = [];

  const job = (): Properties => ({
    connection: servers.control.connection,
    managementDatabase: "Mgmt",
    createDatabase: true,
    fullPath: "/backup",
  });
  const database = (): Properties => ({
    connection: servers.remote.connection,
    database: "Orders",
    serverName: "BRANCH",
    control: { connection: servers.control.connection, managementDatabase: "Mgmt" },
  });

  beforeAll(async () => {
    servers = await startServers();
    provider = await startDynamicProvider({ env: { LOGIN_PASSWORD: "from-Env-1" } });
    await servers.remote.run("CREATE DATABASE Orders;");
    await servers.remote.run("ALTER DATABASE Orders SET RECOVERY FULL;");
    await servers.remote.run("CREATE DATABASE Stock;");
    await servers.remote.run("ALTER DATABASE Stock SET RECOVERY FULL;");
    needed.push(await Managed.create(provider, "backupJob", job()));
    needed.push(await Managed.create(provider, "customBackupDatabase", database()));
  });
  afterAll(async () => {
    await provider.stop();
    await servers.stop();
  });

  interface Kind {
    readonly name: KindName;
    readonly program: () => Properties;
    readonly change: Properties;
    /** The name by which the object would stay in the way of the one that replaces it. */
    readonly replacing: Properties;
  }
  const kinds: readonly Kind[] = [
    {
      name: "backupJob",
      program: () => ({
        ...job(),
        name: "Second",
        backupHour: 3,
        agent: { connectionFile: "/etc/backup.json", enabled: false },
      }),
      change: { frequency: "w", daysOfHistory: 30 },
      replacing: { connection: { host: "elsewhere", authentication: { type: "sql", user: "u", password: "p" } } },
    },
    {
      name: "customBackupDatabase",
      program: () => ({ ...database(), database: "Stock", defaultDatabaseName: "Goods" }),
      change: { defaultDatabaseName: "Wares" },
      replacing: { connection: { host: "elsewhere", authentication: { type: "sql", user: "u", password: "p" } } },
    },
    {
      name: "backupUserLogin",
      program: () => ({
        connection: servers.remote.connection,
        loginName: "runner",
        password: { env: "LOGIN_PASSWORD" },
        checkPolicy: false,
        databases: ["Orders"],
        serverPermissions: ["VIEW SERVER STATE"],
      }),
      change: { enabled: false, databases: [] },
      replacing: { sid: "0x00112233445566778899AABBCCDDEEFF" },
    },
    {
      name: "linkedServer",
      program: () => ({
        connection: servers.control.connection,
        name: "BRANCH",
        dataSource: `127.0.0.1,${servers.remote.connection.port}`,
        logins: [{ remoteUser: "sa", remotePassword: "Secret-1" }],
      }),
      change: { queryTimeout: 7 },
      replacing: { connection: { host: "elsewhere", authentication: { type: "sql", user: "u", password: "p" } } },
    },
  ];

  describe.each(kinds)("a $name", (kind) => {
    let inputs: Properties;
    let resource: Managed;
    beforeAll(async () => {
      inputs = await checked(provider, kind.name, kind.program());
      resource = await Managed.create(provider, kind.name, kind.program());
    });
    afterAll(() => resource.delete());

    it("hands back every input as it was, and nothing that the wire has bent", () => {
      expect(resource.outs).toMatchObject(inputs);
      expect(resource.outs.__provider).toBe(inputs.__provider);
      // A date becomes {} and what is no number null on the wire; no output of ours is either but for these.
      const bent = entriesOf(resource.outs).filter(([, value]) => isEmptyObject(value));
      expect(bent.map(([path]) => path).filter((path) => !/findings$|passwordDigests$/.test(path))).toEqual([]);
    });

    it("hands back inputs and outputs alike at a read, complete, so that drift shows with its old value", async () => {
      const read = await provider.read(resource.id, resource.outs);
      expect(read.id).toBe(resource.id);
      expect(read.inputs).toEqual(inputs);
      expect(read.props).toEqual(resource.outs);
    });

    it("hands back all outputs at an update, not only what has changed: the engine forgets the others", async () => {
      const wanted = { ...inputs, ...kind.change };
      const outs = await provider.update(resource.id, resource.outs, wanted);
      expect(Object.keys(outs).sort()).toEqual(Object.keys(resource.outs).sort());
      expect(outs).toMatchObject(wanted);
      expect(await provider.diff(resource.id, outs, wanted)).toMatchObject({ changes: "none" });
      expect(await provider.update(resource.id, outs, inputs)).toMatchObject(inputs);
    });

    it("compares outputs to inputs, and always knows whether anything changes", async () => {
      expect((await provider.diff(resource.id, resource.outs, inputs)).changes).toBe("none");
      for (const key of Object.keys(inputs).filter((name) => name !== "__provider" && !added.includes(name))) {
        const { changes } = await provider.diff(resource.id, resource.outs, { ...inputs, [key]: unknown });
        expect({ key, changes }).toEqual({ key, changes: onlyAtCreate.includes(key) ? "none" : "some" });
      }
    });

    it("goes before the object that replaces it comes, where both would have one name", async () => {
      const difference = await provider.diff(resource.id, resource.outs, { ...inputs, ...kind.replacing });
      expect(difference).toEqual({
        changes: "some",
        replaces: Object.keys(kind.replacing),
        deleteBeforeReplace: true,
      });
    });

    it("lets every value pass that is not known yet, whatever its type and however deep it stands", async () => {
      const { __provider, ...program } = inputs;
      for (const [path] of entriesOf(program).filter(([name]) => !added.some((key) => name.startsWith(key)))) {
        const news = { ...replaced(program, path, unknown), __provider };
        const { failures, inputs: result } = await provider.check(news);
        expect({ path, failures }).toEqual({ path, failures: [] });
        expect({ path, value: valueAt(result, path) }).toEqual({ path, value: unknown });
      }
    });

    it("names no property and no value when something is of a wrong type: the engine prints values of named ones", async () => {
      const { __provider, ...program } = inputs;
      for (const [path] of entriesOf(program)) {
        const { failures } = await provider.check({ ...replaced(program, path, ["hunter2", {}]), __provider });
        for (const { property, reason } of failures) {
          expect({ path, property, reason }).toEqual({
            path,
            property: "",
            reason: expect.not.stringMatching("hunter2"),
          });
        }
      }
    });

    it("checks the same at a replacement, when the engine has no old inputs", async () => {
      const news = { ...kind.program(), __provider: inputs.__provider };
      expect(await provider.check(news, {})).toEqual(await provider.check(news, inputs));
    });

    it("keeps what the environment holds out of the state", () => {
      expect(JSON.stringify([inputs, resource.outs])).not.toContain("from-Env-1");
    });

    it("tells no secret when the server refuses it, to the engine or to whoever reads along", async () => {
      const connection = {
        ...servers.control.connection,
        authentication: { type: "sql", user: "sa", password: "hunter2" },
      };
      const news = { ...inputs, connection };
      const outs = { ...resource.outs, connection };
      const calls = [
        () => provider.create(news),
        () => provider.read(resource.id, outs),
        () => provider.update(resource.id, outs, { ...news, ...kind.change }),
        () => provider.delete(resource.id, outs),
      ];
      for (const call of calls) {
        const failure = await call().then(
          () => undefined,
          (error: CallFailure) => error,
        );
        expect(failure?.message).toContain("18456");
        expect(failure?.message).not.toContain("hunter2");
      }
      expect(provider.output()).not.toMatch(/hunter2|Secret-1|from-Env-1/);
    });
  });

  it("several kinds share the process, each with the provider that its text leads to", async () => {
    const ids = await Promise.all(
      kinds.map(async ({ name, program }) => Object.keys(await checked(provider, name, program()))),
    );
    expect(new Set(ids.map((keys) => keys.sort().join())).size).toBe(kinds.length);
  });

  it("what is not there any more is nothing, not an error", async () => {
    const login = await Managed.create(provider, "backupUserLogin", {
      connection: servers.remote.connection,
      loginName: "leaving",
      password: "Secret-2",
    });
    await servers.remote.run("DROP LOGIN leaving;");
    const { id, props } = await provider.read(login.id, login.outs);
    // Without an id the engine drops it from the state.
    expect(id).toBe("");
    expect(Object.keys(props)).toEqual(["__provider"]);
  });
});

/** Every value at any depth, by its path; lists are followed too. */
function entriesOf(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const inner = path === "" ? key : `${path}.${key}`;
    return [[inner, item] as [string, unknown], ...entriesOf(item, inner)];
  });
}

const isEmptyObject = (value: unknown) =>
  typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;

function valueAt(root: unknown, path: string): unknown {
  return path.split(".").reduce((value, key) => (value as Properties)[key], root);
}

/** A copy with another value at one place. */
function replaced(root: Properties, path: string, value: unknown): Properties {
  const copy = structuredClone(root);
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  const parent = keys.reduce((object, key) => object[key] as Properties, copy);
  parent[last] = value;
  return copy;
}
