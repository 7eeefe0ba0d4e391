import { randomUUID } from "node:crypto";

/** Where a database stands in an availability group, as its own server sees it. */
export interface Replica {
  /** The name of the group. */
  readonly group: string;
  readonly role: "PRIMARY" | "SECONDARY";
  /** `@@SERVERNAME` of the primary replica. */
  readonly primary: string;
  /** Whether a secondary replica takes connections that only read; `false` by default. */
  readonly readable?: boolean;
  /** The name and port at which the group's listener is reached; by default it has none. */
  readonly listener?: { readonly dnsName: string; readonly port: number };
}

/** A replica with the ids under which the catalog has it. */
export interface PlacedReplica extends Replica {
  readonly groupId: string;
  readonly replicaId: string;
  readonly groupDatabaseId: string;
}

/**
 * Availability groups, as far as a client of one server sees them: the catalog names the group, and a secondary replica
 * refuses what a real one refuses. Nothing is copied between servers, and there is no CREATE AVAILABILITY GROUP: a test
 * says where a database stands, and says it again to fail over.
 */
export class AvailabilityGroups {
  private readonly replicas = new Map<string, PlacedReplica>();
  private readonly groupIds = new Map<string, string>();

  /** Puts a database, by name, into a group, or gives it another role there. */
  place(database: string, replica: Replica): this {
    const before = this.replicas.get(database.toLowerCase());
    const groupId = this.groupIds.get(replica.group) ?? newId();
    this.groupIds.set(replica.group, groupId);
    this.replicas.set(database.toLowerCase(), {
      ...replica,
      groupId,
      replicaId: before?.replicaId ?? newId(),
      groupDatabaseId: before?.groupDatabaseId ?? newId(),
    });
    return this;
  }

  /** Takes a database out of its group. */
  remove(database: string): void {
    this.replicas.delete(database.toLowerCase());
  }

  /** The replica that a database is; undefined when it is in no group. */
  of(database: string): PlacedReplica | undefined {
    return this.replicas.get(database.toLowerCase());
  }

  /** A replica of each group. */
  get groups(): PlacedReplica[] {
    return [...new Map([...this.replicas.values()].map((replica) => [replica.groupId, replica])).values()];
  }

  /** Every database in a group, by name in lower case. */
  get databases(): [string, PlacedReplica][] {
    return [...this.replicas];
  }
}

const newId = () => randomUUID().toUpperCase();
