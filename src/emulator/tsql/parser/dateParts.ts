/** Date parts and their abbreviations, upper case. */
const DATE_PARTS: ReadonlySet<string> = new Set(
  `YEAR YY YYYY QUARTER QQ Q MONTH MM M DAYOFYEAR DY Y DAY DD D WEEK WK WW WEEKDAY DW W ISO_WEEK ISOWK ISOWW HOUR HH
  MINUTE MI N SECOND SS S MILLISECOND MS MICROSECOND MCS NANOSECOND NS TZOFFSET TZ`.split(/\s+/),
);

export function isDatePart(word: string): boolean {
  return DATE_PARTS.has(word);
}
