import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";

const rpc = require("@pulumi/pulumi/proto/provider_grpc_pb");
const messages = require("@pulumi/pulumi/proto/provider_pb");

/** The project's root: from there the engine's process finds the package by its name. */
export const projectRoot = join(__dirname, "..", "..");

export type Properties = Record<string, unknown>;

/** What a failed call tells the engine. */
export interface CallFailure {
  readonly message: string;
  /** Set when the object is there although the call failed. */
  readonly partial?: { readonly id: string; readonly properties: Properties; readonly reasons: string[] };
}

/** Pulumi's own process for dynamic resources, driven as the engine drives it. */
export interface DynamicProvider {
  check(
    news: Properties,
    olds?: Properties,
  ): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }>;
  diff(
    id: string,
    olds: Properties,
    news: Properties,
  ): Promise<{ changes: "none" | "some" | "unknown"; replaces: string[]; deleteBeforeReplace: boolean }>;
  create(inputs: Properties): Promise<{ id: string; outs: Properties }>;
  read(id: string, props: Properties): Promise<{ id: string; props: Properties; inputs: Properties | undefined }>;
  update(id: string, olds: Properties, news: Properties): Promise<Properties>;
  delete(id: string, props: Properties): Promise<void>;
  /** Everything that the process has written, which the CLI would show. */
  output(): string;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** The stack's configuration, `project:key`. */
  readonly config?: Record<string, string>;
  readonly env?: Record<string, string>;
  readonly cwd?: string;
}

/** Starts Pulumi's process for dynamic resources. */
export async function startDynamicProvider(options: StartOptions = {}): Promise<DynamicProvider> {
  const script = require.resolve("@pulumi/pulumi/cmd/dynamic-provider", { paths: [projectRoot] });
  const child = spawn(process.execPath, [script, "127.0.0.1:1"], {
    cwd: options.cwd ?? projectRoot,
    env: { ...process.env, PULUMI_NODEJS_PROJECT: "project", ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let written = "";
  child.stdout.on("data", (data) => {
    written += data;
  });
  child.stderr.on("data", (data) => {
    written += data;
  });
  const port = await portOf(child);
  const client = new rpc.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
  const call = (method: string, request: unknown): Promise<never> =>
    new Promise((resolve, reject) => {
      client[method](request, (error: ServiceError | null, response: never) =>
        error ? reject(failureOf(error)) : resolve(response),
      );
    });

  const configure = new messages.ConfigureRequest();
  configure.setArgs(struct(options.config ?? {}));
  await call("configure", configure);

  return {
    async check(news, olds = {}) {
      const request = new messages.CheckRequest();
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const response: Response = await call("check", request);
      return {
        inputs: response.getInputs().toJavaScript(),
        failures: response.getFailuresList().map((failure) => ({
          property: failure.getProperty(),
          reason: failure.getReason(),
        })),
      };
    },
    async diff(id, olds, news) {
      const request = new messages.DiffRequest();
      request.setId(id);
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const response: Response = await call("diff", request);
      return {
        changes: (["unknown", "none", "some"] as const)[response.getChanges()] ?? "unknown",
        replaces: response.getReplacesList(),
        deleteBeforeReplace: response.getDeletebeforereplace(),
      };
    },
    async create(inputs) {
      const request = new messages.CreateRequest();
      request.setProperties(struct(inputs));
      const response: Response = await call("create", request);
      return { id: response.getId(), outs: response.getProperties().toJavaScript() };
    },
    async read(id, props) {
      const request = new messages.ReadRequest();
      request.setId(id);
      request.setProperties(struct(props));
      const response: Response = await call("read", request);
      return {
        id: response.getId(),
        props: response.getProperties().toJavaScript(),
        inputs: response.getInputs()?.toJavaScript(),
      };
    },
    async update(id, olds, news) {
      const request = new messages.UpdateRequest();
      request.setId(id);
      request.setOlds(struct(olds));
      request.setNews(struct(news));
      const response: Response = await call("update", request);
      return response.getProperties().toJavaScript();
    },
    async delete(id, props) {
      const request = new messages.DeleteRequest();
      request.setId(id);
      request.setProperties(struct(props));
      await call("delete", request);
    },
    output: () => written,
    async stop() {
      client.close();
      const ended = once(child, "exit");
      child.kill();
      await ended;
    },
  };
}

/** The getters of the protocol's messages that are used here. */
interface Response {
  getInputs(): Struct;
  getProperties(): Struct;
  getId(): string;
  getFailuresList(): { getProperty(): string; getReason(): string }[];
  getChanges(): number;
  getReplacesList(): string[];
  getDeletebeforereplace(): boolean;
}

function struct(properties: Properties): Struct {
  return Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);
}

async function portOf(child: ChildProcess): Promise<number> {
  const [first] = await once(child.stdout as NodeJS.ReadableStream, "data");
  return Number.parseInt(String(first), 10);
}

/** Unpacks what the engine unpacks of a failed create or update. */
function failureOf(error: ServiceError): CallFailure {
  const [packed] = error.metadata.get("grpc-status-details-bin");
  if (!packed) return { message: error.details };
  const status = require("@pulumi/pulumi/proto/status_pb").Status.deserializeBinary(packed);
  const detail = status.getDetailsList()[0];
  const failed = messages.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  return {
    message: error.details,
    partial: {
      id: failed.getId(),
      properties: failed.getProperties().toJavaScript(),
      reasons: failed.getReasonsList(),
    },
  };
}
