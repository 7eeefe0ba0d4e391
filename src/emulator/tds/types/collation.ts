import { collationOf } from "../../engine/types/collations/collation";

const IGNORE_CASE = 1 << 20;
const IGNORE_ACCENT = 1 << 21;
const IGNORE_WIDTH = 1 << 22;
const IGNORE_KANA = 1 << 23;
const BINARY = 1 << 24;
const BINARY2 = 1 << 25;
const UTF8 = 1 << 26;
const LOCALE_MASK = 0xfffff;

const ENGLISH = 0x0409;
const LATIN1_CODE_PAGE = 1252;
const UTF8_COLLATION = "Latin1_General_100_CI_AS_SC_UTF8";

/**
 * A client concludes the code page from the locale: one for each code page, with a collation that has it. Locales of
 * code page 1252 are all told as English.
 */
const LOCALES = [
  { codePage: 874, locale: 0x041e, collation: "Thai_CI_AS" },
  { codePage: 932, locale: 0x0411, collation: "Japanese_CI_AS" },
  { codePage: 936, locale: 0x0804, collation: "Chinese_PRC_CI_AS" },
  { codePage: 949, locale: 0x0412, collation: "Korean_Wansung_CI_AS" },
  { codePage: 950, locale: 0x0404, collation: "Chinese_Taiwan_Stroke_CI_AS" },
  { codePage: 1250, locale: 0x0405, collation: "Czech_CI_AS" },
  { codePage: 1251, locale: 0x0419, collation: "Cyrillic_General_CI_AS" },
  { codePage: 1253, locale: 0x0408, collation: "Greek_CI_AS" },
  { codePage: 1254, locale: 0x041f, collation: "Turkish_CI_AS" },
  { codePage: 1255, locale: 0x040d, collation: "Hebrew_CI_AS" },
  { codePage: 1256, locale: 0x0401, collation: "Arabic_CI_AS" },
  { codePage: 1257, locale: 0x0425, collation: "Estonian_CI_AS" },
  { codePage: 1258, locale: 0x042a, collation: "Vietnamese_CI_AS" },
] as const;

/** Sort ids of the SQL collations; Windows collations have 0. */
const sortIds: Record<string, number> = {
  SQL_Latin1_General_CP1_CS_AS: 51,
  SQL_Latin1_General_CP1_CI_AS: 52,
  SQL_Latin1_General_CP1_CI_AI: 54,
};

const cache = new Map<string | undefined, Buffer>();

/** The five bytes by which TDS names a collation: locale and comparison flags, sort id. */
export function collationBytes(collation: string | undefined): Buffer {
  let bytes = cache.get(collation);
  if (bytes === undefined) {
    const { name, codePage } = collationOf(collation);
    const locale = LOCALES.find((entry) => entry.codePage === codePage)?.locale ?? ENGLISH;
    bytes = Buffer.alloc(5);
    bytes.writeUInt32LE(locale | comparisonFlags(name), 0);
    bytes[4] = sortIds[name] ?? 0;
    cache.set(collation, bytes);
  }
  return bytes;
}

function comparisonFlags(name: string): number {
  const encoding = name.endsWith("_UTF8") ? UTF8 : 0;
  if (name.includes("_BIN")) {
    return encoding | (name.includes("_BIN2") ? BINARY2 : BINARY);
  }
  return (
    encoding |
    (name.includes("_CI") ? IGNORE_CASE : 0) |
    (name.includes("_AI") ? IGNORE_ACCENT : 0) |
    (name.includes("_WS") ? 0 : IGNORE_WIDTH) |
    (name.includes("_KS") ? 0 : IGNORE_KANA)
  );
}

/** A collation with the code page that these five bytes name; undefined for the usual one, 1252. */
export function collationWithCodePage(bytes: Buffer): string | undefined {
  const word = bytes.readUInt32LE(0);
  return word & UTF8 ? UTF8_COLLATION : LOCALES.find(({ locale }) => locale === (word & LOCALE_MASK))?.collation;
}

/** Whether char and varchar of this collation travel as Windows-1252. */
export function isLatin1(collation: string | undefined): boolean {
  return collationOf(collation).codePage === LATIN1_CODE_PAGE;
}
