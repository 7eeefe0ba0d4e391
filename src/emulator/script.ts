/** Scripts that are run inside the server, without a client. */
import { openSession, SILENT, serviceIdentity } from "./agent/sessions";
import type { SqlMessage } from "./engine/errors";
import type { Server } from "./storage/server";
import { splitBatches } from "./tsql/batches";

const APPLICATION = "script";
const ERROR_SEVERITY = 11;

/** A batch of a script failed. Its message has every error of the batch, as sqlcmd shows them. */
export class ScriptError extends Error {
  override readonly name = "ScriptError";
  /** SQL Server's number of the last error. */
  readonly number: number;

  constructor(serverName: string, errors: readonly SqlMessage[]) {
    super(errors.map((error) => shown(serverName, error)).join("\n"));
    this.number = errors.at(-1)?.number ?? 0;
  }
}

function shown(serverName: string, { number, class: severity, state, procedure, line, message }: SqlMessage): string {
  const place = [...(procedure === "" ? [] : [`Procedure ${procedure}`]), `Line ${line}`].join(", ");
  return `Msg ${number}, Level ${severity}, State ${state}, Server ${serverName}, ${place}\n${message}`;
}

/** Runs a script as sa, beginning in master. Ends at the first batch that fails. */
export async function runScript(server: Server, script: string): Promise<void> {
  const session = openSession(server, serviceIdentity(server), server.master, APPLICATION);
  try {
    for (const batch of splitBatches(script)) {
      const errors: SqlMessage[] = [];
      const message = (each: SqlMessage) => {
        if (each.class >= ERROR_SEVERITY) errors.push(each);
      };
      await session.executeBatch(batch, { ...SILENT, message });
      if (errors.length > 0) throw new ScriptError(server.serverName, errors);
    }
  } finally {
    await session.close();
  }
}
