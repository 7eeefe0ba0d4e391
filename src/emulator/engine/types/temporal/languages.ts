/** The languages of SET LANGUAGE: names of months and days, order of dates, first day of the week. */

export interface Language {
  id: number;
  /** As @@LANGUAGE shows it. */
  name: string;
  alias: string;
  locale: string;
  dateFormat: string;
  /** Monday is 1. */
  dateFirst: number;
  /** Locale id of Windows, for FORMAT's and CONVERT's culture. */
  lcid: number;
}

const LANGUAGES: readonly Language[] = [
  { id: 0, name: "us_english", alias: "English", locale: "en-US", dateFormat: "mdy", dateFirst: 7, lcid: 1033 },
  { id: 1, name: "Deutsch", alias: "German", locale: "de-DE", dateFormat: "dmy", dateFirst: 1, lcid: 1031 },
  { id: 2, name: "Français", alias: "French", locale: "fr-FR", dateFormat: "dmy", dateFirst: 1, lcid: 1036 },
  { id: 3, name: "日本語", alias: "Japanese", locale: "ja-JP", dateFormat: "ymd", dateFirst: 7, lcid: 1041 },
  { id: 4, name: "Dansk", alias: "Danish", locale: "da-DK", dateFormat: "dmy", dateFirst: 1, lcid: 1030 },
  { id: 5, name: "Español", alias: "Spanish", locale: "es-ES", dateFormat: "dmy", dateFirst: 1, lcid: 3082 },
  { id: 6, name: "Italiano", alias: "Italian", locale: "it-IT", dateFormat: "dmy", dateFirst: 1, lcid: 1040 },
  { id: 7, name: "Nederlands", alias: "Dutch", locale: "nl-NL", dateFormat: "dmy", dateFirst: 1, lcid: 1043 },
  { id: 8, name: "Norsk", alias: "Norwegian", locale: "nb-NO", dateFormat: "dmy", dateFirst: 1, lcid: 2068 },
  { id: 9, name: "Português", alias: "Portuguese", locale: "pt-PT", dateFormat: "dmy", dateFirst: 7, lcid: 2070 },
  { id: 10, name: "Suomi", alias: "Finnish", locale: "fi-FI", dateFormat: "dmy", dateFirst: 1, lcid: 1035 },
  { id: 11, name: "Svenska", alias: "Swedish", locale: "sv-SE", dateFormat: "ymd", dateFirst: 1, lcid: 1053 },
  { id: 12, name: "čeština", alias: "Czech", locale: "cs-CZ", dateFormat: "dmy", dateFirst: 1, lcid: 1029 },
  { id: 13, name: "magyar", alias: "Hungarian", locale: "hu-HU", dateFormat: "ymd", dateFirst: 1, lcid: 1038 },
  { id: 14, name: "polski", alias: "Polish", locale: "pl-PL", dateFormat: "dmy", dateFirst: 1, lcid: 1045 },
  { id: 15, name: "română", alias: "Romanian", locale: "ro-RO", dateFormat: "dmy", dateFirst: 1, lcid: 1048 },
  { id: 16, name: "hrvatski", alias: "Croatian", locale: "hr-HR", dateFormat: "ymd", dateFirst: 1, lcid: 1050 },
  { id: 17, name: "slovenčina", alias: "Slovak", locale: "sk-SK", dateFormat: "dmy", dateFirst: 1, lcid: 1051 },
  { id: 18, name: "slovenski", alias: "Slovenian", locale: "sl-SI", dateFormat: "dmy", dateFirst: 1, lcid: 1060 },
  { id: 19, name: "ελληνικά", alias: "Greek", locale: "el-GR", dateFormat: "dmy", dateFirst: 1, lcid: 1032 },
  { id: 20, name: "български", alias: "Bulgarian", locale: "bg-BG", dateFormat: "dmy", dateFirst: 1, lcid: 1026 },
  { id: 21, name: "русский", alias: "Russian", locale: "ru-RU", dateFormat: "dmy", dateFirst: 1, lcid: 1049 },
  { id: 22, name: "Türkçe", alias: "Turkish", locale: "tr-TR", dateFormat: "dmy", dateFirst: 1, lcid: 1055 },
  { id: 23, name: "British", alias: "British English", locale: "en-GB", dateFormat: "dmy", dateFirst: 1, lcid: 2057 },
  { id: 24, name: "eesti", alias: "Estonian", locale: "et-EE", dateFormat: "dmy", dateFirst: 1, lcid: 1061 },
  { id: 25, name: "latviešu", alias: "Latvian", locale: "lv-LV", dateFormat: "ymd", dateFirst: 1, lcid: 1062 },
  { id: 26, name: "lietuvių", alias: "Lithuanian", locale: "lt-LT", dateFormat: "ymd", dateFirst: 1, lcid: 1063 },
  {
    id: 27,
    name: "Português (Brasil)",
    alias: "Brazilian",
    locale: "pt-BR",
    dateFormat: "dmy",
    dateFirst: 7,
    lcid: 1046,
  },
  {
    id: 28,
    name: "繁體中文",
    alias: "Traditional Chinese",
    locale: "zh-TW",
    dateFormat: "ymd",
    dateFirst: 7,
    lcid: 1028,
  },
  { id: 29, name: "한국어", alias: "Korean", locale: "ko-KR", dateFormat: "ymd", dateFirst: 7, lcid: 1042 },
  {
    id: 30,
    name: "简体中文",
    alias: "Simplified Chinese",
    locale: "zh-CN",
    dateFormat: "ymd",
    dateFirst: 7,
    lcid: 2052,
  },
  { id: 31, name: "Arabic", alias: "Arabic", locale: "ar-SA", dateFormat: "dmy", dateFirst: 1, lcid: 1025 },
  { id: 32, name: "ไทย", alias: "Thai", locale: "th-TH", dateFormat: "dmy", dateFirst: 7, lcid: 1054 },
  { id: 33, name: "norsk (bokmål)", alias: "Bokmål", locale: "nb-NO", dateFormat: "dmy", dateFirst: 1, lcid: 1044 },
];

const byName = new Map<string, Language>();
for (const language of LANGUAGES) {
  byName.set(language.name.toLowerCase(), language);
  byName.set(language.alias.toLowerCase(), language);
}

export function allLanguages(): readonly Language[] {
  return LANGUAGES;
}

/** By name or alias, any case. */
export function findLanguage(name: string): Language | undefined {
  return byName.get(name.toLowerCase());
}

export interface CalendarNames {
  /** January first. */
  months: readonly string[];
  shortMonths: readonly string[];
  /** Sunday first. */
  days: readonly string[];
}

const namesByLocale = new Map<string, CalendarNames>();

export function calendarNames(language: string): CalendarNames {
  const { locale } = findLanguage(language) ?? (LANGUAGES[0] as Language);
  let names = namesByLocale.get(locale);
  if (names === undefined) {
    names = {
      months: months(locale, "long"),
      // Every English short name has three letters; CLDR's British "Sept" has not.
      shortMonths: locale.startsWith("en")
        ? months("en-US", "long").map((month) => month.slice(0, 3))
        : months(locale, "short"),
      days: Array.from({ length: 7 }, (_, i) => format(locale, { weekday: "long" }, Date.UTC(2023, 0, 1 + i))),
    };
    namesByLocale.set(locale, names);
  }
  return names;
}

function months(locale: string, month: "long" | "short"): string[] {
  return Array.from({ length: 12 }, (_, i) => format(locale, { month }, Date.UTC(2023, i, 1)).replace(/\.$/, ""));
}

function format(locale: string, options: Intl.DateTimeFormatOptions, time: number): string {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(time);
}
