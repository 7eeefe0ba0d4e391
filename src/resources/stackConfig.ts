import * as pulumi from "@pulumi/pulumi";

/**
 * A value of the stack's configuration.
 *
 * @param key a key such as `project:sqlPassword`; without a namespace, one of the project's own
 */
export function configValue(key: string): string | undefined {
  const at = key.indexOf(":");
  const config = at < 0 ? new pulumi.Config() : new pulumi.Config(key.slice(0, at));
  return config.get(key.slice(at + 1));
}
