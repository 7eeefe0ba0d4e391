import { variablesOf } from "./connections";
import { type Declaration, declareInstallation } from "./declare";
import { type ImportEntry, importEntry } from "./importFile";
import type { Installation, Remark } from "./installation";
import { programOf } from "./program";
import { readmeOf } from "./readme";
import { type AdoptedResource, Reference } from "./resource";

/** A Pulumi project that declares an installation as it is. */
export interface AdoptedProject {
  /** Files by name. */
  readonly files: Readonly<Record<string, string>>;
  readonly resources: readonly { readonly kind: string; readonly name: string; readonly id: string }[];
  /** The environment variables that hold the secrets. */
  readonly variables: readonly string[];
  readonly remarks: readonly Remark[];
}

/** How the project is called, and on which versions it depends. */
export interface ProjectOptions {
  readonly name: string;
  /** Of this package. */
  readonly version: string;
}

/** Writes a project for an installation. */
export async function projectOf(installation: Installation, options: ProjectOptions): Promise<AdoptedProject> {
  const { declaration, entries } = await checked(declareInstallation(installation));
  const variables = [
    ...new Set([...declaration.servers.flatMap(({ connection }) => variablesOf(connection)), ...variablesIn(entries)]),
  ];
  const found = { installation, declaration, entries, variables };
  return {
    files: {
      "Pulumi.yaml": `name: ${options.name}\ndescription: ${JSON.stringify(`The SQL Server backup set of ${installation.managementDatabase}`)}\nruntime:\n  name: nodejs\n  options:\n    packagemanager: npm\n`,
      "package.json": json({
        name: options.name,
        private: true,
        main: "index.ts",
        dependencies: { "@pulumi/pulumi": "^3.216.0", "pulumi-mssql-backup": `^${options.version}` },
        devDependencies: { "@types/node": "^24.0.0", typescript: "5.9.3" },
      }),
      "tsconfig.json": json({
        compilerOptions: {
          target: "ES2022",
          module: "node16",
          moduleResolution: "node16",
          strict: true,
          noEmit: true,
          skipLibCheck: true,
          types: ["node"],
        },
        files: ["index.ts"],
      }),
      ".gitignore": "node_modules/\n",
      "index.ts": programOf(declaration),
      "import.json": json({ resources: entries }),
      "README.md": readmeOf(found),
    },
    resources: declaration.resources.map(({ kind, name, id }) => ({ kind, name, id })),
    variables,
    remarks: declaration.remarks,
  };
}

const json = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;

/** Keeps what its provider accepts; the rest becomes remarks, and nothing refers to it any more. */
async function checked(declared: Declaration): Promise<{ declaration: Declaration; entries: ImportEntry[] }> {
  const remarks = [...declared.remarks];
  const kept: AdoptedResource[] = [];
  const entries: ImportEntry[] = [];
  const refused = new Set<string>();
  for (const result of await Promise.all(declared.resources.map(importEntry))) {
    if ("entry" in result) {
      kept.push(result.resource);
      entries.push(result.entry);
    } else {
      refused.add(result.resource.name);
      remarks.push(result.refused);
    }
  }
  const resources = kept.map((resource) => ({
    ...resource,
    args: Object.fromEntries(Object.entries(resource.args).map(([key, value]) => [key, without(refused, value)])),
  }));
  const managementDatabase = without(refused, declared.managementDatabase);
  return { declaration: { ...declared, resources, managementDatabase, remarks }, entries };
}

function without<T>(refused: ReadonlySet<string>, value: T): T | Reference {
  if (!(value instanceof Reference) || !refused.has(value.text.replace(/\..*$/, ""))) return value;
  return new Reference(JSON.stringify(value.value), value.value);
}

/** Every `{ env }` in the entries. */
function variablesIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  if ("env" in value && typeof value.env === "string") return [value.env];
  return Object.values(value).flatMap(variablesIn);
}
