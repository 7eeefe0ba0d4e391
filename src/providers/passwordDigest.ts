import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * A salted digest of a password, by which a preview can tell that an environment variable holds another one than was
 * set last. It is kept as a secret output.
 */
export function digestOf(password: string): string {
  const salt = randomBytes(16);
  return `${salt.toString("hex")}:${digest(salt, password).toString("hex")}`;
}

/** Whether a password is the one that a digest was made of. */
export function isDigestOf(password: string, recorded: unknown): boolean {
  if (typeof recorded !== "string") return false;
  const [salt = "", hash = ""] = recorded.split(":");
  const expected = Buffer.from(hash, "hex");
  const actual = digest(Buffer.from(salt, "hex"), password);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function digest(salt: Buffer, password: string): Buffer {
  return createHmac("sha256", salt).update(password).digest();
}
