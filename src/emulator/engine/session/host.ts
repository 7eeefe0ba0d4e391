/** Logins: from a LOGIN7 request to a session. */

import { askCoordinator, COORDINATOR_LOGIN, CoordinatorSession } from "../../linked/outcome";
import type { Server } from "../../storage/server";
import { SqlError } from "../errors";
import type { LoginRequest, ResultSink, Session, SessionHost } from "../wire";
import { SessionRuntime } from "./runtime";
import { securityProvider } from "./security";
import { setLanguageOf } from "./settings";

/** Ids up to 50 are the server's own. */
const FIRST_SESSION_ID = 51;

export function createSessionHost(server: Server): SessionHost {
  server.dtc.ask = askCoordinator;
  return {
    serverName: server.serverName,
    async login(request: LoginRequest, sink: ResultSink): Promise<Session> {
      if (request.user === COORDINATOR_LOGIN) return new CoordinatorSession(server, request);
      const identity = securityProvider().authenticate(server, request);
      const wanted = request.database || identity.defaultDatabase;
      const database = server.database(wanted);
      if (!database) throw cannotOpen(wanted, request);
      let id = FIRST_SESSION_ID;
      while (server.sessions.has(id)) id++;
      let session: SessionRuntime;
      try {
        database.requireReadable();
        session = new SessionRuntime(server, id, identity, request, database);
      } catch (error) {
        if (error instanceof SqlError && error.number !== 924) throw cannotOpen(wanted, request, error);
        throw error;
      }
      server.sessions.set(id, session);
      server.received.logins++;
      session.output = sink;
      sink.environment({ kind: "database", value: database.name, previous: "master" });
      session.inform(5701, `Changed database context to '${database.name}'.`, 2);
      setLanguageOf(session, request.language || identity.defaultLanguage || "us_english");
      return session;
    },
  };
}

function cannotOpen(database: string, request: LoginRequest, cause?: SqlError): SqlError {
  const error = new SqlError(
    4060,
    `Cannot open database "${database}" requested by the login. The login failed.`,
    1,
    11,
  );
  const failed = new SqlError(18456, `Login failed for user '${request.user}'.`, 1, 14);
  failed.precedingErrors = cause?.number === 916 || cause === undefined ? [error] : [cause, error];
  return failed;
}
