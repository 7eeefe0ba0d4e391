/** Exact numbers: unscaled bigints and the scale that their type gives. */

const powers: bigint[] = [1n];

/** 10^exponent */
export function powerOfTen(exponent: number): bigint {
  for (let i = powers.length; i <= exponent; i++) powers.push((powers[i - 1] as bigint) * 10n);
  return powers[exponent] as bigint;
}

/** Half away from zero. */
export function divideRounded(value: bigint, divisor: bigint): bigint {
  const negative = value < 0n !== divisor < 0n;
  const dividend = value < 0n ? -value : value;
  const by = divisor < 0n ? -divisor : divisor;
  const quotient = (dividend * 2n + by) / (by * 2n);
  return negative ? -quotient : quotient;
}

export function rescale(value: bigint, from: number, to: number): bigint {
  if (from === to) return value;
  return from < to ? value * powerOfTen(to - from) : divideRounded(value, powerOfTen(from - to));
}

export function rescaleTruncated(value: bigint, from: number, to: number): bigint {
  if (from === to) return value;
  return from < to ? value * powerOfTen(to - from) : value / powerOfTen(from - to);
}

export function fitsPrecision(value: bigint, precision: number): boolean {
  const limit = powerOfTen(precision);
  return value < limit && value > -limit;
}

export function formatDecimal(value: bigint, scale: number): string {
  if (scale === 0) return value.toString();
  const negative = value < 0n;
  const digits = (negative ? -value : value).toString().padStart(scale + 1, "0");
  const text = `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return negative ? `-${text}` : text;
}

export interface ParsedDecimal {
  value: bigint;
  scale: number;
}

const DECIMAL_TEXT = /^\s*([+-]?)\s*(\d*)(?:\.(\d*))?\s*$/;

/** Sign, digits, point, digits; undefined for anything else, an exponent included. */
export function parseDecimal(text: string): ParsedDecimal | undefined {
  const match = DECIMAL_TEXT.exec(text);
  if (!match) return undefined;
  const [, sign, whole = "", fraction = ""] = match;
  if (whole === "" && fraction === "") return undefined;
  const value = BigInt(whole + fraction);
  return { value: sign === "-" ? -value : value, scale: fraction.length };
}

/** Precision and scale that a literal or a text's digits need: 0.05 is numeric(2,2). */
export function shapeOf(text: string): { precision: number; scale: number } {
  const [whole = "", fraction = ""] = text.split(".");
  const digits = whole.replace(/^[+-]?0*/, "").length;
  return { precision: Math.max(1, digits + fraction.length), scale: fraction.length };
}

/** The float's exact binary value, rounded to the scale. */
export function decimalFromNumber(value: number, scale: number): bigint {
  if (Math.abs(value) >= 1e21) return BigInt(value) * powerOfTen(scale);
  return BigInt(value.toFixed(scale).replace(".", ""));
}

export function numberFromDecimal(value: bigint, scale: number): number {
  if (scale === 0) return Number(value);
  // Through text, for the nearest double; dividing two doubles would round twice.
  return value > -9007199254740992n && value < 9007199254740992n && scale <= 22
    ? Number(value) / 10 ** scale
    : Number(formatDecimal(value, scale));
}

export const INTEGER_LIMITS: Readonly<Record<"bit" | "tinyint" | "smallint" | "int", readonly [number, number]>> = {
  bit: [0, 1],
  tinyint: [0, 255],
  smallint: [-32768, 32767],
  int: [-2147483648, 2147483647],
};

export const BIGINT_MIN = -(2n ** 63n);
export const BIGINT_MAX = 2n ** 63n - 1n;
export const SMALLMONEY_MIN = -2147483648n;
export const SMALLMONEY_MAX = 2147483647n;
export const fitsBigint = (value: bigint): boolean => value >= BIGINT_MIN && value <= BIGINT_MAX;
