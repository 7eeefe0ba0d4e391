/** Numbers to text: float's styles, money's styles. */
import { formatDecimal, rescale } from "../decimals";

/** printf's %g with that many digits and an exponent of three, as CAST writes floats: 1.23457e+006. */
export function formatFloat(value: number, digits: number): string {
  if (value === 0) return "0";
  const [mantissa = "", exponentText = "0"] = value.toExponential(digits - 1).split("e");
  const exponent = Number(exponentText);
  if (exponent < -4 || exponent >= digits) return `${withoutTrailingZeros(mantissa)}e${formatExponent(exponent)}`;
  return withoutTrailingZeros(value.toFixed(Math.max(0, digits - 1 - exponent)));
}

/** Always scientific, always that many digits. */
export function formatScientific(value: number, digits: number): string {
  const [mantissa = "", exponent = "0"] = value.toExponential(digits - 1).split("e");
  return `${mantissa}e${formatExponent(Number(exponent))}`;
}

function formatExponent(exponent: number): string {
  return `${exponent < 0 ? "-" : "+"}${`${Math.abs(exponent)}`.padStart(3, "0")}`;
}

function withoutTrailingZeros(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Style 0: two decimals; 1: two decimals and commas; 2 and 126: four decimals. */
export function formatMoney(value: bigint, style: number): string {
  if (style === 2 || style === 126) return formatDecimal(value, 4);
  const text = formatDecimal(rescale(value, 4, 2), 2);
  return style === 1 ? text.replace(/\B(?=(\d{3})+(?=\.))/g, ",") : text;
}
