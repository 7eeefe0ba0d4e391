/** CASE and its short forms: COALESCE, NULLIF, ISNULL, CHOOSE. IIF is a CASE already when it is parsed. */
import type { CaseBranch, Condition, Expression, FunctionCall } from "../../tsql/ast";
import { isCharacter } from "../types/families";
import { commonType } from "../types/precedence";
import { INT } from "../types/systemTypes";
import type { SqlType } from "../values";
import { labelOfAll, withCollation } from "./collationLabels";
import { compileComparison, nullsMatch } from "./comparisons";
import { convertImplicitly, convertTo } from "./conversion";
import { compileCondition, compileExpression } from "./dispatch";
import { onlyNullArguments, onlyNullResults, untypedNullIf } from "./expressionErrors";
import { constant } from "./literals";
import type { Compiled, CompiledCondition, Scope } from "./scope";

/** All as one type, with the collation that they have together. */
export function unified(
  results: readonly Compiled[],
  scope: Scope,
  operation: string,
): { type: SqlType; results: Compiled[]; strength?: 1 | 2 | 3 } {
  const label = labelOfAll(results, operation);
  const type = withCollation(commonType(results.map((result) => result.type)), label, scope.environment.collation);
  return {
    type,
    results: results.map((result) => (result.type.isNullLiteral ? result : convertImplicitly(result, type))),
    ...(label && isCharacter(type) && { strength: label.strength }),
  };
}

export function compileCase(expression: Extract<Expression, { kind: "case" }>, scope: Scope): Compiled {
  const conditions = expression.branches.map((branch) => branchCondition(branch, expression.input, scope));
  const otherwise = expression.otherwise
    ? compileExpression(expression.otherwise, scope)
    : constant({ kind: "int", isNullLiteral: true }, null);
  const written = [...expression.branches.map((branch) => compileExpression(branch.then, scope)), otherwise];
  if (written.every((result) => result.type.isNullLiteral)) throw onlyNullResults();
  const { type, results, strength } = unified(written, scope, "CASE");
  const count = conditions.length;
  return {
    type,
    nullable: written.some((result) => result.nullable),
    ...(strength && { collationStrength: strength }),
    evaluate: (frame) => {
      for (let i = 0; i < count; i++) {
        if (conditions[i]?.test(frame) === true) return (results[i] as Compiled).evaluate(frame);
      }
      return (results[count] as Compiled).evaluate(frame);
    },
  };
}

function branchCondition(branch: CaseBranch, input: Expression | undefined, scope: Scope): CompiledCondition {
  if (input === undefined) return compileCondition(branch.when as Condition, scope);
  const when = branch.when as Expression;
  return compileComparison(
    compileExpression(input, scope),
    compileExpression(when, scope),
    "=",
    nullsMatch(input, when, scope),
  );
}

export function compileCoalesce(call: FunctionCall, scope: Scope): Compiled {
  const written = call.arguments.map((argument) => compileExpression(argument, scope));
  if (written.every((argument) => argument.type.isNullLiteral)) throw onlyNullArguments();
  const { type, results, strength } = unified(written, scope, "COALESCE");
  return {
    type,
    nullable: written.every((argument) => argument.nullable),
    ...(strength && { collationStrength: strength }),
    evaluate: (frame) => {
      for (const result of results) {
        const value = result.evaluate(frame);
        if (value !== null) return value;
      }
      return null;
    },
  };
}

/** The type is the first argument's alone: a longer replacement is cut. */
export function compileIsNull(call: FunctionCall, scope: Scope): Compiled {
  const [checked, replacement] = call.arguments.map((argument) => compileExpression(argument, scope)) as [
    Compiled,
    Compiled,
  ];
  const type = checked.type.isNullLiteral ? replacement.type : checked.type;
  const instead = replacement.type.isNullLiteral ? replacement : convertImplicitly(replacement, type);
  const { precision: _, ...plain } = type;
  return {
    type: type.kind === "int" ? plain : type,
    nullable: checked.nullable && replacement.nullable,
    ...(isCharacter(type) && { collationStrength: checked.collationStrength ?? 1 }),
    evaluate: (frame) => checked.evaluate(frame) ?? instead.evaluate(frame),
  };
}

export function compileNullIf(call: FunctionCall, scope: Scope): Compiled {
  const [first, second] = call.arguments as [Expression, Expression];
  const value = compileExpression(first, scope);
  if (value.type.isNullLiteral) throw untypedNullIf();
  const equal = compileComparison(value, compileExpression(second, scope), "=", false);
  const { column: _, constant: __, ...rest } = value;
  return { ...rest, nullable: true, evaluate: (frame) => (equal.test(frame) === true ? null : value.evaluate(frame)) };
}

export function compileChoose(call: FunctionCall, scope: Scope): Compiled {
  const [first, ...others] = call.arguments.map((argument) => compileExpression(argument, scope));
  const index = convertTo(first as Compiled, INT);
  const { type, results, strength } = unified(others, scope, "CHOOSE");
  return {
    type,
    nullable: true,
    ...(strength && { collationStrength: strength }),
    evaluate: (frame) => {
      const position = index.evaluate(frame);
      return position === null ? null : (results[(position as number) - 1]?.evaluate(frame) ?? null);
    },
  };
}
