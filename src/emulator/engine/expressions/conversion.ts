/** Conversions within expressions: implicit ones between operands, and those of constants made once. */
import { SqlError } from "../errors";
import { requireImplicit } from "../types/conversionMatrix";
import { cachedConverter, converterFor } from "../types/conversions/convert";
import { isTemporal } from "../types/families";
import type { SqlType, Value } from "../values";
import type { Compiled, Frame } from "./scope";

/** `compiled` as a value of `type`; throws 206 or 257 where there is no implicit conversion. */
export function convertImplicitly(compiled: Compiled, type: SqlType): Compiled {
  if (compiled.type === type) return compiled;
  requireImplicit(compiled.type, type);
  return convertTo(compiled, type);
}

/** As convertImplicitly, where the conversion is known to be allowed. */
export function convertTo(compiled: Compiled, type: SqlType, style?: number): Compiled {
  const convert = cachedConverter(compiled.type, type);
  const { column: _, ...rest } = compiled;
  const result = { ...rest, type };
  if (compiled.constant) return { ...result, evaluate: convertedConstant(compiled, type, style) };
  return {
    ...result,
    evaluate: (frame) => {
      const value = compiled.evaluate(frame);
      if (value === null) return null;
      try {
        return convert(value, frame.context.session.settings, style);
      } catch (error) {
        return arithmeticFailure(error, frame);
      }
    },
  };
}

const ARITHMETIC_ERRORS: ReadonlySet<number> = new Set([220, 232, 8115, 8134]);

/** With ARITHABORT and ANSI_WARNINGS off, overflow and division by zero give NULL. */
export function arithmeticFailure(error: unknown, frame: Frame): null {
  const { arithAbort, ansiWarnings } = frame.context.session.settings;
  const isArithmetic = error instanceof SqlError && ARITHMETIC_ERRORS.has(error.number);
  if (isArithmetic && !arithAbort && !ansiWarnings) return null;
  throw error;
}

/** Converts at the first evaluation, not before: a failing constant fails only where it is evaluated. */
function convertedConstant(compiled: Compiled, type: SqlType, style: number | undefined): Compiled["evaluate"] {
  const convert = converterFor(compiled.type, type);
  const dependsOnSettings = isTemporal(type) || isTemporal(compiled.type) || type.kind === "sql_variant";
  let known: { value: Value; dateFormat: string; language: string } | undefined;
  return (frame: Frame) => {
    const { settings } = frame.context.session;
    if (
      known &&
      (!dependsOnSettings || (known.dateFormat === settings.dateFormat && known.language === settings.language))
    )
      return known.value;
    const value = compiled.evaluate(frame);
    try {
      const converted = value === null ? null : convert(value, settings, style);
      known = { value: converted, dateFormat: settings.dateFormat, language: settings.language };
      return converted;
    } catch (error) {
      return arithmeticFailure(error, frame);
    }
  };
}
