import type { TestServers } from "../../../provider/servers";
import type { Declaration, Declared } from "../stack";

/** Where cases live: two servers, and a management database that a BackupJob of the same stack has set up. */
export interface DriftWorld extends Pick<TestServers, "control" | "remote"> {
  /** The management database, on the control server. Every case's resources are made after it. */
  readonly management: string;
}

/** One property of a resource that somebody changes behind Pulumi's back. */
export interface DriftCase {
  /** The input property as the program names it; `agent.enabled` for one inside another. */
  readonly property: string;
  /** A few words when a property has several cases. */
  readonly what?: string;
  /** Makes what has to be there before `up`. */
  readonly prepare?: (world: DriftWorld) => Promise<void>;
  /**
   * The resource, with names of its own so that no other case touches its object. Of several the last one is meant;
   * the others are what it needs.
   */
  readonly declare: (world: DriftWorld) => Declared;
  /** Changes it behind Pulumi's back. */
  readonly drift: (world: DriftWorld) => Promise<void>;
  /**
   * What the preview must show as old (on the server) and as new (declared) value, as the diff prints them: strings in
   * quotes, secrets as `[secret]`, nothing for what is absent.
   */
  readonly shows: { readonly old: string; readonly new: string };
  /** Reads what the drift touches: other than before after the drift, as before after the mending `up`. */
  readonly observe: (world: DriftWorld) => Promise<unknown>;
  /** That it cannot be altered, so that the resource is replaced. */
  readonly replaces?: boolean;
}

/** The table of one kind of resource. */
export interface DriftTable {
  readonly kind: Declaration["kind"];
  readonly cases: readonly DriftCase[];
  /** The properties that nobody can change behind Pulumi's back, each with the reason; one stands for all inside it. */
  readonly exceptions: Readonly<Record<string, string>>;
  /** Properties that no case covers yet. */
  readonly missing: readonly string[];
}

/** The case in the words of a test's title. */
export function titleOf({ property, what }: DriftCase): string {
  return what === undefined ? property : `${property}, ${what}`;
}
