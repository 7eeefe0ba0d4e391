import type { EnvironmentChange } from "../../engine/wire";
import type { ByteReader } from "../byteReader";
import { EnvironmentType } from "../protocol";

/** Changes that concern the connection, not the session's user. */
export type ConnectionChange = { kind: "packetSize"; value: number } | { kind: "promoted"; cookie: Uint8Array };

export type ReadChange =
  | { scope: "session"; change: EnvironmentChange }
  | { scope: "connection"; change: ConnectionChange };

const namedChanges = { [EnvironmentType.database]: "database", [EnvironmentType.language]: "language" } as const;

const begun = {
  [EnvironmentType.beginTransaction]: "beginTransaction",
  [EnvironmentType.enlistTransaction]: "enlistTransaction",
  [EnvironmentType.defectTransaction]: "defectTransaction",
} as const;

const ended = {
  [EnvironmentType.commitTransaction]: "commitTransaction",
  [EnvironmentType.rollbackTransaction]: "rollbackTransaction",
} as const;

/** Reads the content of an ENVCHANGE token; undefined if nobody here needs to know of it. */
export function readEnvironmentChange(reader: ByteReader): ReadChange | undefined {
  const type = reader.uint8();
  if (type in namedChanges) {
    const kind = namedChanges[type as keyof typeof namedChanges];
    const value = reader.shortString();
    return { scope: "session", change: { kind, value, previous: reader.shortString() } };
  }
  if (type in begun) {
    return {
      scope: "session",
      change: { kind: begun[type as keyof typeof begun], descriptor: readDescriptor(reader) },
    };
  }
  if (type in ended) {
    reader.uint8();
    return {
      scope: "session",
      change: { kind: ended[type as keyof typeof ended], descriptor: readDescriptor(reader) },
    };
  }
  switch (type) {
    case EnvironmentType.packetSize:
      return { scope: "connection", change: { kind: "packetSize", value: Number(reader.shortString()) } };
    case EnvironmentType.promoteTransaction:
      return {
        scope: "connection",
        change: { kind: "promoted", cookie: Uint8Array.from(reader.bytes(reader.uint32())) },
      };
    case EnvironmentType.resetConnection:
      return { scope: "session", change: { kind: "resetConnection" } };
    default:
      return undefined;
  }
}

function readDescriptor(reader: ByteReader): bigint {
  return reader.uint8() === 8 ? reader.int64() : 0n;
}
