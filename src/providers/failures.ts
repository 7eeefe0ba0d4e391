import { isOutcomeUnknown } from "../objects/server";
import { type Properties, providerKey, toState } from "./wire";

/**
 * A create or update that was left half-way. With these fields the engine records the object, so that it can be
 * refreshed and destroyed, and calls update at the next `up`. It shows only the reasons.
 */
export class PartialFailure extends Error {
  override readonly name = "PartialFailure";
  readonly id: string;
  readonly properties: Properties;
  readonly reasons: readonly string[];

  /**
   * @param inputs what create or update was given, with the text of the provider, without which the object could be
   * neither refreshed nor destroyed
   */
  constructor(id: string, state: Properties, inputs: Properties, errors: readonly unknown[]) {
    const reasons = errors.map(messageOf);
    super(reasons.join("\n"), { cause: errors[0] });
    this.id = id;
    this.properties = { ...toState(state), [providerKey]: inputs[providerKey] };
    this.reasons = reasons;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What to do if creating something fails on the way. */
export interface Undo {
  /** Takes away whatever was made; must succeed when nothing was. Sees what failed. */
  readonly undo: (error: unknown) => Promise<void>;
  /** What is there if it cannot be taken away. */
  readonly left: () => { id: string; state: Properties };
  readonly inputs: Properties;
}

/** Carries out `work`. If it fails, what it made is undone; if that fails too, it is reported to the engine. */
export async function undoneOnFailure<T>(work: () => Promise<T>, plan: Undo): Promise<T> {
  try {
    return await work();
  } catch (error) {
    try {
      await plan.undo(error);
    } catch (undoError) {
      const { id, state } = plan.left();
      throw new PartialFailure(id, state, plan.inputs, [error, undoError]);
    }
    throw error;
  }
}

/**
 * Carries out the work of an update. If nobody knows how it ended, the engine is told what may be there now, so that
 * the next update and a delete find it.
 */
export async function recordedIfUnknown<T>(
  work: () => Promise<T>,
  left: { readonly id: string; readonly state: Properties; readonly inputs: Properties },
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isOutcomeUnknown(error)) throw new PartialFailure(left.id, left.state, left.inputs, [error]);
    throw error;
  }
}
