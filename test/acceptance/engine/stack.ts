import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Resource } from "@pulumi/pulumi";
import { type Deployment, type EngineEvent, LocalWorkspace, type OpType, type Stack } from "@pulumi/pulumi/automation";
import { engineEnvironment } from "../../support/engine";

const root = resolve(__dirname, "../../..");

/** Resources by their names, as a program would declare them. */
export type Declared = Readonly<Record<string, Declaration>>;

export interface Declaration {
  readonly kind: "BackupJob" | "BackupUserLogin" | "CustomBackupDatabase" | "LinkedServer" | "BackupTopology";
  readonly args: Readonly<Record<string, unknown>>;
  /** The names of the resources that come before it. */
  readonly after?: readonly string[];
}

/** Resources as the program has them, by name. */
export type Made = Readonly<Record<string, Resource>>;

/** What the engine did, or would do, to each resource; by name. */
export type Steps = Readonly<Record<string, OpType>>;

/** What a policy pack says of a preview or an `up`. */
export interface Judgement {
  /** What the engine ended with; undefined if nothing was mandatory. */
  readonly failure: string | undefined;
  readonly violations: readonly Violation[];
}

export interface Violation {
  readonly policy: string;
  /** The name of the resource; of the stack itself for a policy that looks at the whole. */
  readonly on: string;
  readonly level: string;
  readonly message: string;
}

/** A stack of the real engine, with its state in files. */
export interface TestStack {
  /** What the program declares from now on, and what it does beside, which returns the stack's outputs. */
  declare(resources: Declared, also?: (made: Made) => Promise<Record<string, unknown>>): void;
  /** Puts a secret into the stack's configuration. */
  configure(key: string, value: string): Promise<void>;
  preview(): Promise<Steps>;
  up(options?: { refresh: boolean }): Promise<Steps>;
  destroy(): Promise<Steps>;
  /**
   * Has a policy pack look at what a command does.
   *
   * @param pack the path of the pack, and of its configuration if it is given any
   */
  judge(command: "preview" | "up", pack: { readonly path: string; readonly config?: string }): Promise<Judgement>;
  /** What `pulumi preview --refresh --diff` prints. */
  previewDrift(): Promise<string>;
  /** Every file of the state, history included. */
  stateFiles(): string[];
  /** The state as `pulumi stack export` writes it, its secrets encrypted. */
  exportState(): Deployment;
  importState(state: Deployment): Promise<void>;
  /** What the engine calls each resource by, by name. */
  ids(): Promise<Record<string, string>>;
  remove(): void;
}

/** Makes a stack in a folder of its own. Its program runs in this process; the providers run in Pulumi's. */
export async function makeStack(): Promise<TestStack> {
  const folder = mkdtempSync(join(tmpdir(), "engine-test-"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction");
  const envVars = engineEnvironment(folder);
  // The Automation API looks for pulumi where this process would.
  process.env.PATH = envVars.PATH;
  let declared: Declared = {};
  let doAlso = async (_made: Made): Promise<Record<string, unknown>> => ({});
  const program = async () => {
    const kinds = require("pulumi-mssql-backup");
    const made: Record<string, Resource> = {};
    for (const [name, { kind, args, after = [] }] of Object.entries(declared)) {
      made[name] = new kinds[kind](name, args, { dependsOn: after.map((other) => made[other]) });
    }
    return doAlso(made);
  };
  const stack = await LocalWorkspace.createStack(
    { stackName: "dev", projectName: "shop", program },
    { workDir: folder, envVars },
  );
  return {
    declare(resources, also = async () => ({})) {
      declared = resources;
      doAlso = also;
    },
    configure: (key, value) => stack.setConfig(key, { value, secret: true }),
    preview: () => steps((onEvent) => stack.preview({ onEvent })),
    up: (options) => steps((onEvent) => stack.up({ ...options, onEvent })),
    destroy: () => steps((onEvent) => stack.destroy({ onEvent })),
    async judge(command, { path, config }) {
      const violations: Violation[] = [];
      const options = {
        policyPacks: [path],
        ...(config !== undefined && { policyPackConfigs: [config] }),
        onEvent({ policyEvent: event }: EngineEvent) {
          if (!event) return;
          const { policyName: policy, enforcementLevel: level, resourceUrn = "" } = event;
          // The pack's description comes first.
          const message = event.message.trim().split("\n").slice(1).join("\n");
          violations.push({ policy, on: nameIn(resourceUrn), level, message });
        },
      };
      const failure = await stack[command](options).then(
        () => undefined,
        (error: unknown) => String(error),
      );
      return { failure, violations };
    },
    async previewDrift() {
      const { stdout } = await stack.preview({ refresh: true, diff: true, color: "never" });
      return stdout;
    },
    stateFiles: () =>
      readdirSync(join(folder, "state"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")),
    exportState() {
      // As it is on disk: exportStack would show the secrets.
      const file = readFileSync(join(folder, "state/.pulumi/stacks/shop/dev.json"), "utf8");
      const { version, checkpoint } = JSON.parse(file) as { version: number; checkpoint: { latest: object } };
      return { version, deployment: checkpoint.latest };
    },
    importState: (state) => stack.importStack(state),
    ids: () => idsOf(stack),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A replacement is several steps of the engine: one here. */
const replacing = ["create-replacement", "delete-replaced", "replace"];

async function steps(work: (onEvent: (event: EngineEvent) => void) => Promise<unknown>): Promise<Steps> {
  const seen: Record<string, OpType> = {};
  await work(({ resourcePreEvent }) => {
    const step = resourcePreEvent?.metadata;
    if (!step?.urn.includes("mssql-backup")) return;
    seen[nameIn(step.urn)] = replacing.includes(step.op) ? "replace" : step.op;
  });
  return seen;
}

async function idsOf(stack: Stack): Promise<Record<string, string>> {
  const { deployment } = await stack.exportStack();
  const { resources = [] } = deployment as { resources?: { urn: string; id?: string }[] };
  return Object.fromEntries(resources.flatMap(({ urn, id }) => (id === undefined ? [] : [[nameIn(urn), id]])));
}

const nameIn = (urn: string) => urn.slice(urn.lastIndexOf("::") + 2);
