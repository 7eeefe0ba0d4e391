/** .NET's numeric format strings: C, D, E, F, G, N, P, X and custom ones of 0 # . , % E ; and texts. */

interface Separators {
  group: string;
  point: string;
  minus: string;
}

function separatorsOf(locale: string): Separators {
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(-1234567.8);
  const find = (type: string, otherwise: string) => parts.find((part) => part.type === type)?.value ?? otherwise;
  return { group: find("group", ","), point: find("decimal", "."), minus: "-" };
}

interface Decimal {
  negative: boolean;
  /** Digits before the point, without leading zeros; "" for none. */
  whole: string;
  fraction: string;
}

function parse(digits: string): Decimal {
  const negative = digits.startsWith("-");
  const [whole = "", fraction = ""] = digits.replace(/^-/, "").split(".");
  return { negative, whole: whole.replace(/^0+/, ""), fraction };
}

/** Half away from zero. */
function rounded({ negative, whole, fraction }: Decimal, places: number): Decimal {
  if (fraction.length <= places) return { negative, whole, fraction: fraction.padEnd(places, "0") };
  const kept = BigInt(`${whole || "0"}${fraction.slice(0, places)}`) + (Number(fraction.charAt(places)) >= 5 ? 1n : 0n);
  const text = kept.toString().padStart(places + 1, "0");
  const split = text.length - places;
  return {
    negative: negative && kept !== 0n,
    whole: text.slice(0, split).replace(/^0+/, ""),
    fraction: text.slice(split),
  };
}

const grouped = (whole: string, separator: string): string => whole.replace(/\B(?=(\d{3})+$)/g, separator);

/** null: not a format that .NET knows. */
export function formatNumber(digits: string, format: string, locale: string, isInteger: boolean): string | null {
  const standard = /^([A-Za-z])(\d{0,2})$/.exec(format.trim());
  if (!standard)
    return format === "" ? formatGeneral(parse(digits), locale) : formatCustom(parse(digits), format, locale);
  const letter = standard[1] as string;
  const precision = standard[2] === "" ? undefined : Number(standard[2]);
  return formatStandard(parse(digits), letter, precision, locale, isInteger);
}

function formatStandard(
  number: Decimal,
  letter: string,
  precision: number | undefined,
  locale: string,
  isInteger: boolean,
): string | null {
  const separators = separatorsOf(locale);
  switch (letter.toUpperCase()) {
    case "C":
      return formatCurrency(number, precision ?? 2, locale);
    case "D":
      return isInteger ? (number.negative ? "-" : "") + (number.whole || "0").padStart(precision ?? 1, "0") : null;
    case "E":
      return formatExponential(number, precision ?? 6, letter, separators);
    case "F":
      return fixed(rounded(number, precision ?? 2), { ...separators, group: "" });
    case "N":
      return fixed(rounded(number, precision ?? 2), separators);
    case "G":
    case "R":
      return formatGeneral(number, locale);
    case "P":
      return `${fixed(rounded(shifted(number, 2), precision ?? 2), separators)}${percentSuffix(locale)}`;
    case "X":
      return isInteger ? formatHexadecimal(number, precision ?? 1, letter) : null;
    default:
      return null;
  }
}

/** en-US writes 12.00%; many others put a blank before the sign. */
function percentSuffix(locale: string): string {
  const text = new Intl.NumberFormat(locale, { style: "percent" }).format(0);
  return text.replace(/^0/, "").replace(/\u00a0/g, " ");
}

function fixed({ negative, whole, fraction }: Decimal, { group, point, minus }: Separators): string {
  const text = grouped(whole || "0", group) + (fraction === "" ? "" : point + fraction);
  return negative ? minus + text : text;
}

function formatGeneral({ negative, whole, fraction }: Decimal, locale: string): string {
  const { point } = separatorsOf(locale);
  return (negative ? "-" : "") + (whole || "0") + (fraction === "" ? "" : point + fraction);
}

function shifted({ negative, whole, fraction }: Decimal, places: number): Decimal {
  const padded = fraction.padEnd(places, "0");
  return { negative, whole: (whole + padded.slice(0, places)).replace(/^0+/, ""), fraction: padded.slice(places) };
}

const CURRENCIES: Readonly<Record<string, string>> = {
  US: "USD",
  GB: "GBP",
  JP: "JPY",
  CN: "CNY",
  IN: "INR",
  CH: "CHF",
  SE: "SEK",
  NO: "NOK",
  DK: "DKK",
  PL: "PLN",
  CZ: "CZK",
  HU: "HUF",
  RU: "RUB",
  BR: "BRL",
  MX: "MXN",
  CA: "CAD",
  AU: "AUD",
  NZ: "NZD",
  KR: "KRW",
  TR: "TRY",
  TH: "THB",
  TW: "TWD",
  RO: "RON",
  BG: "BGN",
  UA: "UAH",
  IL: "ILS",
  SA: "SAR",
  ZA: "ZAR",
};

function formatCurrency(number: Decimal, places: number, locale: string): string {
  const region = new Intl.Locale(locale).maximize().region ?? "US";
  const options: Intl.NumberFormatOptions = {
    style: "currency",
    currency: CURRENCIES[region] ?? "EUR",
    currencyDisplay: "narrowSymbol",
    minimumFractionDigits: places,
    maximumFractionDigits: places,
  };
  const value = rounded(number, places);
  const parts = new Intl.NumberFormat(locale, options).formatToParts(0);
  const separators = separatorsOf(locale);
  const body = fixed({ ...value, negative: false }, separators);
  let written = false;
  const text = parts
    .map((part) => {
      if (part.type === "integer" || part.type === "fraction" || part.type === "decimal" || part.type === "group") {
        const first = !written;
        written = true;
        return first ? body : "";
      }
      return part.value.replace(/\u00a0/g, " ");
    })
    .join("");
  return value.negative ? `-${text}` : text;
}

function formatExponential(
  { negative, whole, fraction }: Decimal,
  places: number,
  letter: string,
  { point, minus }: Separators,
): string {
  const significant = (whole + fraction).replace(/^0+/, "");
  if (significant === "") return `0${places > 0 ? point + "0".repeat(places) : ""}${letter}+000`;
  let exponent = whole !== "" ? whole.length - 1 : -(fraction.length - fraction.replace(/^0+/, "").length) - 1;
  const mantissa = rounded({ negative, whole: significant.charAt(0), fraction: significant.slice(1) }, places);
  if (mantissa.whole.length > 1) {
    exponent++;
    mantissa.fraction = (mantissa.whole.slice(1) + mantissa.fraction).slice(0, places);
    mantissa.whole = mantissa.whole.charAt(0);
  }
  const sign = exponent < 0 ? "-" : "+";
  return `${negative ? minus : ""}${mantissa.whole}${places > 0 ? point + mantissa.fraction : ""}${letter}${sign}${`${Math.abs(exponent)}`.padStart(3, "0")}`;
}

function formatHexadecimal({ negative, whole }: Decimal, width: number, letter: string): string {
  const value = BigInt.asUintN(
    BigInt(whole || "0") > 0x7fffffffn ? 64 : 32,
    BigInt(`${negative ? "-" : ""}${whole || "0"}`),
  );
  const text = value.toString(16).padStart(width, "0");
  return letter === "X" ? text.toUpperCase() : text;
}

// ---- custom formats

type Piece = { kind: "digit"; zero: boolean } | { kind: "point" } | { kind: "text"; value: string };

interface Section {
  pieces: Piece[];
  groups: boolean;
  /** Commas before the point divide by a thousand each; % multiplies by a hundred. */
  shift: number;
}

function parseSection(section: string): Section {
  const pieces: Piece[] = [];
  let groups = false;
  let shift = 0;
  const tokens = section.match(/\\.|"[^"]*"|'[^']*'|[\s\S]/g) ?? [];
  tokens.forEach((token, i) => {
    if (token === "0" || token === "#") pieces.push({ kind: "digit", zero: token === "0" });
    else if (token === "." && !pieces.some((piece) => piece.kind === "point")) pieces.push({ kind: "point" });
    else if (token === ",") {
      const more = tokens.slice(i + 1).find((next) => next !== ",");
      const digitFollows = more === "0" || more === "#";
      if (digitFollows) groups = true;
      else if (pieces.some((piece) => piece.kind === "digit")) shift -= 3;
    } else if (token === "%") {
      shift += 2;
      pieces.push({ kind: "text", value: "%" });
    } else if (token === "‰") {
      shift += 3;
      pieces.push({ kind: "text", value: "‰" });
    } else {
      const value = token.startsWith("\\")
        ? token.slice(1)
        : /^["'].*["']$/s.test(token) && token.length > 1
          ? token.slice(1, -1)
          : token;
      pieces.push({ kind: "text", value });
    }
  });
  return { pieces, groups, shift };
}

/** Sections for positive, negative and zero. */
function formatCustom(number: Decimal, format: string, locale: string): string {
  const sections = splitSections(format);
  const isZero = /^0*$/.test(number.whole + number.fraction);
  const index =
    isZero && sections.length > 2 ? 2 : number.negative && sections.length > 1 && sections[1] !== "" ? 1 : 0;
  const section = parseSection(sections[index] as string);
  const value = section.shift >= 0 ? shifted(number, section.shift) : divided(number, -section.shift);
  const text = fill(value, section, separatorsOf(locale));
  const showsSign = number.negative && index === 0 && /[1-9]/.test(text);
  return showsSign ? `-${text}` : text;
}

function splitSections(format: string): string[] {
  const sections = [""];
  for (const token of format.match(/\\.|"[^"]*"|'[^']*'|[\s\S]/g) ?? []) {
    if (token === ";") sections.push("");
    else sections[sections.length - 1] += token;
  }
  return sections.slice(0, 3);
}

function divided({ negative, whole, fraction }: Decimal, places: number): Decimal {
  const padded = whole.padStart(places, "0");
  return { negative, whole: padded.slice(0, -places).replace(/^0+/, ""), fraction: padded.slice(-places) + fraction };
}

function fill(number: Decimal, { pieces, groups }: Section, { group, point }: Separators): string {
  const pointAt = pieces.findIndex((piece) => piece.kind === "point");
  const isDigit = (piece: Piece): piece is Extract<Piece, { kind: "digit" }> => piece.kind === "digit";
  const before = (pointAt < 0 ? pieces : pieces.slice(0, pointAt)).filter(isDigit);
  const after = pointAt < 0 ? [] : pieces.slice(pointAt).filter(isDigit);
  const value = rounded(number, after.length);
  const firstZero = before.findIndex((digit) => digit.zero);
  const minimum = firstZero < 0 ? 0 : before.length - firstZero;
  const whole = value.whole.padStart(minimum, "0");
  const lastZero = after.map((digit) => digit.zero).lastIndexOf(true);
  const fraction = value.fraction.slice(0, lastZero + 1) + value.fraction.slice(lastZero + 1).replace(/0+$/, "");
  const wholeText = groups ? grouped(whole, group) : whole;
  return lay(pieces, before.length, wholeText, groups ? group : undefined, fraction, point);
}

/** Puts the digits where the format has places for them: surplus ones at the first place. */
function lay(
  pieces: readonly Piece[],
  places: number,
  whole: string,
  group: string | undefined,
  fraction: string,
  point: string,
): string {
  const digitCount = group === undefined ? whole.length : whole.split(group).join("").length;
  let result = "";
  let place = 0;
  let taken = 0;
  let fractionTaken = 0;
  let inFraction = false;
  /** The next count of digits of the whole part, separators with them. */
  const take = (count: number): string => {
    let text = "";
    for (let left = count; left > 0 && taken < whole.length; ) {
      if (group !== undefined && whole.startsWith(group, taken)) {
        text += group;
        taken += group.length;
        continue;
      }
      text += whole.charAt(taken++);
      left--;
    }
    return text;
  };
  for (const piece of pieces) {
    if (piece.kind === "text") result += piece.value;
    else if (piece.kind === "point") {
      inFraction = true;
      if (fraction !== "") result += point;
    } else if (inFraction) result += fraction.charAt(fractionTaken++);
    else {
      const remaining = places - place;
      const due = place === 0 ? digitCount - places + 1 : 1;
      if (place === 0 ? due > 0 : digitCount >= remaining) result += take(place === 0 ? due : 1);
      place++;
    }
  }
  return result;
}
