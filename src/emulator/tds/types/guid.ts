/** The order in which a GUID's bytes travel: its first three groups are little-endian. */
const ORDER = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const;

export function guidToBytes(guid: string): Buffer {
  const plain = Buffer.from(guid.replaceAll("-", ""), "hex");
  const bytes = Buffer.alloc(16);
  ORDER.forEach((source, index) => {
    bytes[index] = plain[source] as number;
  });
  return bytes;
}

export function guidFromBytes(bytes: Buffer): string {
  const plain = Buffer.alloc(16);
  ORDER.forEach((target, index) => {
    plain[target] = bytes[index] as number;
  });
  const hex = plain.toString("hex").toUpperCase();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
