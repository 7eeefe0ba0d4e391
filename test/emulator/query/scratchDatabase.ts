/** A server in memory with one empty database, spoken to as a session would, without the network. */

import type { SqlMessage } from "../../../src/emulator/engine/errors";
import { createSessionHost } from "../../../src/emulator/engine/session/host";
import { convertValue } from "../../../src/emulator/engine/types";
import type { Row, SqlType, Value } from "../../../src/emulator/engine/values";
import type { ResultColumn, ResultSink, Session } from "../../../src/emulator/engine/wire";
import { loadParts } from "../../../src/emulator/parts";
import { hashPassword } from "../../../src/emulator/security/passwords";
import { Server } from "../../../src/emulator/storage/server";

const PASSWORD = "Scratch-1";

export interface Outcome {
  columns: string[][];
  /** Rows of each result set; exact numbers, dates and GUIDs as text. */
  sets: unknown[][][];
  errors: number[];
  /** Texts of the errors. */
  texts: string[];
  messages: number[];
}

export class ScratchDatabase {
  private readonly others: Session[] = [];

  private constructor(
    private readonly server: Server,
    private readonly session: Session,
  ) {}

  static async open(): Promise<ScratchDatabase> {
    loadParts();
    const server = Server.open({ serverName: "SCRATCH" });
    const sa = [...server.master.metadata.all("login")].find(({ id }) => id === 1);
    if (!sa) throw new Error("no sa");
    server.inSystemTransaction((transaction) =>
      transaction.putRecord(server.master, "login", sa.id, { ...sa, passwordHash: hashPassword(PASSWORD) }),
    );
    const database = new ScratchDatabase(server, await login(server));
    await database.run("CREATE DATABASE scratch");
    await database.run("USE scratch");
    return database;
  }

  /** Another session on the same server; it is in master, and ends on its own. */
  async as(user: string, password: string): Promise<ScratchDatabase> {
    return new ScratchDatabase(this.server, await login(this.server, user, password));
  }

  /** Ends the session and leaves the server running. */
  async leave(): Promise<void> {
    await this.session.close();
  }

  /** Another session on the same server, in the same database; closed with this one. */
  async another(): Promise<ScratchDatabase> {
    const session = await login(this.server);
    this.others.push(session);
    const other = new ScratchDatabase(this.server, session);
    await other.run("USE scratch");
    return other;
  }

  /** Runs batches one after the other; each must succeed. */
  async setUp(...batches: string[]): Promise<void> {
    for (const batch of batches) {
      const { errors, texts } = await this.run(batch);
      if (errors.length > 0) throw new Error(`${texts.join("; ")} in ${batch}`);
    }
  }

  async run(batch: string): Promise<Outcome> {
    const collector = new Collector();
    await this.session.executeBatch(batch, collector);
    return collector.outcome;
  }

  /** The rows of a batch's last result set; the batch must succeed. */
  async rows(batch: string): Promise<unknown[][]> {
    const { sets, errors, texts } = await this.run(batch);
    if (errors.length > 0) throw new Error(texts.join("; "));
    return sets.at(-1) ?? [];
  }

  /** Number of the batch's first error; 0 when there is none. */
  async error(batch: string): Promise<number> {
    return (await this.run(batch)).errors[0] ?? 0;
  }

  async close(): Promise<void> {
    for (const session of [...this.others, this.session]) await session.close();
    this.server.close();
  }
}

async function login(server: Server, user = "sa", password = PASSWORD): Promise<Session> {
  const request = {
    user,
    password,
    database: "",
    applicationName: "test",
    hostName: "here",
    language: "",
    processId: 1,
    address: "127.0.0.1",
    interfaceName: "test",
    encrypted: false,
    packetSize: 4096,
  };
  return createSessionHost(server).login(request, new Collector());
}

class Collector implements ResultSink {
  readonly outcome: Outcome = { columns: [], sets: [], errors: [], texts: [], messages: [] };
  private types: SqlType[] = [];

  columns(columns: ResultColumn[]): void {
    this.types = columns.map(({ type }) => type);
    this.outcome.columns.push(columns.map(({ name }) => name));
    this.outcome.sets.push([]);
  }

  row(row: Row): void {
    this.outcome.sets.at(-1)?.push(row.map((value, i) => plain(value, this.types[i] as SqlType)));
  }

  message(message: SqlMessage): void {
    if (message.class > 10) {
      this.outcome.errors.push(message.number);
      this.outcome.texts.push(message.message);
    } else {
      this.outcome.messages.push(message.number);
    }
  }

  statementDone(): void {}
  environment(): void {}
  returnStatus(): void {}
  returnValue(): void {}
  async flush(): Promise<void> {}
}

function plain(value: Value, type: SqlType): unknown {
  if (value === null || typeof value === "number" || typeof value === "string") return value;
  if (type.kind === "bigint") return Number(value);
  if (typeof value === "object" && "type" in value) return plain(value.value, value.type);
  return convertValue(value, type, { kind: "nvarchar", length: -1 }, { style: value instanceof Uint8Array ? 1 : 121 });
}
