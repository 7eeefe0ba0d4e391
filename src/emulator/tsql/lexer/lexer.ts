import { TsqlSyntaxError } from "../errors";
import { continuesWord, isDigit, isHexDigit, isSpace, startsWord } from "./characters";
import { reservedWord } from "./keywords";
import { type Token, TokenType } from "./tokens";

const MAXIMUM_IDENTIFIER_LENGTH = 128;
const MAXIMUM_PRECISION = 38;

const NEWLINE = 10;
const DOUBLE_QUOTE = 34;
const HASH = 35;
const DOLLAR = 36;
const QUOTE = 39;
const ASTERISK = 42;
const MINUS = 45;
const DOT = 46;
const SLASH = 47;
const AT = 64;
const OPEN_BRACKET = 91;

const CURRENCY_SIGNS = "$£¤¥€₤₧₨₩₪₫₡₢₣";

/** Two-character symbols; all others are one character long. */
const DOUBLE_SYMBOLS = new Set([
  "<=",
  ">=",
  "<>",
  "!=",
  "!<",
  "!>",
  "+=",
  "-=",
  "*=",
  "/=",
  "%=",
  "&=",
  "|=",
  "^=",
  "::",
]);
const SECOND_OF_SYMBOL = "=<>:";

/** Cuts a batch into tokens; the last one is of type End. */
export function tokenize(text: string, quotedIdentifier: boolean): Token[] {
  return new Lexer(text, quotedIdentifier).run();
}

class Lexer {
  private readonly tokens: Token[] = [];
  private position = 0;
  private line = 1;

  constructor(
    private readonly text: string,
    private readonly quotedIdentifier: boolean,
  ) {}

  run(): Token[] {
    const { text } = this;
    while (this.position < text.length) {
      const code = text.charCodeAt(this.position);
      if (code === NEWLINE) {
        this.line++;
        this.position++;
      } else if (isSpace(code)) {
        this.position++;
      } else if (code === MINUS && text.charCodeAt(this.position + 1) === MINUS) {
        const end = text.indexOf("\n", this.position);
        this.position = end < 0 ? text.length : end;
      } else if (code === SLASH && text.charCodeAt(this.position + 1) === ASTERISK) {
        this.skipComment();
      } else {
        this.scanToken(code);
      }
    }
    this.pushEnd();
    return this.tokens;
  }

  private scanToken(code: number): void {
    const { text, position } = this;
    const next = text.charCodeAt(position + 1);
    if ((code === 78 || code === 110) && next === QUOTE) {
      this.scanQuoted(TokenType.NationalString, position + 2, "'");
    } else if (startsWord(code)) {
      this.scanWord();
    } else if (code === QUOTE) {
      this.scanQuoted(TokenType.String, position + 1, "'");
    } else if (isDigit(code) || (code === DOT && isDigit(next))) {
      this.scanNumber(code, next);
    } else if (code === AT) {
      this.scanVariable();
    } else if (code === OPEN_BRACKET) {
      this.scanQuoted(TokenType.QuotedIdentifier, position + 1, "]");
    } else if (code === DOUBLE_QUOTE) {
      this.scanQuoted(this.quotedIdentifier ? TokenType.QuotedIdentifier : TokenType.String, position + 1, '"');
    } else if (CURRENCY_SIGNS.includes(text[position] as string)) {
      this.scanDollar(code, next);
    } else {
      this.scanSymbol();
    }
  }

  private push(type: TokenType, text: string, value: string, end: number): void {
    this.tokens.push({ type, text, value, line: this.line, start: this.position, end });
    this.position = end;
  }

  /** End of batch stands for the last token in error messages, as in "Incorrect syntax near 'FROM'." for `SELECT * FROM`. */
  private pushEnd(): void {
    const last = this.tokens.at(-1);
    const end = last?.end ?? 0;
    this.tokens.push({
      type: TokenType.End,
      text: "",
      value: last?.value ?? "",
      line: last?.line ?? 1,
      start: end,
      end,
    });
  }

  private countLines(from: number, to: number): void {
    for (let at = this.text.indexOf("\n", from); at >= 0 && at < to; at = this.text.indexOf("\n", at + 1)) this.line++;
  }

  private skipComment(): void {
    const start = this.position;
    let depth = 1;
    let at = start + 2;
    while (depth > 0) {
      const close = this.text.indexOf("*/", at);
      if (close < 0) throw new TsqlSyntaxError(113, "Missing end comment mark '*/'.", this.line);
      const open = this.text.indexOf("/*", at);
      const nested = open >= 0 && open < close;
      depth += nested ? 1 : -1;
      at = (nested ? open : close) + 2;
    }
    this.countLines(start, at);
    this.position = at;
  }

  private wordEnd(from: number): number {
    let end = from;
    while (end < this.text.length && continuesWord(this.text.charCodeAt(end))) end++;
    return end;
  }

  private scanWord(): void {
    const end = this.wordEnd(this.position + 1);
    const word = this.text.slice(this.position, end);
    const reserved = reservedWord(word);
    if (reserved !== undefined) {
      this.push(TokenType.Keyword, reserved, word, end);
      return;
    }
    this.checkIdentifier(word);
    this.push(TokenType.Identifier, this.text.charCodeAt(this.position) === HASH ? "" : word.toUpperCase(), word, end);
  }

  private scanVariable(): void {
    const end = this.wordEnd(this.position + 1);
    const name = this.text.slice(this.position, end);
    this.checkIdentifier(name);
    if (name.charCodeAt(1) === AT) this.push(TokenType.GlobalVariable, "", name, end);
    else this.push(TokenType.Variable, "", name, end);
  }

  private checkIdentifier(name: string): void {
    if (name.length <= MAXIMUM_IDENTIFIER_LENGTH) return;
    const start = name.slice(0, MAXIMUM_IDENTIFIER_LENGTH);
    const message = `The identifier that starts with '${start}' is too long. Maximum length is ${MAXIMUM_IDENTIFIER_LENGTH}.`;
    throw new TsqlSyntaxError(103, message, this.line, 4);
  }

  /** A string or delimited identifier: a doubled closing quote stands for one. */
  private scanQuoted(type: TokenType, from: number, quote: string): void {
    const { text } = this;
    let close = text.indexOf(quote, from);
    let doubled = false;
    while (close >= 0 && text[close + 1] === quote) {
      doubled = true;
      close = text.indexOf(quote, close + 2);
    }
    if (close < 0) {
      const message = `Unclosed quotation mark after the character string '${text.slice(from)}'.`;
      throw new TsqlSyntaxError(105, message, this.line);
    }
    let value = text.slice(from, close);
    if (doubled) value = value.replaceAll(quote + quote, quote);
    if (type === TokenType.QuotedIdentifier) this.checkIdentifier(value);
    else if (value.includes("\\")) value = value.replace(/\\\r?\n/g, "");
    this.push(type, "", value, close + 1);
    this.countLines(from, close);
  }

  private scanNumber(code: number, next: number): void {
    if (code === 48 && (next === 120 || next === 88)) {
      this.scanBinary();
      return;
    }
    const { text, position: start } = this;
    let end = this.digitsEnd(start);
    let type = TokenType.Integer;
    if (text.charCodeAt(end) === DOT) {
      type = TokenType.Decimal;
      end = this.digitsEnd(end + 1);
    }
    const exponent = text.charCodeAt(end);
    if (exponent === 101 || exponent === 69) {
      const sign = text[end + 1] === "+" || text[end + 1] === "-" ? 1 : 0;
      end = this.digitsEnd(end + 1 + sign);
      const value = text.slice(start, end);
      this.checkFloat(value);
      this.push(TokenType.Float, "", value, end);
      return;
    }
    const value = text.slice(start, end);
    this.checkPrecision(value);
    this.push(type, "", value, end);
  }

  private digitsEnd(from: number): number {
    let end = from;
    while (isDigit(this.text.charCodeAt(end))) end++;
    return end;
  }

  private checkFloat(value: string): void {
    if (Number.isFinite(Number.parseFloat(value))) return;
    const message = `The floating point value '${value}' is out of the range of computer representation (8 bytes).`;
    throw new TsqlSyntaxError(168, message, this.line);
  }

  private checkPrecision(value: string): void {
    if (value.length <= MAXIMUM_PRECISION) return;
    if (value.replace(".", "").replace(/^0+/, "").length <= MAXIMUM_PRECISION) return;
    const message = `The number '${value}' is out of the range for numeric representation (maximum precision ${MAXIMUM_PRECISION}).`;
    throw new TsqlSyntaxError(1007, message, this.line);
  }

  /** `0x…`: a backslash at the end of a line continues the digits on the next. */
  private scanBinary(): void {
    const { text } = this;
    const start = this.position;
    let end = start + 2;
    for (;;) {
      if (isHexDigit(text.charCodeAt(end))) end++;
      else if (text.startsWith("\\\n", end)) end += 2;
      else if (text.startsWith("\\\r\n", end)) end += 3;
      else break;
    }
    this.push(TokenType.Binary, "", text.slice(start + 2, end).replace(/[^0-9A-Fa-f]/g, ""), end);
    this.countLines(start, end);
  }

  /** `$1.5`, a lone `$` (zero), or a pseudo-column such as `$action`. */
  private scanDollar(code: number, next: number): void {
    if (code === DOLLAR && startsWord(next)) {
      const end = this.wordEnd(this.position + 1);
      const word = this.text.slice(this.position, end);
      this.push(TokenType.Identifier, word.toUpperCase(), word, end);
      return;
    }
    let end = this.digitsEnd(this.position + 1);
    if (this.text.charCodeAt(end) === DOT) end = this.digitsEnd(end + 1);
    this.push(TokenType.Money, "", this.text.slice(this.position + 1, end) || "0", end);
  }

  private scanSymbol(): void {
    const { text, position } = this;
    const second = text[position + 1];
    if (second !== undefined && SECOND_OF_SYMBOL.includes(second)) {
      const pair = text.slice(position, position + 2);
      if (DOUBLE_SYMBOLS.has(pair)) {
        this.push(TokenType.Symbol, pair, pair, position + 2);
        return;
      }
    }
    const single = text[position] as string;
    this.push(TokenType.Symbol, single, single, position + 1);
  }
}
