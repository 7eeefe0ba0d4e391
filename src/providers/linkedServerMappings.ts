import type { LoginMapping, WantedMapping } from "../objects/linkedServer";
import { MissingSecretError } from "../objects/server";
import { sameValue } from "./difference";
import type { LinkedServerSettings } from "./linkedServerArguments";
import { digestOf, isDigestOf } from "./passwordDigest";
import { secretOf } from "./servers";
import { containsUnknown } from "./unknowns";

/** Login mappings of a linked server: as the program says them, and as the server has them. */

type Mapping = LinkedServerSettings["logins"][number];

/** The mappings to make, with their passwords. Throws `MissingSecretError` when one is not where the program says. */
export function wantedMappings(wanted: LinkedServerSettings): WantedMapping[] {
  return wanted.logins.map((mapping) => {
    const what = `linked server ${wanted.name}, remotePassword of ${mapping.remoteUser ?? ""}`;
    return {
      ...toMapping(mapping),
      ...(mapping.remotePassword !== undefined && { remotePassword: secretOf(mapping.remotePassword, what) }),
    };
  });
}

/** A digest of each password that was set, by mapping: no server tells a password. A secret output. */
export type PasswordDigests = Readonly<Record<string, string>>;

/** The digests of the passwords that are wanted. */
export function passwordDigests(wanted: LinkedServerSettings): PasswordDigests {
  return Object.fromEntries(
    wantedMappings(wanted).flatMap((mapping) =>
      mapping.remotePassword === undefined ? [] : [[mappingKey(mapping), digestOf(mapping.remotePassword)]],
    ),
  );
}

/**
 * Whether the place that a mapping's password is taken from holds another one than was set last. A preview may run where
 * the secret is not at hand; the update will say so.
 */
export function isAnyRotated(logins: unknown, digests: PasswordDigests): boolean {
  if (!Array.isArray(logins)) return false;
  return logins.some((mapping: Mapping) => {
    const digest = containsUnknown(mapping) ? undefined : digests[mappingKey(toMapping(mapping))];
    if (digest === undefined || mapping.remotePassword === undefined) return false;
    try {
      return !isDigestOf(secretOf(mapping.remotePassword, "remotePassword"), digest);
    } catch (error) {
      if (error instanceof MissingSecretError) return false;
      throw error;
    }
  });
}

/**
 * What brings the mappings of an existing linked server to what is wanted. A mapping is made again unless its password
 * is known to be the one that was set last.
 */
export function mappingChanges(
  existing: readonly LoginMapping[],
  wanted: LinkedServerSettings,
  digests: PasswordDigests,
): { drop: LoginMapping[]; add: WantedMapping[] } {
  const mappings = wantedMappings(wanted);
  const wantedKeys = new Set(mappings.map(mappingKey));
  const existingKeys = new Set(existing.map(mappingKey));
  const isRenewed = ({ remotePassword, ...mapping }: WantedMapping) =>
    remotePassword !== undefined && !isDigestOf(remotePassword, digests[mappingKey(mapping)]);
  return {
    drop: existing.filter((mapping) => !wantedKeys.has(mappingKey(mapping))),
    add: mappings.filter((mapping) => !existingKeys.has(mappingKey(mapping)) || isRenewed(mapping)),
  };
}

/** The mappings that the server has. Those that are as the program says keep the program's words. */
export function observedMappings(
  recorded: LinkedServerSettings,
  found: readonly LoginMapping[],
): LinkedServerSettings["logins"] {
  const known = new Map(recorded.logins.map((mapping) => [mappingKey(toMapping(mapping)), mapping]));
  const keys = found.map(mappingKey);
  if (sameValue([...known.keys()].sort(), keys.toSorted())) return recorded.logins;
  return found.map(
    (mapping) =>
      known.get(mappingKey(mapping)) ?? {
        ...(mapping.localLogin && { localLogin: mapping.localLogin }),
        ...(mapping.remoteUser ? { remoteUser: mapping.remoteUser } : { self: mapping.self }),
      },
  );
}

/** Whether a password stands in the mappings themselves, which makes all of them a secret. */
export function holdsPassword(logins: LinkedServerSettings["logins"]): boolean {
  return logins.some(({ remotePassword }) => typeof remotePassword === "string");
}

/** A mapping in words: `sa as remote`, `all others as themselves`. */
export function describeMapping({ localLogin = "all others", remoteUser, self }: Mapping): string {
  return `${localLogin} as ${remoteUser ?? (self === false ? "nobody" : "themselves")}`;
}

function toMapping(mapping: Mapping): LoginMapping {
  return {
    localLogin: mapping.localLogin ?? "",
    self: mapping.self ?? mapping.remoteUser === undefined,
    remoteUser: mapping.remoteUser ?? "",
  };
}

function mappingKey({ localLogin, self, remoteUser }: LoginMapping): string {
  return JSON.stringify([localLogin.toLowerCase(), self, remoteUser]);
}
