import * as pulumi from "@pulumi/pulumi";

/** A resource as a program registers it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  /** Secrets as the engine gets them: objects with a signature. */
  readonly inputs: Record<string, unknown>;
  /** Of one that is only looked at: what it is looked up by. */
  readonly id: string | undefined;
}

const signature = "4dabf18193072939515e22adb298388d";

/** Runs a program against a stand-in for the engine, and returns what it registered. */
export async function register(program: () => unknown): Promise<Registered[]> {
  const registered: Registered[] = [];
  pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id }) => {
        registered.push({ type, name, inputs, id });
        return { id: name, state: inputs };
      },
      call: ({ inputs }) => inputs,
    },
    "project",
    "stack",
    false,
  );
  await program();
  await pulumi.runtime.disconnect();
  return registered;
}

/** Whether a value is marked as a secret. */
export function isSecret(value: unknown): boolean {
  return typeof value === "object" && value !== null && signature in value;
}

/** A value without its secret marks, at any depth, as a provider gets it. */
export function unwrapped<T>(value: T): T {
  if (isSecret(value)) return unwrapped((value as { value: T }).value);
  if (Array.isArray(value)) return value.map(unwrapped) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrapped(item)])) as T;
}
