/** PARSE and TRY_PARSE: numbers and dates as a culture writes them. */
import { SqlError } from "../errors";
import type { SqlType, Value } from "../values";
import { operandClash } from "./conversionErrors";
import type { ConversionSettings } from "./conversions/conversion";
import { converterFor, isConversionFailure } from "./conversions/convert";
import { isInteger, isNumeric, isTemporal } from "./families";
import { nvarchar } from "./systemTypes";
import { allLanguages, calendarNames, findLanguage, type Language } from "./temporal/languages";
import { parseDateTime } from "./temporal/parseDate";

interface Culture {
  locale: string;
  language: string;
  dateFormat: string;
}

const invalidCulture = (name: string) =>
  new SqlError(9818, `The culture parameter '${name}' provided in the function call is not supported.`, 1, 16);

/** The culture by its .NET name (`de-DE`), or the session's. Error 9818. */
export function cultureOf(name: string | undefined, language: string): Culture {
  if (name === undefined) {
    const session = findLanguage(language) as Language;
    return { locale: session.locale, language: session.name, dateFormat: session.dateFormat };
  }
  let locale: string;
  try {
    [locale = ""] = Intl.getCanonicalLocales(name);
  } catch {
    throw invalidCulture(name);
  }
  if (name.trim() === "" || Intl.NumberFormat.supportedLocalesOf(locale).length === 0) throw invalidCulture(name);
  const exact = allLanguages().find((one) => one.locale === locale);
  const [main] = locale.split("-");
  const similar = exact ?? allLanguages().find((one) => one.locale.split("-")[0] === main);
  return { locale, language: similar?.name ?? "us_english", dateFormat: exact?.dateFormat ?? dateOrder(locale) };
}

/** Order of day, month and year as the locale writes short dates. */
function dateOrder(locale: string): string {
  const parts = new Intl.DateTimeFormat(locale, { timeZone: "UTC" }).formatToParts(0);
  return parts
    .filter((part) => part.type === "day" || part.type === "month" || part.type === "year")
    .map((part) => part.type[0])
    .join("");
}

/** undefined: the text does not parse. */
export function parseWithCulture(
  text: string,
  type: SqlType,
  cultureName: string | undefined,
  settings: ConversionSettings,
): Value | undefined {
  const culture = cultureOf(cultureName, settings.language);
  const source = nvarchar(4000);
  if (!isTemporal(type) && !isNumeric(type)) throw operandClash(source, type);
  const plain = isTemporal(type) ? withoutDayName(text, culture) : plainNumber(text, culture);
  if (plain === undefined || plain.trim() === "") return undefined;
  const own = { dateFormat: culture.dateFormat, language: culture.language };
  if (
    isTemporal(type) &&
    typeof parseDateTime(plain, { order: own.dateFormat, language: own.language, legacy: false }) === "string"
  )
    return undefined;
  try {
    return converterFor(source, type)(isInteger(type) ? plain.replace(/\.0*$/, "") : plain, own, undefined);
  } catch (error) {
    if (isConversionFailure(error)) return undefined;
    throw error;
  }
}

/** Group separators out, the decimal separator a point, a currency symbol dropped. */
function plainNumber(text: string, { locale }: Culture): string | undefined {
  const parts = new Intl.NumberFormat(locale).formatToParts(-12345.6);
  const symbol = (type: string, otherwise: string) => parts.find((part) => part.type === type)?.value ?? otherwise;
  const group = symbol("group", ",");
  const point = symbol("decimal", ".");
  const compact = text
    .trim()
    .replace(/\p{Sc}/gu, "")
    .trim();
  const withoutGroups = compact
    .split(group)
    .join("")
    .replace(/[\u00a0\u202f]/g, "");
  const plain = withoutGroups.split(point).join(".");
  return /^[+-]?\s*(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? plain : undefined;
}

/** "Monday, 13 December 2010": the day's name says nothing that the date does not. */
function withoutDayName(text: string, { language }: Culture): string {
  const first = /^\s*(\p{L}+),?\s+/u.exec(text);
  const names = [...calendarNames(language).days, ...calendarNames("us_english").days];
  const isDay = first && names.some((name) => name.toLowerCase() === first[1]?.toLowerCase());
  return isDay ? text.slice(first[0].length) : text;
}
