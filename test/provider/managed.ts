import type { DynamicProvider, Properties } from "./dynamicProvider";

export type KindName = "backupJob" | "backupUserLogin" | "customBackupDatabase" | "linkedServer";

/** Inputs as the engine hands them to create: checked, with the text of the provider. */
export async function checked(provider: DynamicProvider, kind: KindName, inputs: Properties): Promise<Properties> {
  const result = await provider.check({
    ...inputs,
    __provider: `exports.handler = () => require("pulumi-mssql-backup/providers/${kind}");\n`,
  });
  expect(result.failures).toEqual([]);
  return result.inputs;
}

/** A resource as the engine keeps it. */
export class Managed {
  private constructor(
    private readonly provider: DynamicProvider,
    readonly id: string,
    public outs: Properties,
    public inputs: Properties,
  ) {}

  static async create(provider: DynamicProvider, kind: KindName, program: Properties): Promise<Managed> {
    const inputs = await checked(provider, kind, program);
    const { id, outs } = await provider.create(inputs);
    return new Managed(provider, id, outs, inputs);
  }

  /** Reads the object; what the inputs show otherwise than the program. */
  async refresh(): Promise<Properties | "gone"> {
    const { id, props, inputs } = await this.provider.read(this.id, this.outs);
    if (id === "") return "gone";
    this.outs = props;
    const shown = inputs ?? {};
    const keys = new Set([...Object.keys(shown), ...Object.keys(this.inputs)]);
    const differing = [...keys].filter((key) => JSON.stringify(shown[key]) !== JSON.stringify(this.inputs[key]));
    return Object.fromEntries(differing.map((key) => [key, shown[key]]));
  }

  diff() {
    return this.provider.diff(this.id, this.outs, this.inputs);
  }

  /** Updates to what the program says, or to what it says now. */
  async update(inputs: Properties = this.inputs): Promise<void> {
    this.outs = await this.provider.update(this.id, this.outs, inputs);
    this.inputs = inputs;
  }

  async delete(): Promise<void> {
    await this.provider.delete(this.id, this.outs);
  }
}
