/** SESSIONPROPERTY and COLLATIONPROPERTY. */
import type { SessionSettings } from "../expressions/scope";
import { type Collation, findCollation } from "../types/collations/collation";
import { INT, NVARCHAR_MAX, SQL_VARIANT } from "../types/systemTypes";
import { allLanguages } from "../types/temporal/languages";
import type { Variant } from "../values";
import { registerFunctions } from "./registry";

const int = (value: number): Variant => ({ type: INT, value });

const SESSION_OPTIONS: Readonly<Record<string, (settings: SessionSettings) => boolean>> = {
  ANSI_NULLS: (settings) => settings.ansiNulls,
  ANSI_PADDING: (settings) => settings.ansiPadding,
  ANSI_WARNINGS: (settings) => settings.ansiWarnings,
  ARITHABORT: (settings) => settings.arithAbort,
  CONCAT_NULL_YIELDS_NULL: (settings) => settings.concatNullYieldsNull,
  NUMERIC_ROUNDABORT: (settings) => settings.numericRoundAbort,
  QUOTED_IDENTIFIER: (settings) => settings.quotedIdentifier,
};

const IGNORE_CASE = 1;
const IGNORE_ACCENT = 2;
const IGNORE_KANA = 0x10000;
const IGNORE_WIDTH = 0x20000;
const ENGLISH = 1033;

function comparisonStyle({ binary, caseSensitive, accentSensitive, name }: Collation): number {
  if (binary) return 0;
  return (
    (caseSensitive ? 0 : IGNORE_CASE) |
    (accentSensitive ? 0 : IGNORE_ACCENT) |
    (name.includes("_KS") ? 0 : IGNORE_KANA) |
    (name.includes("_WS") ? 0 : IGNORE_WIDTH)
  );
}

/** 0 for the first generation, then 90, 100 and 140. */
function versionOf(name: string): number {
  const generation = /_(90|100|140)_/.exec(name)?.[1];
  return generation === undefined ? 0 : ["90", "100", "140"].indexOf(generation) + 1;
}

const COLLATION_PROPERTIES: Readonly<Record<string, (collation: Collation) => number>> = {
  CODEPAGE: ({ codePage }) => codePage,
  LCID: ({ locale }) => allLanguages().find((language) => language.locale.startsWith(`${locale}-`))?.lcid ?? ENGLISH,
  COMPARISONSTYLE: comparisonStyle,
  VERSION: ({ name }) => versionOf(name),
};

registerFunctions([
  {
    name: "SESSIONPROPERTY",
    minArgs: 1,
    maxArgs: 1,
    parameters: [NVARCHAR_MAX],
    strict: true,
    volatile: true,
    resolve: () => SQL_VARIANT,
    evaluate: ([option], { session }) => {
      const read = SESSION_OPTIONS[(option as string).toUpperCase()];
      return read === undefined ? null : int(read(session.settings) ? 1 : 0);
    },
  },
  {
    name: "COLLATIONPROPERTY",
    minArgs: 2,
    maxArgs: 2,
    parameters: [NVARCHAR_MAX],
    strict: true,
    resolve: () => SQL_VARIANT,
    evaluate: ([name, property]) => {
      const collation = findCollation(name as string);
      const read = COLLATION_PROPERTIES[(property as string).toUpperCase()];
      return collation === undefined || read === undefined ? null : int(read(collation));
    },
  },
]);
