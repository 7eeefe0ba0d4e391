import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CallFailure, type DynamicProvider, type Properties, startDynamicProvider } from "./dynamicProvider";
import { bothCatalogs, changedInputsOf, createNeeds, createOrders, faultKinds, inputsOf } from "./faultKinds";
import { countRequests, startServers, type TestServers } from "./servers";

describe("a connection that is lost on the way", () => {
  const folder = mkdtempSync(join(tmpdir(), "faults-"));
  let servers: TestServers;
  let provider: DynamicProvider;
  beforeAll(async () => {
    servers = await startServers();
    provider = await startDynamicProvider();
    await createOrders(servers);
  });
  afterAll(async () => {
    await provider.stop();
    await servers.stop();
    rmSync(folder, { recursive: true });
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

  describe.each(faultKinds(folder))("of a $title", (kind) => {
    let takeNeedsAway = async () => {};
    /** How many requests an undisturbed create, update and delete send to each server. */
    const requests = {
      create: { control: 0, remote: 0 },
      update: { control: 0, remote: 0 },
      delete: { control: 0, remote: 0 },
    };
    beforeAll(async () => {
      takeNeedsAway = await createNeeds(provider, servers, kind);
      const inputs = await inputsOf(provider, servers, kind);
      const changed = await changedInputsOf(provider, servers, kind);
      for (const on of ["control", "remote"] as const) {
        let made = { id: "", outs: {} as Properties };
        requests.create[on] = await countRequests(servers[on], async () => {
          made = await provider.create(inputs);
        });
        requests.update[on] = await countRequests(servers[on], async () => {
          made.outs = await provider.update(made.id, made.outs, changed);
        });
        requests.delete[on] = await countRequests(servers[on], () => provider.delete(made.id, made.outs));
      }
    });
    afterAll(() => takeNeedsAway());

    it.each(places)("in create leaves nothing, or something that can be destroyed: on %s, %s", async (on, when) => {
      const clean = await bothCatalogs(servers);
      const inputs = await inputsOf(provider, servers, kind);
      for (let statement = 1; statement <= requests.create[on]; statement += 1) {
        const { value, failure } = await losing(on, statement, when, () => provider.create(inputs));
        const made = value ?? (failure?.partial && { id: failure.partial.id, outs: failure.partial.properties });
        if (made) {
          const found = await provider.read(made.id, made.outs);
          if (found.id !== "") await provider.delete(made.id, found.props);
          else await provider.delete(made.id, made.outs);
        }
        expect({ statement, ...(await bothCatalogs(servers)) }).toEqual({ statement, ...clean });
      }
    });

    it.each(places)("in update is mended by the next: on %s, %s", async (on, when) => {
      const inputs = await inputsOf(provider, servers, kind);
      const changed = await changedInputsOf(provider, servers, kind);
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
      const clean = await bothCatalogs(servers);
      const inputs = await inputsOf(provider, servers, kind);
      for (let statement = 1; statement <= requests.delete[on]; statement += 1) {
        const { id, outs } = await provider.create(inputs);
        const { failure } = await losing(on, statement, when, () => provider.delete(id, outs));
        if (failure) await provider.delete(id, outs);
        expect({ statement, ...(await bothCatalogs(servers)) }).toEqual({ statement, ...clean });
      }
    });
  });
});
