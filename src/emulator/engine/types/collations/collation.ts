/** Collations by name: what a name says, which names exist (448). */
import { SqlError } from "../../errors";

export interface Collation {
  name: string;
  /** BIN2 orders by code point; BIN does too, but for the first character. */
  binary: boolean;
  caseSensitive: boolean;
  accentSensitive: boolean;
  /** Characters outside the BMP count as one. */
  supplementary: boolean;
  utf8: boolean;
  /** Windows code page of char and varchar. */
  codePage: number;
  locale: string;
  /** The old SQL collations sort A before a. */
  upperFirst: boolean;
  description: string;
}

/** Windows collation designators: code page, locale. */
const DESIGNATORS: Readonly<Record<string, readonly [codePage: number, locale: string]>> = {
  Albanian: [1250, "sq"],
  Arabic: [1256, "ar"],
  Bosnian_Cyrillic: [1251, "bs-Cyrl"],
  Bosnian_Latin: [1250, "bs"],
  Chinese_Hong_Kong_Stroke: [950, "zh-Hant-u-co-stroke"],
  Chinese_PRC: [936, "zh"],
  Chinese_PRC_Stroke: [936, "zh-u-co-stroke"],
  Chinese_Simplified_Pinyin: [936, "zh"],
  Chinese_Simplified_Stroke_Order: [936, "zh-u-co-stroke"],
  Chinese_Taiwan_Stroke: [950, "zh-Hant"],
  Chinese_Traditional_Stroke_Count: [950, "zh-Hant"],
  Croatian: [1250, "hr"],
  Cyrillic_General: [1251, "ru"],
  Czech: [1250, "cs"],
  Danish_Greenlandic: [1252, "da"],
  Danish_Norwegian: [1252, "da"],
  Estonian: [1257, "et"],
  Finnish_Swedish: [1252, "sv"],
  French: [1252, "fr"],
  Georgian_Modern_Sort: [1252, "ka"],
  German_PhoneBook: [1252, "de-u-co-phonebk"],
  Greek: [1253, "el"],
  Hebrew: [1255, "he"],
  Hungarian: [1250, "hu"],
  Hungarian_Technical: [1250, "hu"],
  Icelandic: [1252, "is"],
  Indic_General: [1252, "hi"],
  Japanese: [932, "ja"],
  Japanese_Bushu_Kakusu: [932, "ja"],
  Japanese_Unicode: [932, "ja"],
  Japanese_XJIS: [932, "ja"],
  Kazakh: [1251, "kk"],
  Korean: [949, "ko"],
  Korean_Wansung: [949, "ko"],
  Latin1_General: [1252, "en"],
  Latvian: [1257, "lv"],
  Lithuanian: [1257, "lt"],
  Macedonian: [1251, "mk"],
  Macedonian_FYROM: [1251, "mk"],
  Maltese: [1252, "mt"],
  Modern_Spanish: [1252, "es"],
  Norwegian: [1252, "nb"],
  Persian: [1256, "fa"],
  Polish: [1250, "pl"],
  Romanian: [1250, "ro"],
  Romansh: [1252, "rm"],
  Serbian_Cyrillic: [1251, "sr"],
  Serbian_Latin: [1250, "sr-Latn"],
  Slovak: [1250, "sk"],
  Slovenian: [1250, "sl"],
  Tamazight: [1252, "en"],
  Tatar: [1251, "tt"],
  Thai: [874, "th"],
  Traditional_Spanish: [1252, "es-u-co-trad"],
  Turkish: [1254, "tr"],
  Ukrainian: [1251, "uk"],
  Urdu: [1256, "ur"],
  Uzbek_Latin: [1254, "uz"],
  Vietnamese: [1258, "vi"],
  Welsh: [1252, "cy"],
  Yakut: [1251, "sah"],
};

const designators = new Map(Object.entries(DESIGNATORS).map(([name, entry]) => [name.toLowerCase(), { name, entry }]));

const WINDOWS_NAME =
  /^(?<designator>[a-z0-9_]+?)(?:_(?<version>90|100|140))?_(?:(?<binary>BIN2?)|(?<case>C[IS])_(?<accent>A[IS])(?<kana>_KS)?(?<width>_WS)?(?<supplementary>_SC)?(?<selector>_VSS)?)(?<utf8>_UTF8)?$/i;

/** SQL collations: code page and the sensitivities that exist. */
const SQL_NAME =
  /^SQL_(?<designator>Latin1_General|1xCompat|AltDiction|AltDiction2|AltDiction_Pref|Croatian|Czech|Danish_Pref|EBCDIC\d+|Estonian|Hungarian|Icelandic_Pref|Latvian|Lithuanian|MixDiction|Polish|Romanian|Scandinavian|Scandinavian_Pref|Slovak|Slovenian|SwedishPhone_Pref|SwedishStd_Pref|Ukrainian)(?:_Pref)?_CP(?<page>1|437|850|1250|1251|1253|1254|1255|1256|1257|1250|277|297|1252)_(?:(?<binary>BIN2?)|(?<case>C[IS])_(?<accent>A[IS]))(?:_UTF8)?$/i;

const known = new Map<string, Collation | null>();

/** undefined: there is no such collation. */
export function findCollation(name: string): Collation | undefined {
  const key = name.toLowerCase();
  let collation = known.get(key);
  if (collation === undefined) {
    collation = parseName(name) ?? null;
    known.set(key, collation);
  }
  return collation ?? undefined;
}

export const DEFAULT_COLLATION = "SQL_Latin1_General_CP1_CI_AS";

/** The collation of that name, or of the default where a stored name means nothing. */
export function collationOf(name: string | undefined): Collation {
  return findCollation(name ?? DEFAULT_COLLATION) ?? (findCollation(DEFAULT_COLLATION) as Collation);
}

/** The name as SQL Server spells it; error 448 when there is no such collation. */
export function validateCollation(name: string): string {
  const collation = findCollation(name);
  if (collation === undefined) throw new SqlError(448, `Invalid collation '${name}'.`, 3, 16);
  return collation.name;
}

function parseName(name: string): Collation | undefined {
  const sql = SQL_NAME.exec(name);
  if (sql?.groups) return sqlCollation(name, sql.groups);
  const match = WINDOWS_NAME.exec(name);
  const designator = match?.groups && designators.get((match.groups.designator as string).toLowerCase());
  if (!designator || !match?.groups) return undefined;
  const [codePage, locale] = designator.entry;
  return build(spelled(designator.name, name), match.groups, codePage, locale, false);
}

/** The designator's own spelling, the rest in upper case. */
function spelled(designator: string, name: string): string {
  return designator + name.slice(designator.length).toUpperCase();
}

function sqlCollation(name: string, groups: Record<string, string | undefined>): Collation {
  const page = Number(groups.page);
  const suffix = /_CP\d+_.*$/i.exec(name) as RegExpExecArray;
  const stem = name.slice(4, suffix.index);
  const designator = ["Latin1_General", ...Object.keys(DESIGNATORS)].find(
    (d) => d.toLowerCase() === stem.toLowerCase(),
  );
  const spelling = `SQL_${designator ?? stem}${suffix[0].toUpperCase()}`;
  return build(spelling, groups, page === 1 ? 1252 : page, "en", true);
}

function build(
  name: string,
  groups: Record<string, string | undefined>,
  codePage: number,
  locale: string,
  isSql: boolean,
): Collation {
  const binary = groups.binary !== undefined;
  const caseSensitive = binary || groups.case?.toUpperCase() === "CS";
  const accentSensitive = binary || groups.accent?.toUpperCase() === "AS";
  const utf8 = groups.utf8 !== undefined;
  return {
    name,
    binary,
    caseSensitive,
    accentSensitive,
    supplementary: groups.supplementary !== undefined || groups.version === "140",
    utf8,
    codePage: utf8 ? 65001 : codePage,
    locale,
    upperFirst: isSql,
    description: describe(groups, binary, caseSensitive, accentSensitive, isSql),
  };
}

function describe(
  groups: Record<string, string | undefined>,
  binary: boolean,
  caseSensitive: boolean,
  accentSensitive: boolean,
  isSql: boolean,
): string {
  const base = (groups.designator ?? "").replace(/_/g, "-");
  if (binary)
    return `${base}, ${groups.binary?.toUpperCase() === "BIN2" ? "binary code point comparison sort" : "binary sort"}`;
  const sensitivity = (sensitive: boolean, what: string) => `${what}-${sensitive ? "sensitive" : "insensitive"}`;
  const kana = sensitivity(groups.kana !== undefined, "kanatype");
  const width = sensitivity(groups.width !== undefined, "width");
  const unicode = `${sensitivity(caseSensitive, "case")}, ${sensitivity(accentSensitive, "accent")}, ${kana}, ${width}`;
  return isSql ? `${base}, ${unicode} for Unicode Data` : `${base}, ${unicode}`;
}
