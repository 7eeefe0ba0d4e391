/** msdb's record of a restore. */

import { roundToDatetime } from "../engine/types/temporal/calendar";
import type { Database } from "../storage/database";
import type { Server } from "../storage/server";
import { insertInto, systemTable } from "../storage/systemTable";
import { backupSetId } from "./backupHistory";
import type { SetHeader } from "./mediaFormat";
import type { MediaSet } from "./mediaSet";
import type { RestorePlan } from "./restorePlan";

export interface FinishedRestore {
  readonly plan: RestorePlan;
  readonly header: SetHeader;
  readonly media: MediaSet;
  readonly database: Database;
  readonly userName: string;
}

export async function recordRestore(
  server: Server,
  { plan, header, media, database, userName }: FinishedRestore,
): Promise<void> {
  const { stop } = plan;
  await server.whenUnlocked((transaction) => {
    const table = (name: string) => systemTable(server.msdb, name);
    const setId = backupSetId(server, transaction, { header, media: media.headers, devices: media.devices });
    const id = insertInto(transaction, table("restorehistory"), {
      restore_date: roundToDatetime(server.clock().local),
      destination_database_name: database.name,
      user_name: userName,
      backup_set_id: setId,
      restore_type: header.type,
      replace: plan.replace ? 1 : 0,
      recovery: plan.ending === "recovery" ? 1 : 0,
      restart: plan.restart ? 1 : 0,
      stop_at: stop?.kind === "time" ? roundToDatetime(stop.at) : null,
      device_count: media.size,
      stop_at_mark_name: stop?.kind === "mark" ? stop.name : stop?.kind === "lsn" ? `lsn:${stop.lsn}` : null,
      // As documented: 1 if the transaction that contains the mark was included.
      stop_before: stop === undefined || stop.kind === "time" ? null : stop.before ? 0 : 1,
    });
    if (header.type === "L") return;
    for (const file of database.files) {
      const drive = /^[a-z]:/i.exec(file.physicalName)?.[0] ?? null;
      insertInto(transaction, table("restorefile"), {
        restore_history_id: id,
        file_number: BigInt(file.id),
        destination_phys_drive: drive,
        destination_phys_name: file.physicalName,
      });
    }
    insertInto(transaction, table("restorefilegroup"), { restore_history_id: id, filegroup_name: "PRIMARY" });
  });
}
