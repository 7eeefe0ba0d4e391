/**
 * Expressions of defaults, checks and computed columns as SQL Server keeps them: column names in
 * brackets, numbers in parentheses, IN and BETWEEN spelled out, built-in functions in lower case.
 */
import type { Condition, Expression, TypeName } from "../../tsql/ast";

const quote = (name: string) => `[${name.replaceAll("]", "]]")}]`;
const string = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** In the parentheses that always surround the whole; as it was written where the normal form is not known. */
export function normalText(node: Expression | Condition, written: string): string {
  try {
    return `(${isCondition(node) ? conditionText(node) : expressionText(node)})`;
  } catch (error) {
    if (error instanceof UnknownForm) return `(${written.trim()})`;
    throw error;
  }
}

/** There is no normal form for it here. */
class UnknownForm extends Error {}

function expressionText(node: Expression): string {
  switch (node.kind) {
    case "null":
      return "NULL";
    case "integer":
    case "decimal":
    case "float":
      return `(${node.text})`;
    case "money":
      return `($${node.text})`;
    case "string":
      return `${node.national ? "N" : ""}${string(node.value)}`;
    case "binary":
      return `0x${Buffer.from(node.value).toString("hex").toUpperCase()}`;
    case "variable":
      return node.name;
    case "globalVariable":
      return `@@${node.name.toLowerCase()}`;
    case "column":
      return node.parts.map(quote).join(".");
    case "unary":
      return node.operator === "-" && /^(integer|decimal|float)$/.test(node.operand.kind)
        ? `(-${(node.operand as { text: string }).text})`
        : `${node.operator}${expressionText(node.operand)}`;
    case "binaryOperation":
      return `${operand(node.left, node)}${node.operator}${operand(node.right, node)}`;
    case "collate":
      return `${expressionText(node.operand)} collate ${node.collation}`;
    case "case": {
      const branches = node.branches
        .map(({ when, then }) => ` when ${whenText(when)} then ${expressionText(then)}`)
        .join("");
      return `case${node.input ? ` ${expressionText(node.input)}` : ""}${branches}${node.otherwise ? ` else ${expressionText(node.otherwise)}` : ""} end`;
    }
    case "cast": {
      const prefix = node.try ? "try_" : "";
      if (node.form === "parse") return `${prefix}parse(${expressionText(node.operand)} as ${typeText(node.type)})`;
      // CAST is kept as CONVERT.
      return `${prefix}${node.form === "cast" && node.try ? "cast" : "CONVERT"}(${typeText(node.type)},${expressionText(node.operand)}${node.style ? `,${expressionText(node.style)}` : ""})`;
    }
    case "call": {
      const { name } = node;
      const called = name.schema
        ? [name.database, name.schema, name.name]
            .filter((p) => p !== undefined)
            .map(quote)
            .join(".")
        : name.name.toLowerCase();
      if (node.star) return `${called}(*)`;
      return `${called}(${node.distinct ? "distinct " : ""}${node.arguments.map((argument, i) => callArgument(called, argument, i)).join(",")})`;
    }
    case "nextValue":
      return `NEXT VALUE FOR ${[node.sequence.schema, node.sequence.name]
        .filter((p) => p !== undefined)
        .map(quote)
        .join(".")}`;
    default:
      throw new UnknownForm();
  }
}

const DATE_PART = /^(dateadd|datediff|datediff_big|datepart|datename|datetrunc)$/;

function callArgument(called: string, argument: Expression, index: number): string {
  if (index === 0 && DATE_PART.test(called) && argument.kind === "column")
    return (argument.parts[0] ?? "").toLowerCase();
  return expressionText(argument);
}

const STRENGTH: Record<string, number> = { "*": 2, "/": 2, "%": 2, "+": 1, "-": 1, "&": 1, "|": 1, "^": 1 };

function operand(node: Expression, parent: Extract<Expression, { kind: "binaryOperation" }>): string {
  const text = expressionText(node);
  if (node.kind !== "binaryOperation") return text;
  const weaker = (STRENGTH[node.operator] ?? 0) < (STRENGTH[parent.operator] ?? 0);
  const right = node === parent.right && (STRENGTH[node.operator] ?? 0) === (STRENGTH[parent.operator] ?? 0);
  return weaker || right ? `(${text})` : text;
}

function typeText(type: TypeName): string {
  const length =
    type.length !== undefined
      ? `(${type.length})`
      : type.precision !== undefined
        ? `(${type.precision}${type.scale === undefined ? "" : `,${type.scale}`})`
        : type.scale !== undefined
          ? `(${type.scale})`
          : "";
  return `${type.schema ? `${quote(type.schema)}.` : ""}${quote(type.name)}${length}`;
}

function whenText(when: Expression | Condition): string {
  return isCondition(when) ? conditionText(when) : expressionText(when);
}

const CONDITIONS = new Set([
  "and",
  "or",
  "not",
  "comparison",
  "quantified",
  "isNull",
  "isDistinct",
  "between",
  "in",
  "like",
  "exists",
  "updateFunction",
]);

function isCondition(node: Expression | Condition): node is Condition {
  return CONDITIONS.has(node.kind);
}

function conditionText(node: Condition): string {
  switch (node.kind) {
    case "and":
      return `${inAnd(node.left)} AND ${inAnd(node.right)}`;
    case "or":
      return `${conditionText(node.left)} OR ${conditionText(node.right)}`;
    case "not":
      return `NOT ${wrapped(node.operand)}`;
    case "comparison":
      return `${expressionText(node.left)}${node.operator}${expressionText(node.right)}`;
    case "isNull":
      return `${expressionText(node.operand)} IS${node.negated ? " NOT" : ""} NULL`;
    case "between": {
      const value = expressionText(node.operand);
      return node.negated
        ? `${value}<${expressionText(node.low)} OR ${value}>${expressionText(node.high)}`
        : `${value}>=${expressionText(node.low)} AND ${value}<=${expressionText(node.high)}`;
    }
    case "in": {
      if (!Array.isArray(node.list)) throw new UnknownForm();
      const value = expressionText(node.operand);
      // Kept in reverse order, as the parser of SQL Server builds its tree.
      const items = [...node.list]
        .reverse()
        .map((item) => `${value}${node.negated ? "<>" : "="}${expressionText(item)}`);
      return items.join(node.negated ? " AND " : " OR ");
    }
    case "like":
      return `${node.negated ? "NOT " : ""}${expressionText(node.operand)} like ${expressionText(node.pattern)}${node.escape ? ` escape ${expressionText(node.escape)}` : ""}`;
    default:
      throw new UnknownForm();
  }
}

function inAnd(node: Condition): string {
  const splits =
    node.kind === "or" ||
    (node.kind === "between" && node.negated) ||
    (node.kind === "in" && !node.negated && Array.isArray(node.list) && node.list.length > 1);
  return splits ? `(${conditionText(node)})` : conditionText(node);
}

function wrapped(node: Condition): string {
  return node.kind === "and" || node.kind === "or" ? `(${conditionText(node)})` : conditionText(node);
}
