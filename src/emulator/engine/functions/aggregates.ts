/** The aggregate functions: result types and accumulators. DISTINCT, grouping and ordering are the query's. */
import { SqlError } from "../errors";
import { comparerFor, type HashKey, hashKey } from "../types/compare";
import { overflow } from "../types/conversionErrors";
import { requireImplicit } from "../types/conversionMatrix";
import type { NotNull } from "../types/conversions/conversion";
import { fitsBigint, fitsPrecision, INTEGER_LIMITS } from "../types/decimals";
import { isApproximate, isCharacter, isDecimal, isLargeObject, isMoney, isNumeric, isUnicode } from "../types/families";
import { invalidOperand } from "../types/operatorTypes";
import { BIGINT, decimal, FLOAT, INT, MONEY, nvarchar, TINYINT, varchar } from "../types/systemTypes";
import type { SqlType, Value } from "../values";

export interface Accumulator {
  /** Takes the next row's arguments; NULLs are ignored. COUNT(*) is given any value that is not NULL. */
  add(value: Value, ...more: Value[]): void;
  result(): Value;
}

export interface AggregateCall {
  type: SqlType;
  /** COUNT is never NULL. */
  nullable: boolean;
  /** The first argument is converted to it before `add`; undefined: as it is. */
  operand?: SqlType;
  start(): Accumulator;
}

export interface AggregateDefinition {
  /** Upper case. */
  name: string;
  minArgs: number;
  maxArgs: number;
  /** Error 8117 when the argument's type is not allowed. */
  resolve(argumentTypes: readonly SqlType[]): AggregateCall;
}

class Count implements Accumulator {
  protected count = 0;
  constructor(private readonly type: SqlType) {}
  add(value: Value): void {
    if (value !== null) this.count++;
  }
  result(): Value {
    if (this.type.kind === "bigint") return BigInt(this.count);
    if (this.count > INTEGER_LIMITS.int[1]) throw overflow(this.type);
    return this.count;
  }
}

/** Sums of ints, bigints, decimals and money: exact, checked at the end. */
class ExactSum implements Accumulator {
  protected sum = 0n;
  protected count = 0n;
  constructor(protected readonly type: SqlType) {}
  add(value: Value): void {
    if (value === null) return;
    this.sum += BigInt(value as number | bigint);
    this.count++;
  }
  result(): Value {
    return this.count === 0n ? null : this.checked(this.sum);
  }
  protected checked(value: bigint): Value {
    const { type } = this;
    if (type.kind === "int") {
      const [low, high] = INTEGER_LIMITS.int;
      if (value < low || value > high) throw overflow(type);
      return Number(value);
    }
    if (isDecimal(type) ? !fitsPrecision(value, 38) : !fitsBigint(value)) throw overflow(type);
    return value;
  }
}

class ExactAverage extends ExactSum {
  constructor(
    type: SqlType,
    /** Factor between the operand's scale and the result's. */
    private readonly factor: bigint,
  ) {
    super(type);
  }
  override result(): Value {
    if (this.count === 0n) return null;
    // The sum has the result's type: an int average overflows where the int sum does.
    this.checked(this.sum);
    return this.checked((this.sum * this.factor) / this.count);
  }
}

class FloatSum implements Accumulator {
  protected sum = 0;
  protected count = 0;
  add(value: Value): void {
    if (value === null) return;
    this.sum += value as number;
    this.count++;
  }
  result(): Value {
    return this.count === 0 ? null : this.finite(this.sum);
  }
  protected finite(value: number): number {
    if (!Number.isFinite(value)) throw overflow(FLOAT);
    return value;
  }
}

class FloatAverage extends FloatSum {
  override result(): Value {
    return this.count === 0 ? null : this.finite(this.sum / this.count);
  }
}

/** Variance and standard deviation by Welford's method. */
class Spread implements Accumulator {
  private count = 0;
  private mean = 0;
  private squares = 0;
  constructor(
    private readonly sample: boolean,
    private readonly root: boolean,
  ) {}
  add(value: Value): void {
    if (value === null) return;
    this.count++;
    const delta = (value as number) - this.mean;
    this.mean += delta / this.count;
    this.squares += delta * ((value as number) - this.mean);
  }
  result(): Value {
    const divisor = this.sample ? this.count - 1 : this.count;
    if (divisor <= 0) return null;
    const variance = this.squares / divisor;
    return this.root ? Math.sqrt(variance) : variance;
  }
}

class Extreme implements Accumulator {
  private best: Value = null;
  private readonly compare: (one: NotNull, other: NotNull) => number;
  constructor(
    type: SqlType,
    private readonly sign: 1 | -1,
  ) {
    this.compare = comparerFor(type);
  }
  add(value: Value): void {
    if (value === null) return;
    if (this.best === null || this.compare(value, this.best) * this.sign > 0) this.best = value;
  }
  result(): Value {
    return this.best;
  }
}

class DistinctCount implements Accumulator {
  private readonly keys = new Set<HashKey>();
  constructor(private readonly type: SqlType) {}
  add(value: Value): void {
    if (value !== null) this.keys.add(hashKey(value, this.type));
  }
  result(): Value {
    return BigInt(this.keys.size);
  }
}

class ChecksumOfAll implements Accumulator {
  private checksum: number | null = null;
  add(value: Value): void {
    if (value !== null) this.checksum = (this.checksum ?? 0) ^ (value as number);
  }
  result(): Value {
    return this.checksum;
  }
}

class Joined implements Accumulator {
  private text: string | null = null;
  constructor(private readonly limit: number | undefined) {}
  add(value: Value, separator: Value): void {
    if (value === null) return;
    this.text =
      this.text === null ? (value as string) : this.text + ((separator as string | null) ?? "") + (value as string);
    if (this.limit !== undefined && this.text.length > this.limit) {
      throw new SqlError(
        9829,
        "STRING_AGG aggregation result exceeded the limit of 8000 bytes. Use LOB types to avoid result truncation.",
        1,
        16,
      );
    }
  }
  result(): Value {
    return this.text;
  }
}

function requireNumber(type: SqlType, operator: string): void {
  if (type.isNullLiteral || !isNumeric(type) || type.kind === "bit") throw invalidOperand(type, operator);
}

function sumType(type: SqlType): SqlType {
  if (isDecimal(type)) return { kind: type.kind, precision: 38, scale: type.scale ?? 0 };
  if (isMoney(type)) return MONEY;
  if (isApproximate(type)) return FLOAT;
  return type.kind === "bigint" ? BIGINT : INT;
}

function resolveSum([type]: readonly SqlType[]): AggregateCall {
  requireNumber(type as SqlType, "sum");
  const result = sumType(type as SqlType);
  return {
    type: result,
    nullable: true,
    start: () => (result.kind === "float" ? new FloatSum() : new ExactSum(result)),
  };
}

function resolveAverage([type]: readonly SqlType[]): AggregateCall {
  requireNumber(type as SqlType, "avg");
  const sum = sumType(type as SqlType);
  if (sum.kind === "float") return { type: sum, nullable: true, start: () => new FloatAverage() };
  const scale = sum.scale ?? 0;
  const result = isDecimal(sum) ? { ...decimal(38, Math.max(scale, 6)), kind: sum.kind } : sum;
  const factor = isDecimal(sum) ? 10n ** BigInt((result.scale ?? 0) - scale) : 1n;
  return { type: result, nullable: true, start: () => new ExactAverage(result, factor) };
}

function countAs(name: string, type: SqlType): AggregateDefinition {
  return {
    name,
    minArgs: 0,
    maxArgs: 1,
    resolve: ([argument]) => {
      if (argument && isLargeObject(argument)) throw invalidOperand(argument, name.toLowerCase());
      return { type, nullable: false, start: () => new Count(type) };
    },
  };
}

function extreme(name: "MIN" | "MAX"): AggregateDefinition {
  return {
    name,
    minArgs: 1,
    maxArgs: 1,
    resolve: ([type]) => {
      const argument = type as SqlType;
      if (argument.isNullLiteral || argument.kind === "bit" || argument.kind === "xml" || isLargeObject(argument)) {
        throw invalidOperand(argument, name.toLowerCase());
      }
      return {
        type: argument.kind === "int" ? INT : argument,
        nullable: true,
        start: () => new Extreme(argument, name === "MAX" ? 1 : -1),
      };
    },
  };
}

function spread(name: string, sample: boolean, root: boolean): AggregateDefinition {
  return {
    name,
    minArgs: 1,
    maxArgs: 1,
    resolve: ([type]) => {
      requireNumber(type as SqlType, name.toLowerCase());
      return { type: FLOAT, nullable: true, operand: FLOAT, start: () => new Spread(sample, root) };
    },
  };
}

/** Texts keep their kind; the result is as long as the kind allows, or max where the argument is. */
function resolveStringAgg([type]: readonly SqlType[]): AggregateCall {
  const argument = type as SqlType;
  if (argument.kind === "sql_variant" || argument.kind === "xml" || isLargeObject(argument)) {
    throw new SqlError(
      8116,
      `Argument data type ${argument.kind} is invalid for argument 1 of string_agg function.`,
      1,
      16,
    );
  }
  const unicode = !isCharacter(argument) || isUnicode(argument);
  const { collation } = argument;
  const length = argument.length === -1 ? -1 : unicode ? 4000 : 8000;
  const result = unicode ? nvarchar(length, collation) : varchar(length, collation);
  if (!argument.isNullLiteral && !isMoney(argument)) requireImplicit(argument, result);
  return { type: result, nullable: true, operand: result, start: () => new Joined(length === -1 ? undefined : length) };
}

const DEFINITIONS: readonly AggregateDefinition[] = [
  countAs("COUNT", INT),
  countAs("COUNT_BIG", BIGINT),
  { name: "SUM", minArgs: 1, maxArgs: 1, resolve: resolveSum },
  { name: "AVG", minArgs: 1, maxArgs: 1, resolve: resolveAverage },
  extreme("MIN"),
  extreme("MAX"),
  spread("STDEV", true, true),
  spread("STDEVP", false, true),
  spread("VAR", true, false),
  spread("VARP", false, false),
  { name: "STRING_AGG", minArgs: 2, maxArgs: 2, resolve: resolveStringAgg },
  {
    name: "CHECKSUM_AGG",
    minArgs: 1,
    maxArgs: 1,
    resolve: ([type]) => {
      requireNumber(type as SqlType, "checksum_agg");
      return { type: INT, nullable: true, operand: INT, start: () => new ChecksumOfAll() };
    },
  },
  {
    name: "APPROX_COUNT_DISTINCT",
    minArgs: 1,
    maxArgs: 1,
    resolve: ([type]) => ({ type: BIGINT, nullable: false, start: () => new DistinctCount(type as SqlType) }),
  },
];

const byName = new Map(DEFINITIONS.map((definition) => [definition.name, definition]));

/** What the grouping itself answers; the query computes them. */
export const GROUPING_FUNCTIONS: Readonly<Record<string, SqlType>> = { GROUPING: TINYINT, GROUPING_ID: INT };

export function findAggregate(name: string): AggregateDefinition | undefined {
  return byName.get(name.toUpperCase());
}

/** Aggregates, GROUPING and GROUPING_ID. */
export function isAggregateName(name: string): boolean {
  const upper = name.toUpperCase();
  return byName.has(upper) || upper in GROUPING_FUNCTIONS;
}

const RANKING: ReadonlySet<string> = new Set([
  "ROW_NUMBER",
  "RANK",
  "DENSE_RANK",
  "NTILE",
  "LAG",
  "LEAD",
  "FIRST_VALUE",
  "LAST_VALUE",
  "PERCENT_RANK",
  "CUME_DIST",
  "PERCENTILE_CONT",
  "PERCENTILE_DISC",
]);

/** Functions that exist only with OVER. */
export function isRankingName(name: string): boolean {
  return RANKING.has(name.toUpperCase());
}
