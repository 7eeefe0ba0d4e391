import type { LoginOption, Statement } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseConstant } from "./literals";
import { parseIdentifier, parseOnOff, parseWord } from "./names";
import type { Parser } from "./parser";
import { parseUnsupported } from "./unsupported";

type Start = { line: number; start: number };

/** CREATE LOGIN has been read. */
export function parseCreateLogin(parser: Parser, start: Start): Statement {
  const name = parseIdentifier(parser);
  if (parser.take("FROM")) {
    const source = parseLoginSource(parser);
    if (source === undefined) return parseUnsupported(parser, start, `CREATE LOGIN … FROM ${parser.token.text}`);
    const options = parser.take("WITH") ? parseLoginOptions(parser) : [];
    return { kind: "createLogin", name, source, options, span: parser.span(start) };
  }
  parser.expect("WITH");
  if (!parser.is("PASSWORD")) parser.fail();
  const options = parseLoginOptions(parser);
  return { kind: "createLogin", name, source: "password", options, span: parser.span(start) };
}

function parseLoginSource(parser: Parser): "windows" | "external" | undefined {
  if (parser.take("WINDOWS")) return "windows";
  if (parser.takeWords("EXTERNAL", "PROVIDER")) return "external";
  if (!parser.is("CERTIFICATE") && !parser.is("ASYMMETRIC")) parser.fail();
  return undefined;
}

/** ALTER LOGIN has been read. */
export function parseAlterLogin(parser: Parser, start: Start): Statement {
  const name = parseIdentifier(parser);
  if (parser.is("ENABLE") || parser.is("DISABLE")) {
    const action = parser.advance().text === "ENABLE" ? "enable" : "disable";
    return { kind: "alterLogin", name, action, options: [], span: parser.span(start) };
  }
  if (parser.is("ADD") || parser.is("DROP")) {
    return parseUnsupported(parser, start, `ALTER LOGIN … ${parser.token.text} CREDENTIAL`);
  }
  parser.expect("WITH");
  const options = parseLoginOptions(parser);
  return { kind: "alterLogin", name, action: "options", options, span: parser.span(start) };
}

const VALUE_OPTIONS: ReadonlySet<string> = new Set(
  `PASSWORD OLD_PASSWORD SID DEFAULT_DATABASE DEFAULT_LANGUAGE CHECK_POLICY CHECK_EXPIRATION CREDENTIAL NAME
  OBJECT_ID`.split(/\s+/),
);

/** Options, and the flags that stand after a password without comma. */
function parseLoginOptions(parser: Parser): LoginOption[] {
  const options: LoginOption[] = [];
  do {
    if (parser.takeWords("NO", "CREDENTIAL")) {
      options.push({ name: "NO CREDENTIAL" });
    } else {
      options.push(parseValueOption(parser));
      while (parser.is("HASHED") || parser.is("MUST_CHANGE") || parser.is("UNLOCK") || parser.is("OLD_PASSWORD")) {
        options.push(parser.is("OLD_PASSWORD") ? parseValueOption(parser) : { name: parser.advance().text });
      }
    }
  } while (parser.take(","));
  return options;
}

function parseValueOption(parser: Parser): LoginOption {
  if (!parser.isAny(VALUE_OPTIONS)) parser.fail();
  const name = parseWord(parser);
  parser.expect("=");
  if (name.startsWith("CHECK_")) return { name, value: parseOnOff(parser) ? "ON" : "OFF" };
  return { name, value: parseLoginValue(parser) };
}

/** A name as written, or a constant. */
function parseLoginValue(parser: Parser): NonNullable<LoginOption["value"]> {
  if (parser.isIdentifier) return parseIdentifier(parser);
  if (parser.token.type === TokenType.Variable) parser.fail();
  return parseConstant(parser) ?? parser.fail();
}
