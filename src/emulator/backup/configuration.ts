/** sp_configure values that backups go by. */
import type { Server } from "../storage/server";

/** The value in use; 0 for an option that nobody has set. */
export function configured(server: Server, name: string): number {
  return server.master.metadata.findOne("configuration", name)?.valueInUse ?? 0;
}
