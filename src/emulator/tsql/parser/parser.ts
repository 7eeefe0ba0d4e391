import type { Condition, Expression, QueryExpression, Span, Statement } from "../ast";
import { TsqlSyntaxError } from "../errors";
import { tokenize } from "../lexer/lexer";
import { type Token, TokenType } from "../lexer/tokens";

/** Deeper nesting is refused with error 191, well before the JavaScript stack ends. */
const MAXIMUM_NESTING = 400;

/** The rules that the grammar comes back to from below; handed in, so that the files of the grammar form no import cycle. */
export interface RecursiveRules {
  expression(parser: Parser): Expression;
  condition(parser: Parser): Condition;
  query(parser: Parser): QueryExpression;
  statement(parser: Parser): Statement;
}

/** First in the batch, directly in the batch, or within another statement. */
export type Place = "batchStart" | "batch" | "nested";

export interface ParserOptions {
  quotedIdentifier: boolean;
}

/** A position in a batch's tokens, with what the rules have to remember on their way through it. */
export class Parser {
  /** The token to be read next. */
  token: Token;
  /** The token read last. */
  previous: Token;

  /** Enclosing WHILE loops and CATCH blocks of the statement being read. */
  loops = 0;
  catches = 0;
  /** Where the next statement to be read stands. */
  place: Place = "batchStart";
  /** False within the definition of a table variable. */
  namedConstraints = true;
  readonly labels = new Set<string>();
  readonly gotos: { label: string; line: number }[] = [];
  /** Cursor variables declared so far: `SET @c = name` means a cursor for them, a column for others. */
  readonly cursorVariables = new Set<string>();

  private readonly tokens: Token[];
  private position = 0;
  private nesting = 0;
  private refused: string | undefined;

  constructor(
    readonly text: string,
    options: ParserOptions,
    readonly rules: RecursiveRules,
  ) {
    this.tokens = tokenize(text, options.quotedIdentifier);
    this.token = this.tokens[0] as Token;
    this.previous = this.token;
  }

  get atEnd(): boolean {
    return this.token.type === TokenType.End;
  }

  /** Reads a token and returns it. */
  advance(): Token {
    const token = this.token;
    this.previous = token;
    if (token.type !== TokenType.End) this.token = this.tokens[++this.position] as Token;
    return token;
  }

  /** The token `distance` after the current one; End for all beyond the end. */
  peek(distance = 1): Token {
    const at = this.position + distance;
    return this.tokens[at < this.tokens.length ? at : this.tokens.length - 1] as Token;
  }

  is(text: string): boolean {
    return this.token.text === text;
  }

  nextIs(text: string, distance = 1): boolean {
    return this.peek(distance).text === text;
  }

  isAny(texts: ReadonlySet<string>): boolean {
    return texts.has(this.token.text);
  }

  /** Reads the token if it is the given word or symbol. */
  take(text: string): boolean {
    if (this.token.text !== text) return false;
    this.advance();
    return true;
  }

  /** Reads the words if all of them follow. */
  takeWords(...words: string[]): boolean {
    for (let i = 0; i < words.length; i++) if (this.peek(i).text !== words[i]) return false;
    for (let i = 0; i < words.length; i++) this.advance();
    return true;
  }

  expect(text: string): Token {
    if (this.token.text !== text) this.fail();
    return this.advance();
  }

  expectWords(...words: string[]): void {
    for (const word of words) this.expect(word);
  }

  expectType(type: TokenType): Token {
    if (this.token.type !== type) this.fail();
    return this.advance();
  }

  get isString(): boolean {
    return this.token.type === TokenType.String || this.token.type === TokenType.NationalString;
  }

  get isIdentifier(): boolean {
    return this.token.type === TokenType.Identifier || this.token.type === TokenType.QuotedIdentifier;
  }

  get isVariable(): boolean {
    return this.token.type === TokenType.Variable;
  }

  /** From the given token (or node) to the one read last. */
  span(from: { line: number; start: number }): Span {
    return { line: from.line, start: from.start, end: this.previous.end };
  }

  /** The source from the given token to the one read last. */
  source(from: { start: number }): string {
    return this.text.slice(from.start, this.previous.end);
  }

  /** Reads one or more of what `rule` reads, separated by commas. */
  list<T>(rule: (parser: Parser) => T): T[] {
    const items = [rule(this)];
    while (this.take(",")) items.push(rule(this));
    return items;
  }

  /** `( rule, rule, … )` */
  parenthesizedList<T>(rule: (parser: Parser) => T): T[] {
    this.expect("(");
    const items = this.list(rule);
    this.expect(")");
    return items;
  }

  /** Reads what `rule` reads one level deeper. */
  nested<T>(rule: (parser: Parser) => T): T {
    if (++this.nesting > MAXIMUM_NESTING) {
      const message =
        "Some part of your SQL statement is nested too deeply. Rewrite the query or break it up into smaller queries.";
      throw this.error(191, message);
    }
    const result = rule(this);
    this.nesting--;
    return result;
  }

  /** Reads over `( … )` and returns its source. */
  skipParentheses(): string {
    const start = this.expect("(");
    this.skipToClosingParenthesis();
    return this.source(start);
  }

  /** Reads over the `)` of the parenthesis that is open. */
  skipToClosingParenthesis(): void {
    for (let depth = 1; depth > 0; ) {
      if (this.atEnd) this.fail();
      const { text } = this.advance();
      if (text === "(") depth++;
      else if (text === ")") depth--;
    }
  }

  error(number: number, message: string, line = this.token.line, state = 1): TsqlSyntaxError {
    return new TsqlSyntaxError(number, message, line, state);
  }

  /** Incorrect syntax near the token. */
  fail(token = this.token): never {
    if (token.type !== TokenType.Keyword) throw this.error(102, `Incorrect syntax near '${token.value}'.`, token.line);
    if (token.text === "WITH") {
      const message = `Incorrect syntax near the keyword 'with'. If this statement is a common table expression, an xmlnamespaces clause or a change tracking context clause, the previous statement must be terminated with a semicolon.`;
      throw this.error(319, message, token.line);
    }
    throw this.error(156, `Incorrect syntax near the keyword '${token.value}'.`, token.line);
  }

  failOption(option: Token, kind: string, state = 1): never {
    throw this.error(155, `'${option.value}' is not a recognized ${kind} option.`, option.line, state);
  }

  /** Marks the statement being read as one the emulator does not do: it is read to its end, then replaced by `unsupported`. */
  refuse(what: string): void {
    this.refused ??= what;
  }

  /** What the statement just read was refused for. */
  takeRefusal(): string | undefined {
    const what = this.refused;
    this.refused = undefined;
    return what;
  }

  /** Under SET QUOTED_IDENTIFIER the rest of the batch is read the new way: the option takes effect while parsing. */
  setQuotedIdentifier(on: boolean): void {
    for (let at = this.position; at < this.tokens.length; at++) {
      const token = this.tokens[at] as Token;
      if (this.text[token.start] !== '"' || token.type === TokenType.End) continue;
      token.type = on ? TokenType.QuotedIdentifier : TokenType.String;
    }
  }

  /** True where the `(` at `distance` opens a query: `(SELECT …`, `((SELECT …) UNION …`. */
  opensQuery(distance = 0): boolean {
    let at = distance;
    if (!this.nextIs("(", at)) return false;
    if (this.nextIs("SELECT", at + 1)) return true;
    if (!this.opensQuery(at + 1)) return false;
    at = this.afterParenthesis(at + 1);
    const following = this.peek(at).text;
    return following === ")" || QUERY_CONTINUATIONS.has(following);
  }

  /** True where the `(` that is next and its `)` enclose all of a list's element. */
  parenthesisEndsElement(): boolean {
    const following = this.peek(this.afterParenthesis(0)).text;
    return following === "," || following === ")";
  }

  /** The distance of the token after the parenthesis that opens at `distance`. */
  private afterParenthesis(distance: number): number {
    let depth = 0;
    for (let at = distance; ; at++) {
      const token = this.peek(at);
      if (token.type === TokenType.End) return at;
      if (token.text === "(") depth++;
      else if (token.text === ")" && --depth === 0) return at + 1;
    }
  }
}

const QUERY_CONTINUATIONS: ReadonlySet<string> = new Set(["UNION", "EXCEPT", "INTERSECT", "ORDER", "FOR"]);
