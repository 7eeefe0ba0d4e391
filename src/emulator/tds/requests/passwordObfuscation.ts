/** LOGIN7 hides the password from the eye, not from an attacker: nibbles swapped, then XOR 0xA5. */
const MASK = 0xa5;

export function obfuscatePassword(password: string): Buffer {
  return Buffer.from(password, "utf16le").map((byte) => swapNibbles(byte) ^ MASK) as Buffer;
}

export function deobfuscatePassword(bytes: Buffer): string {
  return Buffer.from(bytes.map((byte) => swapNibbles(byte ^ MASK))).toString("utf16le");
}

function swapNibbles(byte: number): number {
  return ((byte << 4) | (byte >>> 4)) & 0xff;
}
