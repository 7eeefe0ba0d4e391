/** The format specifications of RAISERROR and FORMATMESSAGE: `%[flag][width][.precision][h|l|I64]type`. */
import { SqlError } from "../errors";
import { isBinary, isCharacter, isInteger } from "../types/families";
import type { SqlType, Value } from "../values";

export interface MessageArgument {
  type: SqlType;
  value: Value;
}

const MAX_LENGTH = 2047;
const ELLIPSIS = "...";
const SPECIFICATION = /%(?:%|([-+0# ]*)(\*|\d+)?(?:\.(\*|\d+)?)?(?:h|l|I64)?([a-zA-Z])?)/g;

const invalidSpecification = (text: string) => new SqlError(2787, `Invalid format specification: '${text}'.`, 1, 16);
const wrongArgument = (position: number) =>
  new SqlError(
    2786,
    `The data type of substitution parameter ${position} does not match the expected type of the format specification.`,
    1,
    16,
  );

/** Fills in the arguments; missing ones read (null). Cut to what a message can hold. */
export function formatMessage(format: string, args: readonly MessageArgument[]): string {
  let position = 0;
  const take = (): MessageArgument | undefined => args[position++];
  const takeNumber = (text: string | undefined): number | undefined => {
    if (text === undefined) return undefined;
    return text === "*" ? Number(take()?.value ?? 0) : Number(text);
  };
  const text = format.replace(
    SPECIFICATION,
    (whole, flags: string | undefined, width, precision, type: string | undefined) => {
      if (whole === "%%") return "%";
      if (type === undefined || !"diosuxX".includes(type))
        throw invalidSpecification(format.slice(format.indexOf(whole)));
      const columns = takeNumber(width);
      const digits = takeNumber(precision);
      const argument = take();
      const body =
        type === "s" ? stringOf(argument, digits, position) : integerOf(argument, type, flags ?? "", digits, position);
      return padded(body, flags ?? "", columns);
    },
  );
  return text.length > MAX_LENGTH ? text.slice(0, MAX_LENGTH - ELLIPSIS.length) + ELLIPSIS : text;
}

function stringOf(argument: MessageArgument | undefined, precision: number | undefined, position: number): string {
  if (argument === undefined || argument.value === null) return "(null)";
  if (!isCharacter(argument.type)) throw wrongArgument(position);
  const text = argument.value as string;
  return precision === undefined ? text : text.slice(0, precision);
}

function integerOf(
  argument: MessageArgument | undefined,
  type: string,
  flags: string,
  precision: number | undefined,
  position: number,
): string {
  if (argument === undefined || argument.value === null) return "(null)";
  if (!isInteger(argument.type) && argument.type.kind !== "bit" && !isBinary(argument.type))
    throw wrongArgument(position);
  const value =
    argument.value instanceof Uint8Array ? fromBytes(argument.value) : BigInt(argument.value as number | bigint);
  const bits = argument.type.kind === "bigint" ? 64 : 32;
  const magnitude = digitsOf(value, type, bits).padStart(precision ?? 0, "0");
  return signOf(value, type, flags) + prefixOf(value, type, flags) + magnitude;
}

function digitsOf(value: bigint, type: string, bits: number): string {
  const unsigned = BigInt.asUintN(bits, value);
  switch (type) {
    case "o":
      return unsigned.toString(8);
    case "x":
      return unsigned.toString(16);
    case "X":
      return unsigned.toString(16).toUpperCase();
    case "u":
      return unsigned.toString();
    default:
      return (value < 0n ? -value : value).toString();
  }
}

function signOf(value: bigint, type: string, flags: string): string {
  if (type !== "d" && type !== "i") return "";
  if (value < 0n) return "-";
  return flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
}

function prefixOf(value: bigint, type: string, flags: string): string {
  if (!flags.includes("#") || value === 0n) return "";
  return type === "o" ? "0" : type === "x" ? "0x" : type === "X" ? "0X" : "";
}

function padded(body: string, flags: string, width: number | undefined): string {
  if (width === undefined) return body;
  if (flags.includes("-") || width < 0) return body.padEnd(Math.abs(width));
  if (!flags.includes("0")) return body.padStart(width);
  const sign = /^[-+ ]/.exec(body)?.[0] ?? "";
  return sign + body.slice(sign.length).padStart(width - sign.length, "0");
}

function fromBytes(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes.subarray(-8)) value = value * 256n + BigInt(byte);
  return value;
}
