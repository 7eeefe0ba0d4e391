import { FixedOffsetZone } from "luxon";
import type { ReadyMember } from "../../../src/job/preflight";
import type { RunContext } from "../../../src/job/runContext";
import type { RunEvent } from "../../../src/job/runEvent";
import { RunLog } from "../../../src/job/runLog";
import type { Instance } from "../../../src/objects/instance";
import type { Topology } from "../../../src/objects/instances";
import { memberProcedures } from "../../../src/objects/memberState";
import type { JobSettings } from "../../../src/objects/runSettings";
import { type ExecuteOptions, type SqlServer, SqlServerError, type Statement } from "../../../src/sqlserver";

/** What a fake server answers to a statement; throws to fail. Rows, or nothing for an empty result. */
export type Answer = (statement: Statement, options: ExecuteOptions) => object[] | undefined;

/** An error as the door throws it. */
export function serverError(
  number: number,
  text = `text of ${number}`,
  kind: "server" | "cancelled" | "network" = "server",
) {
  const messages = kind === "server" ? [{ number, state: 1, class: 16, text }] : [];
  return new SqlServerError({ kind, server: "fake,1", doing: "a statement", messages, text });
}

/** A server that answers from a function and keeps what it was sent. */
export function fakeServer(answer: Answer) {
  const sent: Statement[] = [];
  const run = async (statement: Statement, options: ExecuteOptions = {}) => {
    if (options.signal?.aborted) throw serverError(0, "cancelled", "cancelled");
    sent.push(statement);
    return { recordsets: [answer(statement, options) ?? []], rowsAffected: [], messages: [] } as never;
  };
  const session = {
    displayName: "fake,1",
    execute: run,
    rows: async (statement: Statement, options?: ExecuteOptions) =>
      [...((await run(statement, options)) as { recordsets: object[][] }).recordsets.flat()] as never,
  };
  const server: SqlServer = { ...session, withSession: (work) => work(session), close: async () => undefined };
  return { server, sent };
}

/** An instance that answers from a function. */
export function fakeInstance(name: string, answer: Answer, way: Instance["way"] = "linkedServer"): Instance {
  const { server } = fakeServer(answer);
  return {
    name,
    way,
    rows: (statement, options) => server.rows(statement, options),
    execute: async (statement, options) => (await server.execute(statement, options)).messages,
  };
}

export const settings: JobSettings = {
  jobName: "job",
  logMarkName: "BTS",
  fullPath: "/bak",
  logPath: "/bak",
  frequency: "d",
  useLocalTime: false,
  compression: false,
  checksum: true,
  stripes: 1,
  parallelBackups: 2,
  forceFullAfterPartialFailure: false,
};

/** A member that passed its preflight. */
export function readyMember(server: string, database: string, answer: Answer = () => undefined): ReadyMember {
  return {
    server,
    database,
    realServer: server,
    instance: fakeInstance(server, answer),
    state: {
      realServer: server,
      state: "ONLINE",
      recoveryModel: "FULL",
      readOnly: false,
      hasLogBase: true,
      fork: undefined,
      procedures: new Map(memberProcedures.map((name) => [name, ["seq", "path", "BackupLocation"]])),
    },
  };
}

/** A run on a control server that answers from a function. */
export function fakeContext(answer: Answer, abort = new AbortController()) {
  const { server, sent } = fakeServer(answer);
  const topology: Topology = {
    control: server,
    managementDatabase: "Mgmt",
    controlName: "CTRL",
    controlOffset: "+00:00",
    instance: (name) => fakeInstance(name, answer),
    close: async () => undefined,
  };
  let ms = Date.UTC(2026, 4, 6, 14, 15, 1, 327);
  const clock = { now: () => new Date(ms++) };
  const events: RunEvent[] = [];
  const context: RunContext = {
    topology,
    settings,
    clock,
    zone: FixedOffsetZone.utcInstance,
    signal: abort.signal,
    log: new RunLog(clock),
    report: (event) => void events.push(event),
  };
  return { context, sent, events, abort };
}
