import { type CallFailure, type DynamicProvider, type Properties, startDynamicProvider } from "./dynamicProvider";
import { checked, type KindName } from "./managed";
import { catalogOf, countRequests, startServers, type TestServers } from "./servers";

describe("a connection that is lost on the way", () => {
  let servers: TestServers;
  let provider: DynamicProvider;
  beforeAll(async () => {
    servers = await startServers();
    provider = await startDynamicProvider();
    await servers.remote.run("CREATE DATABASE Orders;");
    await servers.remote.run("ALTER DATABASE Orders SET RECOVERY SIMPLE;");
  });
  afterAll(async () => {
    await provider.stop();
    await servers.stop();
  });

  const kinds: [KindName, KindName[], () => Properties, Properties][] = [
    [
      "backupJob",
      [],
      () => ({
        connection: servers.control.connection,
        managementDatabase: "Mgmt",
        createDatabase: true,
        fullPath: "/backup",
        deleteHistory: true,
        agent: { name: "Night", connectionFile: "/c.json" },
      }),
      { name: "Renamed", frequency: "w", agent: { name: "Day", connectionFile: "/c.json", everyMinutes: 5 } },
    ],
    [
      "customBackupDatabase",
      ["backupJob"],
      () => ({
        connection: servers.remote.connection,
        database: "Orders",
        serverName: "BRANCH",
        setRecoveryModel: true,
        control: { connection: servers.control.connection, managementDatabase: "Mgmt" },
      }),
      { defaultDatabaseName: "Other" },
    ],
    [
      "backupUserLogin",
      ["backupJob", "customBackupDatabase"],
      () => ({
        connection: servers.remote.connection,
        loginName: "backup",
        password: "Secret-2",
        checkPolicy: false,
        databases: ["Orders"],
      }),
      { password: "Secret-3", databases: [], serverRoles: ["sysadmin"] },
    ],
    [
      "linkedServer",
      [],
      () => ({
        connection: servers.control.connection,
        name: "BRANCH",
        dataSource: `127.0.0.1,${servers.remote.connection.port}`,
        logins: [{ remoteUser: "sa", remotePassword: "Secret-1" }],
      }),
      { queryTimeout: 5, logins: [{ self: true }] },
    ],
  ];
  const inputsOf = async (kind: KindName) => {
    const [, , program] = kinds.find(([name]) => name === kind) as (typeof kinds)[number];
    return checked(provider, kind, program());
  };

  const bothCatalogs = async () => ({
    control: await catalogOf(servers.control),
    remote: await catalogOf(servers.remote),
  });
  /** Lets the n-th statement from now on lose its connection, or with `gone` every one from there, during the work. */
  async function losing<T>(
    on: "control" | "remote",
    occurrence: number,
    when: "before" | "after" | "gone",
    work: () => Promise<T>,
  ) {
    const { faults } = servers[on];
    // More than the door tries, to do it and to undo it.
    const lost = when === "gone" ? 20 : 1;
    for (let next = 0; next < lost; next += 1) {
      faults.dropConnection({ occurrence: occurrence + next, when: when === "before" ? "before" : "after" });
    }
    try {
      return { value: await work() };
    } catch (error) {
      return { failure: error as CallFailure };
    } finally {
      faults.clear();
    }
  }

  const places = [
    ["control", "before"],
    ["control", "after"],
    ["control", "gone"],
    ["remote", "before"],
    ["remote", "after"],
    ["remote", "gone"],
  ] as const;

  describe.each(kinds)("of a %s", (kind, before, _program, change) => {
    const needed: [string, Properties][] = [];
    /** How many requests an undisturbed create, update and delete send to each server. */
    const requests = {
      create: { control: 0, remote: 0 },
      update: { control: 0, remote: 0 },
      delete: { control: 0, remote: 0 },
    };
    beforeAll(async () => {
      for (const name of before) {
        const { id, outs } = await provider.create(await inputsOf(name));
        needed.unshift([id, outs]);
      }
      const inputs = await inputsOf(kind);
      for (const on of ["control", "remote"] as const) {
        let made = { id: "", outs: {} as Properties };
        requests.create[on] = await countRequests(servers[on], async () => {
          made = await provider.create(inputs);
        });
        requests.update[on] = await countRequests(servers[on], async () => {
          made.outs = await provider.update(made.id, made.outs, { ...inputs, ...change });
        });
        requests.delete[on] = await countRequests(servers[on], () => provider.delete(made.id, made.outs));
      }
    });
    afterAll(async () => {
      for (const [id, outs] of needed) await provider.delete(id, outs);
    });

    it.each(places)("in create leaves nothing, or something that can be destroyed: on %s, %s", async (on, when) => {
      const clean = await bothCatalogs();
      const inputs = await inputsOf(kind);
      for (let statement = 1; statement <= requests.create[on]; statement += 1) {
        const { value, failure } = await losing(on, statement, when, () => provider.create(inputs));
        const made = value ?? (failure?.partial && { id: failure.partial.id, outs: failure.partial.properties });
        if (made) {
          const found = await provider.read(made.id, made.outs);
          if (found.id !== "") await provider.delete(made.id, found.props);
          else await provider.delete(made.id, made.outs);
        }
        expect({ statement, ...(await bothCatalogs()) }).toEqual({ statement, ...clean });
      }
    });

    it.each(places)("in update is mended by the next: on %s, %s", async (on, when) => {
      const inputs = await inputsOf(kind);
      const changed = { ...inputs, ...change };
      const { id, outs } = await provider.create(inputs);
      let state = outs;
      for (let statement = 1; statement <= requests.update[on]; statement += 1) {
        const wanted = statement % 2 === 1 ? changed : inputs;
        const { value, failure } = await losing(on, statement, when, () => provider.update(id, state, wanted));
        if (!value) {
          // The engine keeps the old outputs of an update that failed, and calls update again.
          state = failure?.partial?.properties ?? state;
          state = await provider.update(id, state, wanted);
        } else state = value;
        expect(await provider.diff(id, (await provider.read(id, state)).props, wanted)).toMatchObject({
          changes: "none",
        });
      }
      await provider.delete(id, state);
    });

    it.each(places)("in delete is finished by the next: on %s, %s", async (on, when) => {
      const clean = await bothCatalogs();
      const inputs = await inputsOf(kind);
      for (let statement = 1; statement <= requests.delete[on]; statement += 1) {
        const { id, outs } = await provider.create(inputs);
        const { failure } = await losing(on, statement, when, () => provider.delete(id, outs));
        if (failure) await provider.delete(id, outs);
        expect({ statement, ...(await bothCatalogs()) }).toEqual({ statement, ...clean });
      }
    });
  });
});
