import * as pulumi from "@pulumi/pulumi";
import { isSecret, register } from "./program";

const connection = {
  host: "sql1",
  authentication: { type: "sql" as const, user: "sa", password: "hunter2" },
};

interface Kind {
  readonly name: "BackupJob" | "BackupUserLogin" | "CustomBackupDatabase" | "LinkedServer";
  /** No more than a program must say. */
  readonly args: object;
  /** Everything that the class declares as an output. */
  readonly outputs: readonly string[];
  /** Arguments with a password written out. */
  readonly secretInputs: readonly string[];
  readonly secretOutputs: readonly string[];
}

const kinds: readonly Kind[] = [
  {
    name: "BackupJob",
    args: { connection, managementDatabase: "M", fullPath: "/backup" },
    outputs: ["name", "managementDatabase", "server"],
    secretInputs: ["connection"],
    secretOutputs: [],
  },
  {
    name: "BackupUserLogin",
    args: { connection, loginName: "u", password: "hunter2" },
    outputs: ["loginName", "loginSid", "server", "adopted"],
    secretInputs: ["connection", "password"],
    secretOutputs: ["password", "passwordDigest"],
  },
  {
    name: "CustomBackupDatabase",
    args: { connection, database: "D", control: { connection, managementDatabase: "M" } },
    outputs: ["database", "server", "joinedServerName", "realServerName"],
    secretInputs: ["connection", "control"],
    secretOutputs: [],
  },
  {
    name: "LinkedServer",
    args: {
      connection,
      name: "L",
      product: "SQL Server",
      providerString: "Password=hunter2",
      logins: [{ remoteUser: "u", remotePassword: "hunter2" }],
    },
    outputs: ["name", "dataSource", "server", "remoteServerName", "adopted"],
    secretInputs: ["connection", "logins", "providerString"],
    secretOutputs: ["providerString", "passwordDigests"],
  },
];

type ResourceClass = (new (
  name: string,
  args: object,
  options?: object,
) => pulumi.CustomResource) & {
  readonly __pulumiType: string;
  isInstance(object: unknown): boolean;
  get(name: string, id: string, args: object): pulumi.CustomResource;
};

const classOf = (name: Kind["name"]): ResourceClass => require("pulumi-mssql-backup")[name];

/** Whether something is a secret, or has one in it. */
const holdsSecret = (value: unknown): boolean =>
  isSecret(value) || (typeof value === "object" && value !== null && Object.values(value).some(holdsSecret));

describe.each(kinds)("a $name in a program", ({ name, args, outputs, secretInputs, secretOutputs }) => {
  const Resource = classOf(name);
  let resource: pulumi.CustomResource;

  const registerOne = async (make: () => pulumi.CustomResource) => {
    const [registered] = await register(async () => {
      resource = make();
      await new Promise((resolve) => resource.urn.apply(resolve));
    });
    if (registered === undefined) throw new Error("Nothing was registered");
    return registered;
  };

  it("is of a type by which policies and aliases know it", async () => {
    const { type } = await registerOne(() => new Resource("r", args));
    expect(type).toBe(`pulumi-nodejs:dynamic/mssql-backup:${name}`);
    expect(Resource.__pulumiType).toBe(type);
  });

  it("has every output, also of what the program left to its default", async () => {
    await registerOne(() => new Resource("r", args));
    const missing = outputs.filter((key) => !pulumi.Output.isInstance(Reflect.get(resource, key)));
    expect(missing).toEqual([]);
  });

  it("marks as secret what is one, in its arguments and in its outputs", async () => {
    let options: pulumi.CustomResourceOptions = {};
    const transformations: pulumi.ResourceTransformation[] = [
      ({ props, opts }) => {
        options = opts;
        return { props, opts };
      },
    ];
    const registered = await registerOne(() => new Resource("r", args, { transformations }));
    const marked = Object.keys(registered.inputs).filter((key) => holdsSecret(registered.inputs[key]));
    expect(marked.sort()).toEqual([...secretInputs].sort());
    expect(JSON.stringify(withoutSecrets(registered.inputs))).not.toContain("hunter2");
    expect(options.additionalSecretOutputs ?? []).toEqual(secretOutputs);
  });

  it("can be looked at without being managed", async () => {
    const { id, inputs } = await registerOne(() => Resource.get("r", "sql1,1433/it", args));
    expect(id).toBe("sql1,1433/it");
    // Otherwise nobody would know who reads it.
    expect(inputs.__provider).toContain("pulumi-mssql-backup/providers/");
  });

  it("is told from others, whichever copy of the package made it", async () => {
    await registerOne(() => new Resource("r", args));
    expect(Resource.isInstance(resource)).toBe(true);
    expect(Resource.isInstance({ __pulumiType: Resource.__pulumiType })).toBe(true);
    const others = kinds.filter((kind) => kind.name !== name).map((kind) => classOf(kind.name));
    expect(others.filter((Other) => Other.isInstance(resource))).toEqual([]);
    expect([undefined, null, "text", {}].filter((object) => Resource.isInstance(object))).toEqual([]);
  });
});

it("a topology is the parent of all that it declares", async () => {
  const { BackupTopology } = require("pulumi-mssql-backup");
  const parents = new Map<string, unknown>();
  let topology: pulumi.ComponentResource | undefined;
  const transformations: pulumi.ResourceTransformation[] = [
    ({ name, props, opts }) => {
      parents.set(name, opts.parent);
      return { props, opts };
    },
  ];
  const registered = await register(async () => {
    const args = {
      control: connection,
      managementDatabase: "M",
      servers: { BRANCH: { connection: { ...connection, host: "sql2" } } },
      databases: [{ database: "A" }, { database: "B", server: "BRANCH" }],
      job: { fullPath: "/backup" },
    };
    const made = new BackupTopology("shop", args, { transformations });
    topology = made;
    expect(BackupTopology.isInstance(made)).toBe(true);
    await new Promise((resolve) => made.connectionFile.apply(resolve));
  });
  const children = registered.filter(({ name }) => name !== "shop");
  expect(children).toHaveLength(4);
  for (const { name } of children) expect(parents.get(name)).toBe(topology);
});

/** What would stand in the state in clear. */
function withoutSecrets(value: unknown): unknown {
  if (isSecret(value)) return "(secret)";
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}
