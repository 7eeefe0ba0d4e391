export enum TokenType {
  /** A regular identifier that is not reserved; also `#temp`, `$action`. */
  Identifier,
  /** A reserved word. */
  Keyword,
  /** `[x]`, and `"x"` under QUOTED_IDENTIFIER ON. */
  QuotedIdentifier,
  String,
  NationalString,
  Integer,
  Decimal,
  Float,
  Money,
  Binary,
  Variable,
  GlobalVariable,
  Symbol,
  End,
}

export interface Token {
  type: TokenType;
  /** What grammar rules compare: upper-case word, or symbol. Empty for all else, so that `'('` or `[SELECT]` match no rule. */
  text: string;
  /** Identifiers and strings without their quotes, numbers without currency sign or `0x`, words as written. */
  value: string;
  line: number;
  start: number;
  end: number;
}
