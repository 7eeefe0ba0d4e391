import { query, type SqlSession, type Statement } from "../sqlserver";

/** A linked server of the control server, in the options that a mark depends on. */
export interface LinkState {
  readonly name: string;
  readonly rpcOut: boolean;
  /** Without it a remote mark commits by itself: no error, and no guarantee across servers. */
  readonly promotion: boolean;
}

/** Reads the linked servers. */
export function readLinksStatement(): Statement {
  return query(
    `SELECT name, is_rpc_out_enabled AS rpcOut, is_remote_proc_transaction_promotion_enabled AS promotion
FROM sys.servers
WHERE is_linked = 1;`,
    undefined,
    "read the linked servers",
  );
}

/** The linked servers by upper-case name. */
export async function readLinks(control: SqlSession, signal?: AbortSignal): Promise<Map<string, LinkState>> {
  const rows = await control.rows<LinkState>(readLinksStatement(), { ...(signal && { signal }) });
  return new Map(rows.map((row) => [row.name.toUpperCase(), row]));
}
