/** What DBCC USEROPTIONS, OPENTRAN, INPUTBUFFER and SQLPERF(LOGSPACE) show. */
import { SqlError } from "../engine/errors";
import type { Activation } from "../engine/session/activation";
import type { SessionRuntime } from "../engine/session/runtime";
import type { Row } from "../engine/values";
import type { Database } from "../storage/database";
import { requireServerState } from "./dbccArguments";
import { NAME, sendRows } from "./define";

const PAGE_KB = 8;

export function userOptions(activation: Activation): void {
  const { settings, textSize } = activation.session;
  const flags: [string, boolean][] = [
    ["nocount", settings.noCount],
    ["xact_abort", settings.xactAbort],
    ["quoted_identifier", settings.quotedIdentifier],
    ["arithabort", settings.arithAbort],
    ["numeric_roundabort", settings.numericRoundAbort],
    ["ansi_null_dflt_on", settings.ansiNullDefault],
    ["ansi_warnings", settings.ansiWarnings],
    ["ansi_padding", settings.ansiPadding],
    ["ansi_nulls", settings.ansiNulls],
    ["concat_null_yields_null", settings.concatNullYieldsNull],
    ["cursor_close_on_commit", settings.cursorCloseOnCommit],
    ["implicit_transactions", settings.implicitTransactions],
  ];
  const rows: Row[] = [
    ["textsize", String(textSize)],
    ["language", settings.language],
    ["dateformat", settings.dateFormat],
    ["datefirst", String(settings.dateFirst)],
    ["lock_timeout", String(settings.lockTimeout)],
    ...flags.filter(([, on]) => on).map(([name]): Row => [name, "SET"]),
    ["isolation level", isolation(activation.session)],
  ];
  sendRows(
    activation,
    [
      ["Set Option", NAME],
      ["Value", NAME],
    ],
    rows,
  );
}

function isolation({ settings, database }: SessionRuntime): string {
  const level = settings.isolation.toLowerCase();
  return level === "read committed" && database.options.readCommittedSnapshot ? "read committed snapshot" : level;
}

export function openTransaction(database: Database, activation: Activation): void {
  const { session } = activation;
  const oldest = [...session.server.transactions.active].find(
    (t) => t !== session.transactions.active && t.participants.has(database),
  );
  const own =
    session.transactions.count > 0 && session.transactions.active?.participants.has(database)
      ? session.transactions.active
      : undefined;
  const transaction = oldest ?? own;
  if (!transaction) {
    session.inform(7969, "No active open transactions.", 1);
    return;
  }
  session.inform(7968, `Transaction information for database '${database.name}'.`, 1);
  session.inform(
    0,
    `\nOldest active transaction:\n    SPID (server process ID): ${sessionOf(transaction, session)?.id ?? 0}\n    Name          : ${transaction.name || "user_transaction"}`,
    1,
  );
}

function sessionOf(transaction: unknown, { server }: SessionRuntime): SessionRuntime | undefined {
  for (const one of server.sessions.values()) {
    const session = one as SessionRuntime;
    if (session.transactions.active === transaction) return session;
  }
  return undefined;
}

export function inputBuffer(id: number, activation: Activation): void {
  const { session } = activation;
  if (id !== session.id) requireServerState("inputbuffer", activation);
  const target = session.server.sessions.get(id) as SessionRuntime | undefined;
  if (!target) throw new SqlError(7955, `Invalid SPID ${id} specified.`, 1, 16);
  sendRows(
    activation,
    [
      ["EventType", { kind: "nvarchar", length: 14 }],
      ["Parameters", { kind: "smallint" }],
      ["EventInfo", { kind: "nvarchar", length: 4000 }],
    ],
    [target.request ? ["Language Event", 0, target.request.text.slice(0, 4000)] : ["No Event", 0, null]],
  );
}

export function logSpace(activation: Activation): void {
  requireServerState("sqlperf", activation);
  const databases = [...activation.session.server.databases.values()]
    .filter((d) => d.state === "ONLINE")
    .sort((a, b) => a.id - b.id);
  sendRows(
    activation,
    [
      ["Database Name", NAME],
      ["Log Size (MB)", { kind: "real" }],
      ["Log Space Used (%)", { kind: "real" }],
      ["Status", { kind: "int" }],
    ],
    databases.map((d) => [
      d.name,
      (d.files.filter((f) => f.type === "LOG").reduce((pages, f) => pages + f.size, 0) * PAGE_KB) / 1024,
      0,
      0,
    ]),
  );
}
