/** What char and varchar can hold: the characters of their collation's code page. */
import { collationOf } from "./collation";

const ENCODINGS: Readonly<Record<number, string>> = {
  874: "windows-874",
  932: "shift_jis",
  936: "gbk",
  949: "euc-kr",
  950: "big5",
};

interface CodePage {
  decode(bytes: Uint8Array): string;
  codes: ReadonlyMap<string, number>;
}

const pages = new Map<number, CodePage>();

function pageOf(number: number): CodePage {
  let page = pages.get(number);
  if (page === undefined) {
    page = load(number === 437 || number === 850 || number === 1 ? 1252 : number);
    pages.set(number, page);
  }
  return page;
}

function load(number: number): CodePage {
  const decoder = new TextDecoder(ENCODINGS[number] ?? `windows-${number}`);
  const codes = new Map<string, number>();
  const add = (bytes: number[], code: number) => {
    const text = decoder.decode(Uint8Array.from(bytes));
    if (text.length === 1 && text !== "\ufffd" && !codes.has(text)) codes.set(text, code);
  };
  for (let byte = 0; byte < 256; byte++) add([byte], byte);
  if (ENCODINGS[number] !== undefined && number !== 874) {
    for (let lead = 0x81; lead < 0xff; lead++)
      for (let trail = 0x40; trail < 0xff; trail++) add([lead, trail], lead * 256 + trail);
  }
  return { decode: (bytes) => decoder.decode(bytes), codes };
}

const isAscii = (text: string): boolean => {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
};

/** Characters that the code page lacks become their base letter, or a question mark. */
export function toCodePage(text: string, collation: string | undefined): string {
  if (isAscii(text)) return text;
  const { utf8, codePage } = collationOf(collation);
  if (utf8) return text;
  const { codes } = pageOf(codePage);
  let kept = "";
  for (let i = 0; i < text.length; i++) kept += fitting(text.charAt(i), codes);
  return kept;
}

function fitting(unit: string, codes: ReadonlyMap<string, number>): string {
  if (codes.has(unit)) return unit;
  const [base = ""] = unit.normalize("NFKD");
  return base !== unit && codes.has(base) ? base : "?";
}

export function encodeText(text: string, collation: string | undefined): Uint8Array {
  const { utf8, codePage } = collationOf(collation);
  if (utf8) return Buffer.from(text, "utf8");
  if (isAscii(text)) return Buffer.from(text, "latin1");
  const { codes } = pageOf(codePage);
  const bytes: number[] = [];
  for (const unit of text) {
    const code = codes.get(unit) ?? 0x3f;
    if (code > 255) bytes.push(code >> 8);
    bytes.push(code & 255);
  }
  return Uint8Array.from(bytes);
}

export function decodeText(bytes: Uint8Array, collation: string | undefined): string {
  const { utf8, codePage } = collationOf(collation);
  return utf8 ? Buffer.from(bytes).toString("utf8") : pageOf(codePage).decode(bytes);
}

/** DATALENGTH of a char or varchar. */
export function byteLength(text: string, collation: string | undefined): number {
  const { utf8, codePage } = collationOf(collation);
  if (utf8) return Buffer.byteLength(text, "utf8");
  return codePage > 1000 || isAscii(text) ? text.length : encodeText(text, collation).length;
}
