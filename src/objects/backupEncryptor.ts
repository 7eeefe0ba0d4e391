import { query, type SqlSession, type Statement, sysname } from "../sqlserver";
import type { EncryptionSettings } from "./jobSettings";

/** Looks for the key of encrypted backups, and for what encrypts none: 4 is Express Edition. */
export function readEncryptorStatement({ encryptorKind, encryptorName }: EncryptionSettings): Statement {
  const view = encryptorKind === "CERTIFICATE" ? "certificates" : "asymmetric_keys";
  return query(
    `SELECT COUNT(*) AS found, MAX(CAST(SERVERPROPERTY('EngineEdition') AS int)) AS engineEdition,
  MAX(CAST(SERVERPROPERTY('Edition') AS nvarchar(128))) AS edition
FROM master.sys.${view} WHERE name = @name;`,
    { name: sysname(encryptorName) },
    "look for the key of encrypted backups",
  );
}

/**
 * Why a server cannot encrypt backups as asked for; undefined when it can. Express and Web Edition encrypt none.
 * https://learn.microsoft.com/sql/relational-databases/backup-restore/backup-encryption
 */
export async function encryptionProblem(
  session: SqlSession,
  encryption: EncryptionSettings,
): Promise<string | undefined> {
  const [row] = await session.rows<{ found: number; engineEdition: number | null; edition: string | null }>(
    readEncryptorStatement(encryption),
  );
  const { encryptorKind, encryptorName } = encryption;
  const certificate = encryptorKind === "CERTIFICATE";
  if (!row || row.found === 0) {
    const kind = certificate ? "certificate" : "asymmetric key";
    return `encryption.${certificate ? "certificate" : "asymmetricKey"}: there is no ${kind} ${encryptorName} in master, or the login may not see it (VIEW DEFINITION): every server of the set needs the same one, and so does whoever restores`;
  }
  if (row.engineEdition === 4 || row.edition?.startsWith("Web")) {
    return `encryption: ${row.edition} does not encrypt backups`;
  }
  return undefined;
}
