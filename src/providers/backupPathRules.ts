const scheme = /^([a-z][a-z0-9+.-]*):\/\//i;

/** Why a text cannot be where backups go; undefined when it can. Names no part of the path: a URL may hold a secret. */
export function pathProblem(path: string): string | undefined {
  if (/[\n\r\0]/.test(path)) return "must be one line";
  const kind = scheme.exec(path)?.[1]?.toLowerCase();
  if (kind === undefined) return folderProblem(path);
  if (!["http", "https", "s3"].includes(kind)) return "must be a folder, or a URL that begins with https:// or s3://";
  return urlProblem(path);
}

function folderProblem(path: string): string | undefined {
  // On Linux these may stand in a name; Windows refuses the file (operating system error 123).
  if (!path.startsWith("/") && /["*<>?|]/.test(path)) return 'must not contain any of " * < > ? |';
  return undefined;
}

/**
 * BACKUP TO URL appends the file's name to what stands here, and looks for a credential on the server by its name.
 * https://learn.microsoft.com/sql/relational-databases/backup-restore/sql-server-backup-to-url
 */
function urlProblem(path: string): string | undefined {
  if (/[?#]/.test(path)) {
    return "must be a URL without query: a shared access signature belongs into a credential on every server of the set (CREATE CREDENTIAL [https://account.blob.core.windows.net/container] …)";
  }
  if (path.includes("\\")) return "must be a URL without backslashes";
  const [, authority = "", container = ""] = /^[^/]+:\/\/([^/]*)\/?([^/]*)/.exec(path) ?? [];
  if (authority.includes("@")) return "must be a URL without user and password: they belong into a credential";
  if (authority === "" || container === "") return "must be a URL with host and container or bucket";
  return undefined;
}
