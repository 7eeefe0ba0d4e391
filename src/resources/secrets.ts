import * as pulumi from "@pulumi/pulumi";

/** What must not stand in a state in clear, wherever it is in a resource's arguments. */
const secretKeys = new Set(["password", "token", "clientSecret", "remotePassword", "providerString"]);

/**
 * Marks every secret that is written out in the arguments of a resource as one, at any depth. Those that are named,
 * `{ env: "NAME" }`, stay readable.
 */
export function markSecrets<T>(args: T): T {
  return mark(args) as T;
}

function mark(value: unknown, key?: string): unknown {
  if (pulumi.Output.isInstance(value) || value instanceof Promise) {
    // What comes later is marked as a whole as soon as it turns out to hold a secret.
    return pulumi
      .output(value)
      .apply((known) => (holdsSecret(known, key) ? pulumi.secret(known) : pulumi.output(known)));
  }
  if (typeof value === "string") return isSecret(value, key) ? pulumi.secret(value) : value;
  if (Array.isArray(value)) return value.map((item) => mark(item));
  if (isPlainObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mark(item, name)]));
  }
  return value;
}

function isSecret(value: string, key: string | undefined): boolean {
  return key !== undefined && secretKeys.has(key) && value !== "";
}

function holdsSecret(value: unknown, key?: string): boolean {
  if (typeof value === "string") return isSecret(value, key);
  if (Array.isArray(value)) return value.some((item) => holdsSecret(item));
  return isPlainObject(value) && Object.entries(value).some(([name, item]) => holdsSecret(item, name));
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
