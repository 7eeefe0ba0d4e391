/** char, varchar and text: one or two bytes a character, in the code page of their collation. */
import { decodeText, encodeText } from "../../engine/types/collations/codePages";
import { isLatin1 } from "./collation";

/** What 0x80–0x9F stand for in Windows-1252; the five that it leaves undefined keep their own code. */
const UPPER_CONTROL =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
  "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

const codes = new Map<number, number>(
  [...UPPER_CONTROL].map((character, index) => [character.charCodeAt(0), 0x80 + index]),
);

const QUESTION_MARK = 0x3f;

/** An encoder for columns and parameters of that collation. */
export function narrowEncoderFor(collation: string | undefined): (text: string) => Uint8Array {
  return isLatin1(collation) ? encode1252 : (text) => encodeText(text, collation);
}

/** `collation`: one with the code page of the bytes; undefined for Windows-1252. */
export function decodeNarrow(bytes: Buffer, collation: string | undefined): string {
  return collation === undefined ? decode1252(bytes) : decodeText(bytes, collation);
}

/** One byte a UTF-16 unit; `?` for what the code page lacks. Written out as nearly all text takes this way. */
function encode1252(text: string): Buffer {
  const bytes = Buffer.allocUnsafe(text.length);
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    bytes[index] = code < 0x80 || (code > 0x9f && code < 0x100) ? code : (codes.get(code) ?? QUESTION_MARK);
  }
  return bytes;
}

function decode1252(bytes: Buffer): string {
  const text = bytes.toString("latin1");
  // Most text has none of these, and then Latin-1 is the answer.
  return text.replace(/[\u0080-\u009f]/g, (control: string) => UPPER_CONTROL[control.charCodeAt(0) - 0x80] as string);
}
