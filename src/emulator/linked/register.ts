/** Ties linked servers to the interpreter. */
import { setRemoteAccess } from "../engine/session/remote";
import { registerLinkedServerProcedures } from "./procedures";
import { linkedServerAccess } from "./remoteAccess";

export function registerLinkedServers(): void {
  setRemoteAccess(linkedServerAccess);
  registerLinkedServerProcedures();
}
