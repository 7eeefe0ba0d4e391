import * as pulumi from "@pulumi/pulumi";
import { configValue } from "../resources/stackConfig";

/** What a function's `Output` form takes: every argument may come later. */
export type OutputArgs<Args> = { [Key in keyof Args]: pulumi.Input<Args[Key]> };

/** Options of a function's `Output` form. */
export interface FunctionOutputOptions {
  /**
   * Resources that have to be there before the function is called. While one of them is not created yet, as in the
   * preview of a first `up`, the result is not known. A component counts with the resources that its properties hold.
   */
  dependsOn?: pulumi.Input<pulumi.Input<pulumi.Resource>[]> | pulumi.Input<pulumi.Resource>;
}

/** Where a program's functions find secrets: the environment, and the configuration of the stack. */
export const programStores = { env: process.env, config: configValue };

/** The arguments with every promise in them kept. An `Output` may not be known yet, so that only the `Output` form takes it. */
export async function plainArgs(name: string, args: unknown, path = ""): Promise<unknown> {
  if (pulumi.Output.isInstance(args)) {
    throw new TypeError(
      `${name}: ${path || "args"} is an Output, whose value may not be known yet: call ${name}Output, which waits for it. ` +
        'A secret can also be named, as { config: "key" } or { env: "NAME" }.',
    );
  }
  if (args instanceof Promise) return plainArgs(name, await args, path);
  if (Array.isArray(args)) return Promise.all(args.map((item, index) => plainArgs(name, item, `${path}[${index}]`)));
  if (typeof args !== "object" || args === null) return args;
  const inside = (key: string) => (path === "" ? key : `${path}.${key}`);
  const entries = Object.entries(args).map(async ([key, item]) => [key, await plainArgs(name, item, inside(key))]);
  return Object.fromEntries(await Promise.all(entries));
}

/** Calls a function when its arguments are known and what it depends on is there. */
export function callLater<Args, Result>(
  call: (args: Args) => Promise<Result>,
  args: OutputArgs<Args>,
  { dependsOn = [] }: FunctionOutputOptions = {},
): pulumi.Output<Result> {
  const made = pulumi.output(dependsOn as pulumi.Input<object>).apply((resources) => pulumi.all(idsIn(resources)));
  return pulumi.all([args as pulumi.Input<object>, made]).apply(([known]) => call(known as Args));
}

/** What is known of resources only once they are there. */
function idsIn(value: unknown, seen = new Set<unknown>()): pulumi.Output<string>[] {
  if (typeof value !== "object" || value === null || pulumi.Output.isInstance(value) || seen.has(value)) return [];
  seen.add(value);
  if (pulumi.CustomResource.isInstance(value)) return [value.id];
  const isShown = ([key]: [string, unknown]) => !key.startsWith("__");
  const held = Object.entries(value)
    .filter(isShown)
    .flatMap(([, item]) => idsIn(item, seen));
  return pulumi.Resource.isInstance(value) ? [value.urn, ...held] : held;
}
