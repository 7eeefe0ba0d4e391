import type { Declaration } from "./declare";
import { type AdoptedResource, type DeclaredServer, Reference } from "./resource";
import { Code, commentOf, sourceOf } from "./source";

/** The program, as a person would write it. */
export function programOf({ servers, managementDatabase, resources }: Declaration): string {
  const kinds = ["type Connection", ...new Set(resources.map(({ kind }) => kind))];
  const sorted = kinds.sort((a, b) => (a.replace("type ", "") < b.replace("type ", "") ? -1 : 1));
  const named = new Set(referencesIn([managementDatabase, ...resources.map(({ args }) => args)]));
  const jobs = resources.filter(({ kind }) => kind === "BackupJob");
  const others = resources.filter(({ kind }) => kind !== "BackupJob");
  const set = sourceOf({ connection: new Code("control"), managementDatabase });
  return `${[
    `import { ${sorted.join(", ")} } from "pulumi-mssql-backup";`,
    ...connections(servers.filter(({ name }, index) => index === 0 || named.has(name))),
    ...jobs.map((job) => declarationOf(job, named)),
    ...(others.some(({ kind }) => kind === "CustomBackupDatabase")
      ? [`${commentOf("The backup set that the databases are joined to.")}\nconst set = ${set};`]
      : []),
    ...others.map((resource) => declarationOf(resource, named)),
  ].join("\n\n")}\n`;
}

/** The connections; what several have in common is said once. */
function connections(servers: readonly DeclaredServer[]): string[] {
  const [control] = servers;
  if (!control) return [];
  const shared = JSON.stringify(accessOf(control));
  const sharing = servers.filter((server) => JSON.stringify(accessOf(server)) === shared);
  const common = sharing.length > 1;
  const access = `${commentOf("How the servers are logged in to.")}
const access = ${sourceOf(accessOf(control))} satisfies Partial<Connection>;`;
  return [
    ...(common ? [access] : []),
    ...servers.map((server) => {
      const { host, port, instance } = server.connection;
      const rest = common && sharing.includes(server) ? { "...": new Code("access") } : accessOf(server);
      const comment =
        server === control ? `The control server, ${server.serverName}.` : `The server ${server.serverName}.`;
      return `${commentOf(comment)}\nconst ${server.name}: Connection = ${sourceOf({ host, port, instance, ...rest })};`;
    }),
  ];
}

function accessOf({ connection }: DeclaredServer): object {
  const { host: _host, port: _port, instance: _instance, ...access } = connection;
  return access;
}

function declarationOf({ kind, name, args }: AdoptedResource, named: ReadonlySet<string>): string {
  const variable = named.has(name) ? `const ${name} = ` : "";
  return `${variable}new ${kind}(${JSON.stringify(name)}, ${spread(args)});`;
}

/** Arguments stand one a line, however short. */
function spread(args: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(args).map(([key, value]) => {
    const text = sourceOf(value, "  ");
    return key === text ? `  ${key},` : `  ${key}: ${text},`;
  });
  return ["{", ...lines, "}"].join("\n");
}

/** The variables that other declarations use, such as `branch` in `branch.name`. */
function referencesIn(value: unknown): string[] {
  if (value instanceof Reference) return [value.text.replace(/\..*$/, "")];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(referencesIn);
}
