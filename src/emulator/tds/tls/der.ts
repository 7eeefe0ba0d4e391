/** The little of ASN.1 DER that a certificate needs. */

function element(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.of(tag), encodedLength(content.length), content]);
}

function encodedLength(length: number): Buffer {
  if (length < 0x80) {
    return Buffer.of(length);
  }
  return length < 0x100 ? Buffer.of(0x81, length) : Buffer.of(0x82, length >> 8, length & 0xff);
}

export const sequence = (...parts: Buffer[]): Buffer => element(0x30, Buffer.concat(parts));
export const set = (...parts: Buffer[]): Buffer => element(0x31, Buffer.concat(parts));
export const octetString = (content: Buffer): Buffer => element(0x04, content);
export const bitString = (content: Buffer): Buffer => element(0x03, Buffer.concat([Buffer.of(0), content]));
export const utf8String = (text: string): Buffer => element(0x0c, Buffer.from(text, "utf8"));
export const boolean = (value: boolean): Buffer => element(0x01, Buffer.of(value ? 0xff : 0));
/** A context-specific tag around whole elements. */
export const tagged = (tag: number, content: Buffer): Buffer => element(0xa0 | tag, content);
/** A context-specific tag in place of the type's own. */
export const implicitlyTagged = (tag: number, content: Buffer): Buffer => element(0x80 | tag, content);

export function positiveInteger(bytes: Buffer): Buffer {
  const first = bytes[0] ?? 0;
  return element(0x02, first >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes);
}

export function objectIdentifier(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const part of rest) {
    const groups = [part & 0x7f];
    for (let left = part >>> 7; left > 0; left >>>= 7) {
      groups.unshift((left & 0x7f) | 0x80);
    }
    bytes.push(...groups);
  }
  return element(0x06, Buffer.from(bytes));
}

/** GeneralizedTime, to the second. */
export function generalizedTime(date: Date): Buffer {
  return element(0x18, Buffer.from(`${date.toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`, "latin1"));
}
