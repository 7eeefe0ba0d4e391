/** Runs BACKUP and RESTORE without T-SQL: plans and sessions in few words. */

import { runBackup } from "../../../src/emulator/backup/backup";
import { backupPlan } from "../../../src/emulator/backup/backupPlan";
import type { DeviceName } from "../../../src/emulator/backup/devices";
import { type Inspection, runInspection } from "../../../src/emulator/backup/inspect";
import type { OperationSession } from "../../../src/emulator/backup/operation";
import { Options } from "../../../src/emulator/backup/options";
import { runRestore } from "../../../src/emulator/backup/restore";
import { restorePlan } from "../../../src/emulator/backup/restorePlan";
import type { SqlError } from "../../../src/emulator/engine/errors";
import type { Value } from "../../../src/emulator/engine/values";
import type { Server } from "../../../src/emulator/storage/server";

export interface With {
  [option: string]: Value | true | readonly (readonly [string, string])[] | undefined;
  MOVE?: readonly (readonly [string, string])[];
}

export interface Outcome {
  /** Numbers of all errors in order; empty if it went well. */
  errors: number[];
  messages: number[];
  rows: Record<string, Value>[];
}

export class World {
  readonly outcome: Outcome = { errors: [], messages: [], rows: [] };
  inTransaction = false;
  cancelSignal: AbortSignal | undefined;

  constructor(readonly server: Server) {}

  backup(database: string, paths: string | string[], options: With = {}): Promise<Outcome> {
    return this.run((session) =>
      runBackup(backupPlan("database", database, devices(paths), optionsOf(options)), session),
    );
  }

  log(database: string, paths: string | string[], options: With = {}): Promise<Outcome> {
    return this.run((session) => runBackup(backupPlan("log", database, devices(paths), optionsOf(options)), session));
  }

  restore(database: string, paths: string | string[], options: With = {}): Promise<Outcome> {
    return this.run((session) =>
      runRestore(restorePlan("database", database, devices(paths), optionsOf(options)), session),
    );
  }

  restoreLog(database: string, paths: string | string[], options: With = {}): Promise<Outcome> {
    return this.run((session) => runRestore(restorePlan("log", database, devices(paths), optionsOf(options)), session));
  }

  inspect(what: Inspection, paths: string | string[], options: With = {}): Promise<Outcome> {
    return this.run((session) => runInspection(what, devices(paths), optionsOf(options), session));
  }

  private async run(work: (session: OperationSession) => Promise<void>): Promise<Outcome> {
    const outcome: Outcome = { errors: [], messages: [], rows: [] };
    const session: OperationSession = {
      id: 51,
      server: this.server,
      database: this.server.master,
      loginName: "sa",
      loginSid: Uint8Array.of(1),
      inTransaction: this.inTransaction,
      cancelSignal: this.cancelSignal,
      requireDatabasePermission: () => undefined,
      mayRestore: () => true,
      mayCreateDatabase: () => true,
      inform: (number) => outcome.messages.push(number),
      resultSet: (columns, rows) => {
        for (const row of rows) {
          outcome.rows.push(Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
        }
      },
    };
    try {
      await work(session);
    } catch (error) {
      const { number, precedingErrors } = error as SqlError;
      if (number === undefined) throw error;
      outcome.errors = [...precedingErrors.map((preceding) => preceding.number), number];
    }
    return outcome;
  }
}

function devices(paths: string | string[]): DeviceName[] {
  return (typeof paths === "string" ? [paths] : paths).map((name) => ({ type: "disk", name }));
}

function optionsOf(values: With): Options {
  const options = new Options();
  for (const [name, value] of Object.entries(values)) {
    if (name === "MOVE" || value === undefined) continue;
    options.set(name, value === true ? null : (value as Value));
  }
  for (const [logicalName, physicalName] of values.MOVE ?? []) options.moves.push({ logicalName, physicalName });
  return options;
}
