/** The part of XQuery that xml methods are used with: paths with predicates, comparisons, simple functions. */
import { NotEmulatedError, SqlError } from "../../errors";

export type PathExpression =
  | { kind: "literal"; value: string | number }
  | { kind: "logical"; operator: "and" | "or"; left: PathExpression; right: PathExpression }
  | { kind: "comparison"; operator: string; left: PathExpression; right: PathExpression }
  | { kind: "call"; name: string; arguments: PathExpression[] }
  /** `from`: undefined starts at the context node; "root" at its document. */
  | { kind: "path"; from: PathExpression | "root" | undefined; steps: PathStep[] };

export interface PathStep {
  axis: "child" | "attribute" | "descendant" | "self" | "parent";
  /** undefined: any name. */
  name?: string;
  /** Kind test: text(), node(), comment(). */
  test?: "text" | "node" | "comment";
  predicates: PathExpression[];
}

const TOKEN =
  /\s*(?:("(?:[^"]|"")*"|'(?:[^']|'')*')|(\d+(?:\.\d+)?)|([\p{L}_][\p{L}\p{N}_.-]*(?::[\p{L}_][\p{L}\p{N}_.-]*)?)|(\.\.|\/\/|!=|<=|>=|[/.@*()[\]=<>,|+$-]))/uy;

const cache = new Map<string, PathExpression>();

export function parsePath(text: string, method: string): PathExpression {
  let parsed = cache.get(text);
  if (!parsed) {
    parsed = new PathParser(text, method).parse();
    cache.set(text, parsed);
  }
  return parsed;
}

interface PathToken {
  kind: "string" | "number" | "name" | "symbol" | "end";
  text: string;
}

const VALUE_COMPARISONS: ReadonlyMap<string, string> = new Map([
  ["eq", "="],
  ["ne", "!="],
  ["lt", "<"],
  ["le", "<="],
  ["gt", ">"],
  ["ge", ">="],
]);

class PathParser {
  private readonly tokens: PathToken[] = [];
  private at = 0;

  constructor(
    private readonly text: string,
    private readonly method: string,
  ) {
    let offset = 0;
    while (text.slice(offset).trim() !== "") {
      TOKEN.lastIndex = offset;
      const match = TOKEN.exec(text);
      if (!match) throw this.failed(text.slice(offset).trim().charAt(0));
      const [, string, number, name, symbol] = match;
      if (string !== undefined) this.tokens.push({ kind: "string", text: string.slice(1, -1) });
      else if (number !== undefined) this.tokens.push({ kind: "number", text: number });
      else if (name !== undefined) this.tokens.push({ kind: "name", text: name });
      else this.tokens.push({ kind: "symbol", text: symbol ?? "" });
      offset = TOKEN.lastIndex;
    }
  }

  parse(): PathExpression {
    const [first] = this.tokens;
    if (first?.kind === "name" && ["for", "let", "declare", "if", "some", "every"].includes(first.text)) {
      throw new NotEmulatedError(`XQuery's ${first.text} in ${this.method}()`);
    }
    const expression = this.or();
    if (this.next.kind !== "end") throw this.failed(this.next.text);
    return expression;
  }

  private get next(): PathToken {
    return this.tokens[this.at] ?? { kind: "end", text: "" };
  }

  private takes(text: string): boolean {
    if (this.next.text !== text || this.next.kind === "string") return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.takes(text)) throw this.failed(this.next.text);
  }

  private failed(near: string): SqlError {
    const what = near === "" ? "Unexpected end of query" : `Syntax error near '${near}'`;
    return new SqlError(2209, `XQuery [${this.method}()]: ${what} in '${this.text}'.`, 1, 16);
  }

  private or(): PathExpression {
    let left = this.and();
    while (this.takes("or")) left = { kind: "logical", operator: "or", left, right: this.and() };
    return left;
  }

  private and(): PathExpression {
    let left = this.comparison();
    while (this.takes("and")) left = { kind: "logical", operator: "and", left, right: this.comparison() };
    return left;
  }

  private comparison(): PathExpression {
    const left = this.path();
    const { text, kind } = this.next;
    const operator = kind === "name" ? VALUE_COMPARISONS.get(text) : /^(=|!=|<|<=|>|>=)$/.test(text) ? text : undefined;
    if (operator === undefined || kind === "string") return left;
    this.at++;
    return { kind: "comparison", operator, left, right: this.path() };
  }

  private path(): PathExpression {
    if (this.takes("//")) return { kind: "path", from: "root", steps: this.steps("descendant") };
    if (this.takes("/")) {
      const bare = this.next.kind === "end" || [")", "]", ",", "="].includes(this.next.text);
      return { kind: "path", from: "root", steps: bare ? [] : this.steps("child") };
    }
    const primary = this.primary();
    if (!primary) return { kind: "path", from: undefined, steps: this.steps("child") };
    const predicates = this.predicates();
    const steps: PathStep[] = predicates.length > 0 ? [{ axis: "self", test: "node", predicates }] : [];
    if (this.takes("//")) steps.push(...this.steps("descendant"));
    else if (this.takes("/")) steps.push(...this.steps("child"));
    return steps.length > 0 ? { kind: "path", from: primary, steps } : primary;
  }

  private primary(): PathExpression | undefined {
    const { kind, text } = this.next;
    if (kind === "string" || kind === "number") {
      this.at++;
      return { kind: "literal", value: kind === "number" ? Number(text) : text };
    }
    if (this.takes("(")) {
      const inner = this.or();
      this.expect(")");
      // Parentheses make a sequence of its own for the predicates behind them.
      return { kind: "path", from: inner, steps: [] };
    }
    const call = kind === "name" && this.tokens[this.at + 1]?.text === "(" && !/^(text|node|comment)$/.test(text);
    if (!call) return undefined;
    this.at += 2;
    const args: PathExpression[] = [];
    if (!this.takes(")")) {
      do args.push(this.or());
      while (this.takes(","));
      this.expect(")");
    }
    return { kind: "call", name: text, arguments: args };
  }

  private steps(firstAxis: "child" | "descendant"): PathStep[] {
    const steps = [this.step(firstAxis)];
    for (;;) {
      if (this.takes("//")) steps.push(this.step("descendant"));
      else if (this.takes("/")) steps.push(this.step("child"));
      else return steps;
    }
  }

  private step(axis: "child" | "descendant"): PathStep {
    if (this.takes("..")) return { axis: "parent", test: "node", predicates: this.predicates() };
    if (this.takes(".")) return { axis: "self", test: "node", predicates: this.predicates() };
    const attribute = this.takes("@");
    const step: PathStep = { axis: attribute ? "attribute" : axis, predicates: [] };
    const { kind, text } = this.next;
    if (!this.takes("*")) {
      if (kind !== "name") throw this.failed(text);
      this.at++;
      if (/^(text|node|comment)$/.test(text) && this.takes("(")) {
        this.expect(")");
        step.test = text as NonNullable<PathStep["test"]>;
      } else {
        step.name = text;
      }
    }
    step.predicates = this.predicates();
    return step;
  }

  private predicates(): PathExpression[] {
    const predicates: PathExpression[] = [];
    while (this.takes("[")) {
      predicates.push(this.or());
      this.expect("]");
    }
    return predicates;
  }
}
