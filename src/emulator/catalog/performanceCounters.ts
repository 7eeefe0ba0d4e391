/**
 * sys.dm_os_performance_counters, with the counters that are kept: what a server received since it started.
 * https://learn.microsoft.com/sql/relational-databases/system-dynamic-management-views/sys-dm-os-performance-counters-transact-sql
 */
import type { ExecutionContext } from "../engine/expressions/scope";
import type { Server } from "../storage/server";
import { BIGINT, defineView, INT } from "./viewBuilder";
import { requireServerState, sessionOf } from "./visibility";

/** PERF_COUNTER_BULK_COUNT: a rate, of which the view shows the sum since the start. */
const CUMULATIVE = 272696576;
/** PERF_COUNTER_LARGE_RAWCOUNT: the value itself. */
const CURRENT = 65792;

interface Counter {
  readonly category: string;
  readonly name: string;
  readonly type: number;
  readonly value: (server: Server) => number;
}

const COUNTERS: readonly Counter[] = [
  {
    category: "SQL Statistics",
    name: "Batch Requests/sec",
    type: CUMULATIVE,
    value: ({ received }) => received.requests,
  },
  { category: "General Statistics", name: "Logins/sec", type: CUMULATIVE, value: ({ received }) => received.logins },
  { category: "General Statistics", name: "User Connections", type: CURRENT, value: ({ sessions }) => sessions.size },
];

/** The columns are nchar(128): their values end in spaces. */
const padded = { kind: "nchar", length: 128 } as const;
const pad = (text: string) => text.padEnd(padded.length);

function counters(_database: unknown, context: ExecutionContext): readonly Counter[] {
  requireServerState(context);
  return COUNTERS;
}

/** `SQLServer`, or `MSSQL$` and the name of the instance. */
function objectName(category: string, { serverName }: Server): string {
  const instance = serverName.split("\\")[1];
  return `${instance === undefined ? "SQLServer" : `MSSQL$${instance}`}:${category}`;
}

export function registerPerformanceCounters(): void {
  defineView("sys.dm_os_performance_counters", counters, [
    ["object_name", padded, ({ category }, _database, context) => pad(objectName(category, sessionOf(context).server))],
    ["counter_name", padded, ({ name }) => pad(name)],
    ["instance_name", padded, () => pad("")],
    ["cntr_value", BIGINT, ({ value }, _database, context) => BigInt(value(sessionOf(context).server))],
    ["cntr_type", INT, ({ type }) => type],
  ]);
}
