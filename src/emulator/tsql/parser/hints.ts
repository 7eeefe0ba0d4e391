import type { QueryHint, TableHint } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseConstant, parseSignedConstant } from "./literals";
import { parseIdentifier, parseWord } from "./names";
import type { Parser } from "./parser";

const TABLE_HINTS: ReadonlySet<string> = new Set(
  `NOLOCK READUNCOMMITTED UPDLOCK REPEATABLEREAD SERIALIZABLE READCOMMITTED READCOMMITTEDLOCK TABLOCK TABLOCKX PAGLOCK
  ROWLOCK NOWAIT READPAST XLOCK SNAPSHOT NOEXPAND HOLDLOCK KEEPIDENTITY KEEPDEFAULTS IGNORE_CONSTRAINTS IGNORE_TRIGGERS
  INDEX FORCESEEK FORCESCAN FASTFIRSTROW SPATIAL_WINDOW_MAX_CELLS`.split(/\s+/),
);

/** `WITH (…)` after a table, or the old `(NOLOCK)` and `HOLDLOCK`. */
export function parseTableHints(parser: Parser): TableHint[] {
  if (parser.is("(")) return TABLE_HINTS.has(parser.peek().text) ? parseHintList(parser) : [];
  if (parser.take("HOLDLOCK")) return [{ name: "HOLDLOCK" }];
  if (!parser.is("WITH") || isOtherWith(parser)) return [];
  parser.advance();
  if (parser.is("(")) return parseHintList(parser);
  const near = `Incorrect syntax near '${parser.token.value}'.`;
  if (TABLE_HINTS.has(parser.token.text)) {
    const message = `${near} If this is intended as a part of a table hint, A WITH keyword and parenthesis are now required. See SQL Server Books Online for proper syntax.`;
    throw parser.error(1018, message);
  }
  if (!parser.isIdentifier) parser.fail();
  const message = `${near} If this is intended to be a common table expression, you need to explicitly terminate the previous statement with a semi-colon.`;
  throw parser.error(336, message);
}

/** True for the WITH of a clause after the table sources: WITH CHECK OPTION of a view. */
function isOtherWith(parser: Parser): boolean {
  return parser.nextIs("CHECK");
}

/** True where `(` opens old-style hints: `FROM t (NOLOCK)`. */
export function opensTableHints(parser: Parser): boolean {
  if (!parser.is("(") || !TABLE_HINTS.has(parser.peek().text)) return false;
  const after = parser.peek(2).text;
  return after === ")" || after === "," || (parser.nextIs("INDEX") && (after === "(" || after === "="));
}

function parseHintList(parser: Parser): TableHint[] {
  parser.expect("(");
  const hints = [parseTableHint(parser)];
  while (!parser.is(")")) {
    parser.take(",");
    hints.push(parseTableHint(parser));
  }
  parser.expect(")");
  return hints;
}

function parseTableHint(parser: Parser): TableHint {
  const { token } = parser;
  if (!TABLE_HINTS.has(token.text)) {
    if (token.type !== TokenType.Identifier) parser.fail();
    const message = `"${token.value}" is not a recognized table hints option. If it is intended as a parameter to a table-valued function or to the CHANGETABLE function, ensure that your database compatibility mode is set to 90.`;
    throw parser.error(321, message);
  }
  const name = parser.advance().text;
  const assigned = parser.take("=");
  if (parser.is("(") && (name === "INDEX" || name === "FORCESEEK")) {
    return { name, arguments: parser.parenthesizedList(parseHintArgument).flat() };
  }
  return assigned ? { name, arguments: parseHintArgument(parser) } : { name };
}

/** An index by name or number; in FORCESEEK its columns follow in parentheses. */
function parseHintArgument(parser: Parser): string[] {
  const argument = parser.token.type === TokenType.Integer ? parser.advance().value : parseIdentifier(parser);
  return parser.is("(") ? [argument, ...parser.parenthesizedList(parseIdentifier)] : [argument];
}

/** `OPTION (…)`, if given. */
export function parseQueryHints(parser: Parser): QueryHint[] | undefined {
  if (!parser.take("OPTION")) return undefined;
  return parser.parenthesizedList(parseQueryHint);
}

const TWO_WORD_HINTS: ReadonlySet<string> = new Set(
  `HASH ORDER MERGE CONCAT LOOP FORCE KEEP KEEPFIXED EXPAND ROBUST PARAMETERIZATION DISABLE`.split(/\s+/),
);
const VALUE_HINTS: ReadonlySet<string> = new Set(
  `FAST MAXDOP MAXRECURSION QUERYTRACEON MAX_GRANT_PERCENT MIN_GRANT_PERCENT`.split(/\s+/),
);
const FLAG_HINTS: ReadonlySet<string> = new Set(
  `RECOMPILE IGNORE_NONCLUSTERED_COLUMNSTORE_INDEX NO_PERFORMANCE_SPOOL`.split(/\s+/),
);

function parseQueryHint(parser: Parser): QueryHint {
  const { text } = parser.token;
  if (FLAG_HINTS.has(text)) return { name: parser.advance().text };
  if (VALUE_HINTS.has(text)) {
    parser.advance();
    parser.take("=");
    return { name: text, value: parseConstant(parser) ?? parser.fail() };
  }
  if (TWO_WORD_HINTS.has(text)) {
    parser.advance();
    return { name: `${text} ${parseWord(parser)}` };
  }
  if (text === "USE") return parseUseHint(parser);
  if (text === "OPTIMIZE") return parseOptimizeFor(parser);
  if (text === "LABEL") {
    parser.advance();
    parser.expect("=");
    return { name: "LABEL", value: parseSignedConstant(parser) };
  }
  if (text === "TABLE") {
    parser.advance();
    parser.expect("HINT");
    return { name: "TABLE HINT", value: parser.skipParentheses() };
  }
  return parser.fail();
}

function parseUseHint(parser: Parser): QueryHint {
  parser.expect("USE");
  if (parser.take("PLAN")) return { name: "USE PLAN", value: parseSignedConstant(parser) };
  parser.expect("HINT");
  return { name: "USE HINT", value: parser.skipParentheses() };
}

function parseOptimizeFor(parser: Parser): QueryHint {
  parser.expectWords("OPTIMIZE", "FOR");
  if (parser.take("UNKNOWN")) return { name: "OPTIMIZE FOR", value: "UNKNOWN" };
  return { name: "OPTIMIZE FOR", value: parser.skipParentheses() };
}
