/** Finds what a statement reads from linked servers and fetches it before the statement runs. */
import type { ObjectName, Statement, TableSource } from "../../tsql/ast";
import type { Activation } from "./activation";
import { findObject, parseObjectName } from "./names";
import { remoteAccess } from "./remote";
import type { Steps } from "./steps";

type Source = Extract<TableSource, { kind: "table" | "openquery" }>;

/** Remote sources by statement node: the tree is walked once. */
const known = new WeakMap<object, Source[]>();

export function* fetchRemoteSources(statement: Statement, activation: Activation): Steps<void> {
  activation.remote.clear();
  let sources = known.get(statement);
  if (!sources) {
    sources = [];
    collect(statement, sources);
    known.set(statement, sources);
  }
  for (const source of sources) {
    if (source.kind === "openquery") {
      activation.remote.set(source, yield* remoteAccess().fetch(activation, source));
    } else if (source.name.server && !isLocal(source.name.server, activation)) {
      activation.remote.set(source.name, yield* remoteAccess().fetch(activation, source.name));
    } else if (!source.name.server) {
      const target = synonymTarget(source.name, activation);
      if (target?.server) activation.remote.set(source.name, yield* remoteAccess().fetch(activation, target));
    }
  }
}

function isLocal(server: string, activation: Activation): boolean {
  return server.toLowerCase() === activation.session.server.serverName.toLowerCase();
}

function synonymTarget(name: ObjectName, activation: Activation): ObjectName | undefined {
  const { session } = activation;
  const database = name.database ? session.server.database(name.database) : session.database;
  const record = database && !name.name.startsWith("#") ? findObject(session, database, name) : undefined;
  return record?.synonymFor ? parseObjectName(record.synonymFor, name.span) : undefined;
}

function collect(node: unknown, found: Source[]): void {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, found);
    return;
  }
  if (node === null || typeof node !== "object" || node instanceof Uint8Array) return;
  const { kind } = node as { kind?: string };
  if (kind === "openquery" || (kind === "table" && "hints" in node)) found.push(node as Source);
  for (const [key, value] of Object.entries(node)) if (key !== "span") collect(value, found);
}

/** Whether INSERT, UPDATE or DELETE changes a table of another server. */
export function remoteTarget(
  statement: Extract<Statement, { kind: "insert" | "update" | "delete" }>,
  activation: Activation,
): boolean {
  const { target } = statement;
  if (target.kind !== "table") return false;
  if (target.name.server) return !isLocal(target.name.server, activation);
  return synonymTarget(target.name, activation)?.server !== undefined;
}
