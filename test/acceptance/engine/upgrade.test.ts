import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Deployment } from "@pulumi/pulumi/automation";
import { catalogOf, startServers, type TestServers } from "../../provider/servers";
import { printedSteps } from "./drift/previewText";
import { type Declared, makeStack, type TestStack } from "./stack";

/** See test/upgrade/README.md. */
const folder = resolve(__dirname, "../../upgrade");
const stateOf = (version: string) => join(folder, version, "state.json");
const { version: current } = require("../../../package.json") as { version: string };
const recording = process.env.MSSQL_BACKUP_RECORD_STATE !== undefined;

interface RecordedProgram {
  prepare(servers: TestServers): Promise<void>;
  declare(servers: TestServers): Declared;
  readonly environment: Readonly<Record<string, string>>;
}

/** The ports in recorded states. */
const recordedPorts = { control: 61001, remote: 61002 };

jest.setTimeout(180_000);

let servers: TestServers;
let stack: TestStack;
let before: object;
const catalogs = async () => [await catalogOf(servers.control), await catalogOf(servers.remote)];

async function upTo(version: string): Promise<void> {
  servers = await startServers();
  stack = await makeStack();
  const program = require(join(folder, version, "program")) as RecordedProgram;
  Object.assign(process.env, program.environment);
  await program.prepare(servers);
  before = await catalogs();
  stack.declare(program.declare(servers));
  await stack.up();
}
afterEach(async () => {
  stack?.remove();
  await servers?.stop();
});

/** A state with other ports in the place of those that it has. */
function withPorts(state: string, from: typeof recordedPorts, to: typeof recordedPorts): string {
  const others = new Map([
    [from.control, to.control],
    [from.remote, to.remote],
  ]);
  // Not within other numbers and texts, such as hashes and encrypted values.
  return state.replace(/(?<=127\.0\.0\.1,|"port": )\d+/g, (port) => String(others.get(Number(port)) ?? port));
}

interface Resource {
  readonly urn: string;
  readonly outputs?: unknown;
  readonly sourcePosition?: string;
  readonly stackTrace?: unknown;
}
const resourcesOf = ({ deployment }: { readonly deployment: { readonly resources?: Resource[] } }) =>
  deployment.resources ?? [];

/** A state with the ids that a server here gave to Agent jobs, in the place of those that the recorded one gave. */
function withIdsOf(here: Deployment, state: Deployment): Deployment {
  const idsIn = ({ outputs }: Resource) =>
    JSON.stringify(outputs ?? {}).match(/\b[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\b/g) ?? [];
  const idsHere = new Map(resourcesOf(here).map((resource) => [resource.urn, idsIn(resource)]));
  const replacements = resourcesOf(state).flatMap((resource) =>
    idsIn(resource).map((id, index) => [id, idsHere.get(resource.urn)?.[index] ?? id] as const),
  );
  const text = replacements.reduce((result, [from, to]) => result.replaceAll(from, to), JSON.stringify(state));
  return JSON.parse(text) as Deployment;
}

/** A state without where on this machine the program's lines are. */
function withoutPlaces(state: Deployment): Deployment {
  const resources = resourcesOf(state).map(({ sourcePosition: _, stackTrace: __, ...resource }) => resource);
  return { ...state, deployment: { ...state.deployment, resources } };
}

const portsHere = () => ({
  control: servers.control.connection.port as number,
  remote: servers.remote.connection.port as number,
});

if (recording) {
  test(`the state of ${current} is recorded`, async () => {
    await upTo(current);
    const state = JSON.stringify(withoutPlaces(stack.exportState()), undefined, 2);
    expect(state).not.toMatch(/Secret-1|Runner-1|There-1|Provider-1/);
    writeFileSync(stateOf(current), `${withPorts(state, portsHere(), recordedPorts)}\n`);
  });
} else {
  const versions = readdirSync(folder).filter((name) => existsSync(stateOf(name)));

  test("this version is among those recorded", () => expect(versions).toContain(current));

  test.each(versions)("the state that %s wrote is taken over unchanged, and destroyed", async (version) => {
    await upTo(version);
    const recorded = withPorts(readFileSync(stateOf(version), "utf8"), recordedPorts, portsHere());
    await stack.importState(withIdsOf(stack.exportState(), JSON.parse(recorded)));

    // Neither what the refresh finds nor what the program then asks for.
    const steps = printedSteps(await stack.previewDrift());
    expect(steps.filter(({ resource }) => resource !== "shop-dev")).toEqual([]);

    expect(new Set(Object.values(await stack.destroy()))).toEqual(new Set(["delete"]));
    expect(await catalogs()).toEqual(before);
  });
}
