/** Types of the emulated server: names, declarations, precedence, conversions, collations, comparison. */
export {
  type Collation,
  collationOf,
  DEFAULT_COLLATION,
  findCollation,
  validateCollation,
} from "./collations/collation";
export { collationKey, compareText, equalText } from "./collations/compare";
export { type Comparer, comparerFor, compareValues, type HashKey, hashKey } from "./compare";
export { canConvertImplicitly, conversionBetween, requireExplicit, requireImplicit } from "./conversionMatrix";
export { type ConversionSettings, DEFAULT_CONVERSION_SETTINGS } from "./conversions/conversion";
export {
  type AssignmentTarget,
  type ConvertOptions,
  converterFor,
  convertForAssignment,
  convertValue,
  tryConvertValue,
} from "./conversions/convert";
export { resolveTypeName, type TypeResolver, type TypeUse } from "./declarations";
export { isBinary, isCharacter, isInteger, isLargeObject, isNumeric, isTemporal, isUnicode } from "./families";
export { commonType, commonTypeOf } from "./precedence";
export { isSystemTypeName, NULL_TYPE, SYSNAME, systemType, typeDeclaration, typeName } from "./systemTypes";
export { allLanguages, findLanguage, type Language } from "./temporal/languages";
