/** Which accounts of Windows and Microsoft Entra there are: an emulator has no directory to ask, so a rule decides. */
import { SqlError } from "../engine/errors";

/** The groups that every Windows has (BUILTIN); there are no others in that domain. */
const BUILTIN_GROUPS = new Set([
  "administrators",
  "backup operators",
  "guests",
  "performance log users",
  "performance monitor users",
  "power users",
  "remote desktop users",
  "users",
]);

/** Windows refuses these in names of accounts. */
const FORBIDDEN = /["/[\]:;|=,+*?<>@]/;

/**
 * `U` or `G`: of BUILTIN there are the well-known groups, of any other domain every name that Windows would take; what
 * is called a group, users or admins is a group. 15407 for what is no name of an account, 15401 for one that is not there.
 */
export function windowsAccountType(name: string): "U" | "G" {
  const [domain, account, ...more] = name.split("\\");
  if (!domain || !account || more.length > 0) {
    throw new SqlError(15407, `'${name}' is not a valid Windows NT name. Give the complete name: <domain\\username>.`);
  }
  const isBuiltIn = domain.toUpperCase() === "BUILTIN";
  if (FORBIDDEN.test(account) || (isBuiltIn && !BUILTIN_GROUPS.has(account.toLowerCase()))) {
    throw new SqlError(15401, `Windows NT user or group '${name}' not found. Check the name again.`);
  }
  return isBuiltIn || /(group|users|admins)$/i.test(account) ? "G" : "U";
}

/** `E` for a user, whose name is that of a mailbox; `X` for a group or an application (sys.server_principals). */
export function entraAccountType(name: string): "E" | "X" {
  return name.includes("@") ? "E" : "X";
}
