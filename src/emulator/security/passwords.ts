/** Password hashes in SQL Server's format: 0x0200, four bytes of salt, SHA-512 of password and salt. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

export function hashPassword(password: string, salt: Uint8Array = randomBytes(4)): Uint8Array {
  const digest = createHash("sha512").update(Buffer.from(password, "utf16le")).update(salt).digest();
  return Buffer.concat([Buffer.from([2, 0]), salt, digest]);
}

export function verifyPassword(password: string, hash: Uint8Array): boolean {
  if (hash.length !== 70 || hash[0] !== 2) return false;
  return timingSafeEqual(hashPassword(password, hash.subarray(2, 6)), hash);
}
