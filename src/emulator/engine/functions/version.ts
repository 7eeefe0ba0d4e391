/** How the emulator names itself: in the shape that clients parse, and never as SQL Server. */
import type { Server } from "../../storage/server";

export const EDITION = "SQL Server Emulator (pulumi-mssql-backup)";

/** @@VERSION. Tools read the number after the dash. */
export function versionText({ version }: Server): string {
  return `SQL Server Emulator (pulumi-mssql-backup), compatible with Microsoft SQL Server 2022 (RTM) - ${version.text} (X64) \n\tThis is not Microsoft SQL Server.`;
}
