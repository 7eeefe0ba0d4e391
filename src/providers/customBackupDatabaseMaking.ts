import { groupName, waysToPrimary } from "../objects/availability";
import { inOneTransaction } from "../objects/installation";
import { type JoinedDatabase, joinDatabase, unjoinDatabase } from "../objects/joinedDatabase";
import { removeUnusedManagement } from "../objects/managementRemoval";
import { isWritable, type MemberDatabase, setRecoveryModel } from "../objects/memberDatabase";
import { addedIfRun, noParts, uninstallMemberText } from "../objects/memberSetup";
import { isOutcomeUnknown, type SqlServer } from "../objects/server";
import type { CustomBackupDatabaseSettings } from "./customBackupDatabaseArguments";
import { currentRow, type Place, type PlaceLeft, readBoth, staysMember } from "./customBackupDatabaseReading";
import { runSetup, type SetupPlan } from "./customBackupDatabaseSetup";
import type { Made } from "./customBackupDatabaseState";

/**
 * A create under way. It knows at any time what may have been made: nothing that a statement has failed to make, and
 * everything that one may have made whose answer was lost. Whoever undoes more would take away what somebody else has
 * made in the meantime.
 */
export class Making {
  made: Made;

  /** @param row the row that is there, or is to be written; until it is, it is nobody's here */
  constructor(
    private readonly place: Place,
    private readonly wanted: CustomBackupDatabaseSettings,
    private readonly member: MemberDatabase,
    row: JoinedDatabase,
  ) {
    this.made = {
      parts: noParts,
      adopted: true,
      row,
      formerRows: [],
      previousRecoveryModel: member.recoveryModel,
    };
  }

  async setUp(plan: SetupPlan): Promise<void> {
    const { place, wanted, member, made } = this;
    const model = modelToSet(wanted, member);
    await this.step({ ...made, parts: addedIfRun(member, plan.batches) }, () =>
      runSetup(place.server, wanted.database, plan, made, model),
    );
  }

  /** Writes the row; false when somebody else was faster. */
  async join(): Promise<boolean> {
    const { place, wanted, made } = this;
    await this.step({ ...made, adopted: false }, async () => ({
      ...made,
      adopted: !(await joinRow(place, wanted, made.row)),
    }));
    return !this.made.adopted;
  }

  private async step(assumed: Made, work: () => Promise<Made>): Promise<void> {
    const before = this.made;
    this.made = assumed;
    try {
      this.made = await work();
    } catch (error) {
      if (!isOutcomeUnknown(error)) this.made = before;
      throw error;
    }
  }
}

/** The recovery model to set; undefined when it is right. */
export function modelToSet(wanted: CustomBackupDatabaseSettings, member: MemberDatabase): string | undefined {
  return member.recoveryModel === wanted.recoveryModel ? undefined : wanted.recoveryModel;
}

/** Writes the row; false when the database has been joined in the meantime. */
export async function joinRow(
  place: Place,
  wanted: CustomBackupDatabaseSettings,
  row: JoinedDatabase,
): Promise<boolean> {
  const { recordsets } = await inManagement(place.control, wanted, joinDatabase(row));
  return Boolean(recordsets.at(-1)?.[0]?.joined);
}

/** Runs a statement in the management database. */
export function inManagement(
  control: SqlServer,
  wanted: CustomBackupDatabaseSettings,
  statement: ReturnType<typeof joinDatabase>,
) {
  return control.execute(statement, { database: wanted.control.managementDatabase });
}

/**
 * The row first, so that no run finds a member without procedures; then what was added. A database that stays a member,
 * by somebody else's row, keeps what it takes.
 *
 * @param putsBack whether the recovery model becomes again what it was
 */
export async function takeAway(
  place: PlaceLeft,
  wanted: CustomBackupDatabaseSettings,
  made: Made,
  putsBack: boolean,
): Promise<void> {
  const { server, control } = place;
  const { managementDatabase } = wanted.control;
  const { member, set } = await readBoth(place, wanted, made.row);
  if (control && !made.adopted && set.state === "ONLINE" && set.accessible) {
    for (const row of [made.row, ...made.formerRows]) await inManagement(control, wanted, unjoinDatabase(row));
    // The job may have gone before, and have left the set-up for the sake of this row.
    await removeUnusedManagement(control, managementDatabase, { withHistory: false, databaseMade: false });
  }
  const stays = made.adopted ? currentRow(set, made) !== undefined : staysMember(set, made);
  if (stays || !server) return;
  await takeSetupAway(server, wanted, member, made);
  const isAsSet = made.previousRecoveryModel !== wanted.recoveryModel && member.recoveryModel === wanted.recoveryModel;
  if (putsBack && isAsSet && isWritable(member)) {
    await server.execute(setRecoveryModel(wanted.database, made.previousRecoveryModel));
  }
}

async function takeSetupAway(
  server: SqlServer,
  wanted: CustomBackupDatabaseSettings,
  member: MemberDatabase,
  made: Made,
): Promise<void> {
  const text = uninstallMemberText(member, made.parts);
  if (text === "") return;
  const { replica } = member;
  if (replica?.isPrimary === false) {
    throw new Error(
      `The database ${wanted.database} on ${server.displayName} has left the backup set, but keeps its procedures: it belongs to ${groupName(replica)}, and ${member.serverName} holds a secondary replica of it. To reach the primary, ${waysToPrimary(replica)}.`,
    );
  }
  // What cannot be changed now keeps them: a database that is offline or read-only is not to hold up a destroy.
  if (!isWritable(member)) return;
  const statement = inOneTransaction(`take the set-up out of the database ${wanted.database}`, [text]);
  await server.execute(statement, { database: wanted.database });
}
