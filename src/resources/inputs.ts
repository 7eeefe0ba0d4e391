import type { Input } from "@pulumi/pulumi";

/** A value any part of which may be an output of another resource. */
export type DeepInput<T> = Input<
  T extends (infer Item)[]
    ? DeepInput<Item>[]
    : T extends Record<string, unknown>
      ? { [Key in keyof T]: DeepInput<T[Key]> }
      : T
>;

/** Arguments of a resource: each property, and each part of it, may be an output of another resource. */
export type InputsOf<T> = { [Key in keyof T]: DeepInput<T[Key]> };
