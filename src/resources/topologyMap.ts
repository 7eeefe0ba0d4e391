import type { TopologyPlan } from "./topologyPlan";

/** What a map says of a topology, with every value at hand. */
export interface MappedTopology {
  readonly control: Address;
  readonly managementDatabase: string;
  /** The other servers by key. */
  readonly servers: Readonly<Record<string, Address>>;
  readonly job: string;
  /** The login under which the runner works, if the topology makes one. */
  readonly login?: string | undefined;
}

/** Where a server is. */
export interface Address {
  readonly host: string;
  readonly port?: number | undefined;
  readonly instance?: string | undefined;
}

/** The databases of the set by server, the management database first; the control server stands as `control`. */
export function databasesByServer(plan: TopologyPlan, managementDatabase: string): Record<string, string[]> {
  const keys = plan.servers.map(({ key }) => key);
  const control = keys.includes("control") ? "(control server)" : "control";
  const others = keys.map((key): [string, string[]] => [key, [...plan.databasesOf(key)]]);
  return Object.fromEntries([[control, [managementDatabase, ...plan.databasesOf(undefined)]], ...others]);
}

/** The topology as a tree in text, for people. */
export function drawTopology(plan: TopologyPlan, known: MappedTopology): string {
  const { control, managementDatabase, servers, job, login } = known;
  const runner = login === undefined ? "" : `, login ${login}`;
  const set = `${counted(1 + plan.databases.length, "database")} on ${counted(1 + plan.servers.length, "server")}`;
  const ofControl = [`${managementDatabase} (management database)`, ...plan.databasesOf(undefined)];
  return [
    `${set}, marked and backed up together by the job ${job}${runner}`,
    ...branch(`control server ${addressOf(control)}`, ofControl, plan.servers.length === 0),
    ...plan.servers.flatMap(({ key }, index) => {
      const address = servers[key];
      const title = `${key}, a linked server${address ? ` to ${addressOf(address)}` : ""}`;
      return branch(title, plan.databasesOf(key), index === plan.servers.length - 1);
    }),
  ].join("\n");
}

function branch(title: string, leaves: readonly string[], isLast: boolean): string[] {
  const trunk = isLast ? "   " : "│  ";
  const twigs = leaves.map((leaf, index) => `${trunk}${index === leaves.length - 1 ? "└─" : "├─"} ${leaf}`);
  return [`${isLast ? "└─" : "├─"} ${title}`, ...twigs];
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;

function addressOf({ host, port, instance }: Address): string {
  return instance === undefined ? `${host},${port ?? 1433}` : `${host}\\${instance}`;
}
