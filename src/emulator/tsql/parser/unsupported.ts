import type { Statement } from "../ast";
import { TokenType } from "../lexer/tokens";
import type { Parser } from "./parser";

/** Reserved words that begin a statement and nothing else: one at the beginning of a line ends a skipped statement. */
const STATEMENT_STARTS: ReadonlySet<string> = new Set(
  `ALTER BACKUP BEGIN BREAK BULK CHECKPOINT CLOSE COMMIT CONTINUE CREATE DBCC DEALLOCATE DECLARE DENY DROP ELSE END EXEC
  EXECUTE GOTO GRANT IF INSERT KILL OPEN PRINT RAISERROR RECONFIGURE RESTORE RETURN REVERT REVOKE ROLLBACK SAVE SELECT
  SHUTDOWN TRUNCATE UPDATE USE WAITFOR WHILE`.split(/\s+/),
);

/** Reads over the rest of a statement that is refused by name: to `;`, the enclosing END, or the next statement's line. */
export function skipStatement(parser: Parser): void {
  while (!parser.atEnd && !parser.is(";")) {
    if (parser.is("(")) {
      parser.skipParentheses();
      continue;
    }
    const startsLine = parser.token.line > parser.previous.line;
    if (parser.is("END") && parser.peek().type !== TokenType.Identifier) return;
    if (startsLine && parser.isAny(STATEMENT_STARTS)) return;
    parser.advance();
  }
}

/** Refuses the statement whose first words have been read. */
export function parseUnsupported(
  parser: Parser,
  start: { line: number; start: number },
  what: string,
): Extract<Statement, { kind: "unsupported" }> {
  skipStatement(parser);
  return { kind: "unsupported", what, span: parser.span(start) };
}
