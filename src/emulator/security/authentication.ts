/** SQL logins: name and password. */
import { SqlError } from "../engine/errors";
import type { LoginIdentity } from "../engine/session/security";
import type { LoginRequest } from "../engine/wire";
import type { Server } from "../storage/server";
import { verifyPassword } from "./passwords";
import { CLASS } from "./permissions";

/** The state tells an administrator the cause in the error log; clients always see 1. */
export function authenticate(server: Server, request: LoginRequest): LoginIdentity {
  const login = server.master.metadata.findOne("login", request.user);
  const known = login && login.type === "S" && login.passwordHash ? login : undefined;
  if (!known?.passwordHash || !verifyPassword(request.password, known.passwordHash)) throw failed(request.user);
  if (known.disabled)
    throw new SqlError(18470, `Login failed for user '${request.user}'. Reason: The account is disabled.`, 1, 14);
  for (const record of server.master.metadata.all("serverPermission")) {
    const denied =
      record.class === CLASS.server &&
      record.granteeId === known.id &&
      record.permission === "CONNECT SQL" &&
      record.state === "D";
    if (denied) throw failed(request.user);
  }
  if (known.mustChange) {
    throw new SqlError(
      18488,
      `Login failed for user '${request.user}'.  Reason: The password of the account must be changed.`,
      1,
      14,
    );
  }
  return {
    principalId: known.id,
    name: known.name,
    sid: known.sid,
    defaultDatabase: known.defaultDatabase,
    defaultLanguage: known.defaultLanguage,
  };
}

function failed(user: string): SqlError {
  return new SqlError(18456, `Login failed for user '${user}'.`, 1, 14);
}
