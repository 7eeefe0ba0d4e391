/** CAST, CONVERT, PARSE, their TRY_ forms, and COLLATE. */
import type { Expression } from "../../tsql/ast";
import { SqlError } from "../errors";
import { validateCollation } from "../types/collations/collation";
import { requireExplicit } from "../types/conversionMatrix";
import { cachedConverter, isConversionFailure } from "../types/conversions/convert";
import { parseWithCulture } from "../types/cultureParse";
import { resolveTypeName } from "../types/declarations";
import { isCharacter, isUnicode } from "../types/families";
import { INT } from "../types/systemTypes";
import type { SqlType, Value } from "../values";
import { convertTo } from "./conversion";
import { compileExpression } from "./dispatch";
import { collationOfWrongType, invalidArgumentType } from "./expressionErrors";
import type { Compiled, Frame, Scope } from "./scope";

type Cast = Extract<Expression, { kind: "cast" }>;

export function compileCast(cast: Cast, scope: Scope): Compiled {
  const operand = compileExpression(cast.operand, scope);
  const type = targetType(cast, operand, scope);
  if (cast.form === "parse") return compileParse(cast, operand, type, scope);
  requireExplicit(operand.type, type);
  const style = cast.style && compileExpression(cast.style, scope);
  const compiled = style ? convertWithStyle(operand, type, style) : convertTo(operand, type);
  const labelled: Compiled = isCharacter(type)
    ? { ...compiled, collationStrength: operand.collationStrength ?? 1 }
    : withoutLabel(compiled);
  return cast.try ? orNull(labelled) : labelled;
}

function withoutLabel(compiled: Compiled): Compiled {
  const { collationStrength: _, ...rest } = compiled;
  return rest;
}

/** A text cast to another text keeps its collation; anything else has the database's. */
function targetType(cast: Cast, operand: Compiled, scope: Scope): SqlType {
  const type = resolveTypeName(cast.type, scope.environment, "cast");
  const { collation } = operand.type;
  return isCharacter(type) && isCharacter(operand.type) && collation !== undefined ? { ...type, collation } : type;
}

function convertWithStyle(operand: Compiled, type: SqlType, style: Compiled): Compiled {
  const convert = cachedConverter(operand.type, type);
  const styleNumber = convertTo(style, INT);
  const { column: _, constant: __, ...rest } = operand;
  return {
    ...rest,
    type,
    nullable: operand.nullable || style.nullable,
    evaluate: (frame) => {
      const value = operand.evaluate(frame);
      if (value === null) return null;
      const number = styleNumber.evaluate(frame);
      return number === null ? null : convert(value, frame.context.session.settings, number as number);
    },
  };
}

function orNull(compiled: Compiled): Compiled {
  return {
    ...compiled,
    nullable: true,
    evaluate: (frame: Frame): Value => {
      try {
        return compiled.evaluate(frame);
      } catch (error) {
        if (isConversionFailure(error)) return null;
        throw error;
      }
    },
  };
}

const PARSE_FAILED = 9819;

/** PARSE(text AS type USING culture) */
function compileParse(cast: Cast, operand: Compiled, type: SqlType, scope: Scope): Compiled {
  if (!isCharacter(operand.type) && !operand.type.isNullLiteral)
    throw invalidArgumentType(operand.type.kind, 1, "parse");
  const culture = cast.culture && compileExpression(cast.culture, scope);
  return {
    type,
    nullable: true,
    evaluate: (frame) => {
      const text = operand.evaluate(frame) as string | null;
      const name = culture ? (culture.evaluate(frame) as string | null) : undefined;
      if (text === null || name === null) return null;
      const value = parseWithCulture(text, type, name, frame.context.session.settings);
      if (value !== undefined) return value;
      if (cast.try) return null;
      throw new SqlError(
        PARSE_FAILED,
        `Error converting string value '${text}' into data type ${type.kind} using culture '${name ?? ""}'.`,
        1,
        16,
      );
    },
  };
}

export function compileCollate(expression: Extract<Expression, { kind: "collate" }>, scope: Scope): Compiled {
  const operand = compileExpression(expression.operand, scope);
  const name = /^database_default$/i.test(expression.collation)
    ? scope.environment.collation
    : validateCollation(expression.collation);
  if (!isCharacter(operand.type) && !operand.type.isNullLiteral) throw collationOfWrongType(operand.type.kind);
  const base: SqlType = operand.type.isNullLiteral ? { kind: "varchar", length: 1 } : operand.type;
  const type: SqlType = { ...base, collation: name };
  const converted = isUnicode(type) || operand.type.isNullLiteral ? { ...operand, type } : convertTo(operand, type);
  return { ...converted, collationStrength: 3 };
}
