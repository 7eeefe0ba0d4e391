import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DynamicProvider, type Properties, startDynamicProvider } from "./dynamicProvider";
import {
  bothCatalogs,
  changedInputsOf,
  createNeeds,
  createOrders,
  type FaultKind,
  faultKinds,
  inputsOf,
} from "./faultKinds";
import { startServers, statementsOfRequests, type TestServers } from "./servers";

const phases = ["create", "update", "delete"] as const;
type Phase = (typeof phases)[number];

/** Of each request every statement, or of one that fails as one the first and the last. */
function victimsAmong(requests: readonly number[], { transactional }: FaultKind): number[] {
  let before = 0;
  return requests.flatMap((count) => {
    const statements = Array.from({ length: count }, (_, index) => before + index + 1);
    before += count;
    return transactional ? [...new Set([...statements.slice(0, 1), ...statements.slice(-1)])] : statements;
  });
}

describe("a deadlock victim is tried again", () => {
  const folder = mkdtempSync(join(tmpdir(), "deadlock-"));
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

  /** The catalogs without the hash of a password, which is another one each time. */
  const outcome = async () => {
    const catalogs = await bothCatalogs(servers);
    return JSON.stringify(catalogs, (key, value) => (key === "hash" ? undefined : value), 1);
  };

  describe.each(faultKinds(folder))("of a $title", (kind) => {
    let takeNeedsAway = async () => {};
    let work: Record<Phase, () => Promise<unknown>>;
    const undisturbed: Record<Phase, string> = { create: "", update: "", delete: "" };
    const victims: Record<Phase, Record<"control" | "remote", number[]>> = {
      create: { control: [], remote: [] },
      update: { control: [], remote: [] },
      delete: { control: [], remote: [] },
    };
    beforeAll(async () => {
      takeNeedsAway = await createNeeds(provider, servers, kind);
      const inputs = await inputsOf(provider, servers, kind);
      const changed = await changedInputsOf(provider, servers, kind);
      let made = { id: "", outs: {} as Properties };
      work = {
        create: async () => {
          made = await provider.create(inputs);
        },
        update: async () => {
          made.outs = await provider.update(made.id, made.outs, changed);
        },
        delete: () => provider.delete(made.id, made.outs),
      };
      for (const on of ["control", "remote"] as const) {
        for (const phase of phases) {
          victims[phase][on] = victimsAmong(await statementsOfRequests(servers[on], work[phase]), kind);
          undisturbed[phase] = await outcome();
        }
      }
    });
    afterAll(() => takeNeedsAway());

    it.each(["control", "remote"] as const)(
      "at each statement on %s",
      async (on) => {
        const runs = Math.max(...phases.map((phase) => victims[phase][on].length));
        for (let run = 0; run < runs; run += 1) {
          for (const phase of phases) {
            const statement = victims[phase][on][run];
            if (statement !== undefined) servers[on].faults.deadlock({ occurrence: statement });
            const failure = await work[phase]().then(
              () => undefined,
              (error: Error) => error.message,
            );
            servers[on].faults.clear();
            expect({ phase, statement, failure }).toEqual({ phase, statement, failure: undefined });
            if (statement !== undefined) expect(await outcome()).toBe(undisturbed[phase]);
          }
        }
      },
      120_000,
    );
  });
});
