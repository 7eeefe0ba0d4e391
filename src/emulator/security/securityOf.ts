import type { SessionRuntime } from "../engine/session/runtime";
import type { Security } from "./sessionSecurity";

/** The session's security with what only this folder and the catalog ask of it. */
export function securityOf(session: SessionRuntime): Security {
  return session.security as Security;
}
