import { displayName } from "../objects/server";
import { check as checkJob } from "../providers/backupJob";
import { check as checkLogin } from "../providers/backupUserLogin";
import { check as checkDatabase } from "../providers/customBackupDatabase";
import { check as checkLink } from "../providers/linkedServer";
import type { CheckResult } from "../providers/validation";
import { type Properties, providerKey, toState } from "../providers/wire";
import { providerText } from "../resources/providerText";
import type { Remark } from "./installation";
import { type AdoptedResource, type ResourceKind, valuesOf } from "./resource";

const checks: Readonly<Record<ResourceKind, (olds: Properties, news: Properties) => Promise<CheckResult>>> = {
  BackupJob: checkJob,
  BackupUserLogin: checkLogin,
  CustomBackupDatabase: checkDatabase,
  LinkedServer: checkLink,
};

/** One resource in the file of `pulumi import --file`. With outputs, the engine takes the state as it is given. */
export interface ImportEntry {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** A resource with its entry; without one, what its provider says against it. */
export type Checked =
  | { readonly resource: AdoptedResource; readonly entry: ImportEntry }
  | { readonly resource: AdoptedResource; readonly refused: Remark };

/** The entry of a resource, with inputs as its own provider would have checked them. */
export async function importEntry(resource: AdoptedResource): Promise<Checked> {
  const { kind, name, id, args, computed } = resource;
  const { inputs, failures } = await checks[kind]({}, valuesOf(args) as Properties);
  if (failures.length > 0) {
    const why = `The settings that were found are not allowed in a program: ${failures.map(({ reason }) => reason).join("; ")}.`;
    return { resource, refused: { what: `${kind} ${id}`, why } };
  }
  const provider = { [providerKey]: providerText(kind.charAt(0).toLowerCase() + kind.slice(1)) };
  const known = toState(inputs);
  const server = displayName(known.connection as Parameters<typeof displayName>[0]);
  const findings = kind === "LinkedServer" ? {} : { findings: {} };
  return {
    resource,
    entry: {
      type: `pulumi-nodejs:dynamic/mssql-backup:${kind}`,
      name,
      id,
      inputs: { ...known, ...provider },
      outputs: { ...known, server, ...toState(computed), ...findings, ...provider },
    },
  };
}
