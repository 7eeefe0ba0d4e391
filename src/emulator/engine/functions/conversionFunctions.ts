/** ISNUMERIC, GREATEST, LEAST and other functions about values of any type. */
import { unified } from "../expressions/caseExpressions";
import { compileExpression } from "../expressions/dispatch";
import { comparerFor } from "../types/compare";
import { isCharacter, isNumeric } from "../types/families";
import { INT } from "../types/systemTypes";
import type { SqlType, Value } from "../values";
import { invalidArgument } from "./arguments";
import { registerFunctions, type SpecialFunction } from "./registry";

/** What int, float, decimal or money would take; a sign, a currency symbol, a point or a comma alone count too. */
const NUMBER =
  /^\s*(?:[+-]\s*\p{Sc}?|\p{Sc}\s*[+-]?)?\s*(?:[\d,]*\.?\d*|\d+\.?\d*[ed][+-]?\d*|\.\d+[ed][+-]?\d*)\s*$/iu;

function isNumericText(text: string): boolean {
  const trimmed = text.trim();
  if (trimmed === "") return false;
  return NUMBER.test(trimmed) && !/^[ed]/i.test(trimmed);
}

function extreme(name: "GREATEST" | "LEAST", sign: 1 | -1): SpecialFunction {
  return {
    name,
    minArgs: 1,
    maxArgs: 254,
    compile(call, scope) {
      const written = call.arguments.map((argument) => compileExpression(argument, scope));
      written.forEach(({ type }, i) => {
        if (type.kind === "xml" || type.kind === "text" || type.kind === "ntext" || type.kind === "image")
          throw invalidArgument(type, i + 1, name);
      });
      const { type, results, strength } = unified(written, scope, name.toLowerCase());
      const compare = comparerFor(type);
      return {
        type,
        nullable: written.every((one) => one.nullable),
        ...(strength && { collationStrength: strength }),
        evaluate: (frame) => {
          let best: Value = null;
          for (const result of results) {
            const value = result.evaluate(frame);
            if (value !== null && (best === null || compare(value, best) * sign > 0)) best = value;
          }
          return best;
        },
      };
    },
  };
}

registerFunctions([
  {
    name: "ISNUMERIC",
    minArgs: 1,
    maxArgs: 1,
    keepsNotNull: true,
    resolve: ([type]) => {
      const given = type as SqlType;
      if (given.kind === "sql_variant" || given.kind === "image") throw invalidArgument(given, 1, "isnumeric");
      return INT;
    },
    evaluate: ([value], _, { types }) => {
      const type = types[0] as SqlType;
      if (value === null || value === undefined) return 0;
      if (isCharacter(type)) return isNumericText(value as string) ? 1 : 0;
      return isNumeric(type) ? 1 : 0;
    },
  },
  extreme("GREATEST", 1),
  extreme("LEAST", -1),
]);
