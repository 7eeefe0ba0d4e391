import type { Statement } from "../ast";
import { parseConstant } from "./literals";
import { parseIdentifier } from "./names";
import type { Parser } from "./parser";
import { parseUnsupported } from "./unsupported";

/** CREATE or ALTER CREDENTIAL has been read: `name WITH IDENTITY = 'text' [, SECRET = 'text']` */
export function parseCredential(
  parser: Parser,
  start: { line: number; start: number },
  kind: "createCredential" | "alterCredential",
): Statement {
  const name = parseIdentifier(parser);
  parser.expect("WITH");
  parser.expect("IDENTITY");
  const identity = parseText(parser);
  let secret: string | undefined;
  if (parser.take(",")) {
    parser.expect("SECRET");
    secret = parseText(parser);
  }
  if (parser.is("FOR")) return parseUnsupported(parser, start, "credentials for cryptographic providers");
  return { kind, name, identity, ...(secret === undefined ? {} : { secret }), span: parser.span(start) };
}

function parseText(parser: Parser): string {
  parser.expect("=");
  const value = parseConstant(parser);
  return value?.kind === "string" ? value.value : parser.fail();
}
