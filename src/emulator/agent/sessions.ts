/** The sessions that Agent itself opens: without a password, as whom the job's owner makes it. */
import { Activation } from "../engine/session/activation";
import { SessionRuntime } from "../engine/session/runtime";
import type { LoginIdentity } from "../engine/session/security";
import { runSteps } from "../engine/session/steps";
import type { ResultSink } from "../engine/wire";
import type { Database } from "../storage/database";
import type { LoginRecord } from "../storage/records";
import type { Server } from "../storage/server";
import { AgentTables } from "./tables";

const FIRST_SESSION_ID = 51;
const PACKET_SIZE = 4096;

/** Takes results and forgets them. */
export const SILENT: ResultSink = {
  columns() {},
  row() {},
  statementDone() {},
  message() {},
  environment() {},
  returnStatus() {},
  returnValue() {},
  flush: async () => {},
};

export function identityOf(login: LoginRecord): LoginIdentity {
  const { id, name, sid, defaultDatabase, defaultLanguage } = login;
  return { principalId: id, name, sid, defaultDatabase, defaultLanguage };
}

/** Agent's service account is as good as sa. */
export function serviceIdentity(server: Server): LoginIdentity {
  const SA = 1;
  const sa = server.master.metadata.get("login", SA);
  if (!sa) throw new Error("the login sa is gone");
  return identityOf(sa);
}

export function openSession(
  server: Server,
  identity: LoginIdentity,
  database: Database,
  applicationName: string,
): SessionRuntime {
  let id = FIRST_SESSION_ID;
  while (server.sessions.has(id)) id++;
  const session = new SessionRuntime(
    server,
    id,
    identity,
    {
      user: identity.name,
      password: "",
      database: database.name,
      applicationName,
      hostName: server.serverName,
      language: "",
      processId: process.pid,
      address: "<local machine>",
      interfaceName: "ODBC",
      encrypted: false,
      packetSize: PACKET_SIZE,
    },
    database,
  );
  session.output = SILENT;
  server.sessions.set(id, session);
  return session;
}

/** Agent's own work on msdb's tables: waits for locks like any statement, and is done again then. */
export async function inAgentTransaction<T>(session: SessionRuntime, work: (tables: AgentTables) => T): Promise<T> {
  const activation = new Activation(session, "batch", null);
  return runSteps(
    session.inTransaction(activation, () =>
      session.runBody(activation, () => work(new AgentTables(session.server, session.requireTransaction()))),
    ),
  );
}
