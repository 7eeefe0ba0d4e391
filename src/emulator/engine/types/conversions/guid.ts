/** uniqueidentifier: its text, and its bytes, of which the first three groups are stored lowest byte first. */
import { guidSyntax } from "../conversionErrors";

const STORED_ORDER: readonly number[] = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

export function guidBytes(guid: string): Uint8Array {
  const plain = Buffer.from(guid.replace(/-/g, ""), "hex");
  return Uint8Array.from(STORED_ORDER, (i) => plain[i] as number);
}

/** Shorter binaries are filled up with zeros, longer ones cut. */
export function guidFromBytes(bytes: Uint8Array): string {
  const plain = new Uint8Array(16);
  STORED_ORDER.forEach((from, i) => {
    plain[from] = bytes[i] ?? 0;
  });
  return formatGuid(plain);
}

export function formatGuid(plain: Uint8Array): string {
  const hex = Buffer.from(plain).toString("hex").toUpperCase();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

const GUID_TEXT =
  /^(?:\{([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}|([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}))/i;

/** What follows the 36 characters is ignored. */
export function parseGuid(text: string): string {
  const match = GUID_TEXT.exec(text);
  if (!match) throw guidSyntax();
  return ((match[1] ?? match[2]) as string).toUpperCase();
}

/** Bytes in the order in which SQL Server compares them: the last group first. */
const COMPARED_ORDER: readonly number[] = [10, 11, 12, 13, 14, 15, 8, 9, 6, 7, 4, 5, 0, 1, 2, 3];

export function compareGuids(one: string, other: string): number {
  if (one === other) return 0;
  const a = guidBytes(one);
  const b = guidBytes(other);
  for (const i of COMPARED_ORDER) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}
