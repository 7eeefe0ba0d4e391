/** A mistake in flags or environment. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
