import type { Unwrap } from "@pulumi/pulumi";
import type {
  BackupJobArgs,
  BackupUserLoginArgs,
  CustomBackupDatabaseArgs,
  GetBackupStatusArgs,
  GetRestorePointsArgs,
  GetUserDatabasesArgs,
  LinkedServerArgs,
} from "../../../src";
import type { BackupStatusInputs, RestorePointsInputs, UserDatabasesInputs } from "../../../src/invokes/arguments";
import type { BackupJobInputs } from "../../../src/providers/backupJobArguments";
import type { BackupUserLoginInputs } from "../../../src/providers/backupUserLoginArguments";
import type { CustomBackupDatabaseInputs } from "../../../src/providers/customBackupDatabaseArguments";
import type { LinkedServerInputs } from "../../../src/providers/linkedServerArguments";

/** `true` if every value of one type is one of the other, both ways; a type error here if not. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? ([keyof A] extends [keyof B] ? true : never) : never) : never;

describe("what programs write and what providers validate", () => {
  it("has the same types", () => {
    const same: [
      Same<Unwrap<BackupJobArgs>, BackupJobInputs>,
      Same<Unwrap<BackupUserLoginArgs>, BackupUserLoginInputs>,
      Same<Unwrap<CustomBackupDatabaseArgs>, CustomBackupDatabaseInputs>,
      Same<Unwrap<LinkedServerArgs>, LinkedServerInputs>,
      Same<Unwrap<GetBackupStatusArgs>, BackupStatusInputs>,
      Same<Unwrap<GetRestorePointsArgs>, RestorePointsInputs>,
      Same<Unwrap<GetUserDatabasesArgs>, UserDatabasesInputs>,
    ] = [true, true, true, true, true, true, true];
    expect(same).toHaveLength(7);
  });
});
