import { bit, int, isSqlServerError, nvarchar, type Parameters, type Statement } from "../sqlserver";
import type { BackupKind } from "./backupPath";
import type { Instance } from "./instance";
import type { JobSettings } from "./jobSettings";

/** How a backup is written. What a member's procedure has no parameter for is left to its own way. */
export type BackupOptions = Pick<JobSettings, "compression" | "checksum" | "stripes" | "encryption">;

export interface BackupTarget {
  /** Goes into the file name: the mark, or for a full the name a mark of that time would have. */
  readonly sequence: string;
  /** Folder on the member's server. */
  readonly path: string;
}

/** The options as parameters, by the names of BizTalk's procedures and of ours. */
function optionalParameters({ compression, checksum, stripes, encryption }: BackupOptions): Parameters {
  return {
    // BizTalk's own job passes compression only when it is on: the SSO database never takes it.
    ...(compression && { bCompression: bit(true) }),
    Checksum: bit(checksum),
    ...(stripes > 1 && { Stripes: int(stripes) }),
    ...(encryption && {
      EncryptionAlgorithm: nvarchar(encryption.algorithm),
      EncryptorKind: nvarchar(encryption.encryptorKind),
      EncryptorName: nvarchar(encryption.encryptorName),
    }),
  };
}

/** Options without which a backup would not be what was asked for, if the member's procedure does not know them. */
export function missingOptions(declared: readonly string[], options: BackupOptions): string[] {
  const known = new Set(declared.map((name) => name.toLowerCase()));
  const demanded = { ...(options.encryption && { EncryptionAlgorithm: "encryption" }) };
  return Object.entries(demanded).flatMap(([name, option]) => (known.has(name.toLowerCase()) ? [] : [option]));
}

/**
 * Calls a member's own backup procedure in its database. The first three parameters are those of every version;
 * what comes after is passed only to a procedure that declares it.
 */
export function callBackupProcedure(
  kind: BackupKind,
  declared: readonly string[],
  target: BackupTarget,
  options: BackupOptions,
): Statement {
  const procedure = kind === "full" ? "sp_BackupBizTalkFull" : "sp_BackupBizTalkLog";
  const known = new Set(declared.map((name) => name.toLowerCase()));
  const optional = Object.entries(optionalParameters(options)).filter(([name]) => known.has(name.toLowerCase()));
  const passed = optional.map(([name]) => `, @${name} = @${name}`).join("");
  return {
    text: `DECLARE @status int, @location nvarchar(4000);
EXEC @status = dbo.${procedure} @seq = @seq, @path = @path, @BackupLocation = @location OUTPUT${passed};
SELECT @status AS status, @location AS location;`,
    parameters: { seq: nvarchar(target.sequence), path: nvarchar(target.path), ...Object.fromEntries(optional) },
    summary: kind === "full" ? "the full backup" : "the log backup",
  };
}

/** A procedure that reports failure by its return value alone. */
export class ProcedureFailedError extends Error {
  override readonly name = "ProcedureFailedError";
}

/** Takes one backup and returns the path of its file on the member's server. Backups have no time limit. */
export async function backUpMember(
  instance: Instance,
  database: string,
  call: Statement,
  signal?: AbortSignal,
): Promise<string> {
  const rows = await instance.rows<{ status: number | null; location: string | null }>(call, {
    database,
    timeoutSeconds: 0,
    ...(signal && { signal }),
  });
  const row = rows.at(-1);
  if (!row || (row.status ?? 0) !== 0 || !row.location) {
    const outcome = row?.status ? `returned ${row.status}` : "named no file";
    throw new ProcedureFailedError(`${call.summary} of ${database} on ${instance.name}: the procedure ${outcome}`);
  }
  return row.location;
}

/** Whether a log backup failed because there is no full backup that it could follow. */
export function isMissingBase(error: unknown): boolean {
  return isSqlServerError(error) && error.has(4214);
}
