export const DEFAULT_COLLATION = "SQL_Latin1_General_CP1_CI_AS";

const ENGLISH = 0x0409;
const IGNORE_CASE = 1 << 20;
const IGNORE_ACCENT = 1 << 21;
const IGNORE_WIDTH = 1 << 22;
const IGNORE_KANA = 1 << 23;
const BINARY = 1 << 24;
const BINARY2 = 1 << 25;
const UTF8 = 1 << 26;

/** Sort ids of the SQL collations; Windows collations have 0. */
const sortIds: Record<string, number> = {
  SQL_LATIN1_GENERAL_CP1_CS_AS: 51,
  SQL_LATIN1_GENERAL_CP1_CI_AS: 52,
  SQL_LATIN1_GENERAL_CP1_CI_AI: 54,
};

const cache = new Map<string, Buffer>();

/** The five bytes by which TDS names a collation: locale, comparison flags, sort id. */
export function collationBytes(name: string = DEFAULT_COLLATION): Buffer {
  let bytes = cache.get(name);
  if (bytes === undefined) {
    const upper = name.toUpperCase();
    bytes = Buffer.alloc(5);
    bytes.writeUInt32LE((ENGLISH | comparisonFlags(upper)) >>> 0, 0);
    bytes[4] = sortIds[upper] ?? 0;
    cache.set(name, bytes);
  }
  return bytes;
}

function comparisonFlags(name: string): number {
  if (name.includes("_BIN2")) {
    return BINARY2;
  }
  if (name.includes("_BIN")) {
    return BINARY;
  }
  return (
    (name.includes("_CI") ? IGNORE_CASE : 0) |
    (name.includes("_AI") ? IGNORE_ACCENT : 0) |
    (name.includes("_WS") ? 0 : IGNORE_WIDTH) |
    (name.includes("_KS") ? 0 : IGNORE_KANA)
  );
}

/** A client may send char and varchar parameters as UTF-8, and says so in the collation. */
export function isUtf8(collation: Buffer): boolean {
  return (collation.readUInt32LE(0) & UTF8) !== 0;
}
