/** A member as the marked transaction sees it. */
export interface MarkTarget {
  /** Name under which the control server reaches the member's server: its own, or that of a linked server. */
  readonly server: string;
  readonly database: string;
  /** What the member's server calls itself; several aliases may lead to it. */
  readonly realServer: string;
}

export type MarkProcedure = "sp_SetMark" | "sp_SetMarkRemote";

export interface MarkCall<T extends MarkTarget> {
  readonly member: T;
  readonly procedure: MarkProcedure;
}

/**
 * Orders the calls of the marked transaction: the control server's own members first, then server by server.
 * WITH MARK may be said only once for a server and transaction (a second time is ignored, message 3920), and a
 * mark does not travel to another server by itself: so the first member of each remote server begins a marked
 * transaction there, and all others write their row inside the one that is open.
 */
export function orderMarkCalls<T extends MarkTarget>(members: readonly T[], controlServer: string): MarkCall<T>[] {
  const control = serverKey(controlServer);
  const ordered = [...members].sort(
    (a, b) =>
      Number(serverKey(a.realServer) !== control) - Number(serverKey(b.realServer) !== control) ||
      compareText(serverKey(a.realServer), serverKey(b.realServer)),
  );
  let marked = control;
  return ordered.map((member) => {
    const server = serverKey(member.realServer);
    const procedure = server === marked ? "sp_SetMark" : "sp_SetMarkRemote";
    marked = server;
    return { member, procedure };
  });
}

/** Server names are compared as Windows and SQL Server compare host and instance names: without case. */
function serverKey(name: string): string {
  return name.toUpperCase();
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
