import type { BackupSet, FoundRow, JoinedDatabase } from "./joinedDatabase";

/** How a database stands to a backup set before it joins. */
export type Membership =
  | { readonly kind: "none" }
  /** Rows with its name and server; several, under different default names, are legal and mean one member. */
  | { readonly kind: "joined"; readonly rows: readonly FoundRow[] }
  /** It is joined under another name of the same server: a second row would have it backed up twice. */
  | { readonly kind: "alias"; readonly row: FoundRow }
  /** It is a member without a row: the management database itself, or one of BizTalk's. */
  | { readonly kind: "own"; readonly server: string }
  /** Its default name is another database's on that server: the two are the table's key. */
  | { readonly kind: "taken"; readonly row: FoundRow };

/**
 * Decides how a database stands to a set. Two server names are one server when they are equal, are the server's own
 * name, or are linked servers with the same data source.
 *
 * @param row the row that is to be written
 * @param realServer the name by which the database's server knows itself
 */
export function membershipOf(set: BackupSet, row: JoinedDatabase, realServer: string): Membership {
  const ofDatabase = set.rows.filter((found) => same(found.databaseName, row.databaseName));
  const rows = ofDatabase.filter((found) => same(found.serverName, row.serverName));
  if (rows.length > 0) return { kind: "joined", rows };
  const own = set.ownMembers.find((server) => same(server, row.serverName) || same(server, realServer));
  if (own !== undefined) return { kind: "own", server: own };
  const alias = ofDatabase.find((found) => same(found.serverName, realServer) || leadsTo(found, set, realServer));
  if (alias) return { kind: "alias", row: alias };
  const taken = set.rows.find((found) => sameKey(found, row));
  return taken ? { kind: "taken", row: taken } : { kind: "none" };
}

/** Whether two rows have the same key of the table. */
export function sameKey(a: JoinedDatabase, b: JoinedDatabase): boolean {
  return same(a.defaultDatabaseName, b.defaultDatabaseName) && same(a.btsServerName, b.btsServerName);
}

function leadsTo({ dataSource }: FoundRow, set: BackupSet, realServer: string): boolean {
  if (dataSource === null) return false;
  const place = placeOf(dataSource);
  return place === placeOf(realServer) || (set.dataSource !== null && place === placeOf(set.dataSource));
}

/** A data source without what makes no difference: the protocol, and the port that is taken anyway. */
function placeOf(dataSource: string): string {
  return dataSource
    .trim()
    .toLowerCase()
    .replace(/^tcp:/, "")
    .replace(/\s*,\s*1433$/, "");
}

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();
