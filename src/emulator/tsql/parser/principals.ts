import type { Statement } from "../ast";
import { TokenType } from "../lexer/tokens";
import { binaryValue, parseConstant } from "./literals";
import { parseIdentifier, parseObjectName, parsePrincipal, parseWord } from "./names";
import type { Parser } from "./parser";
import { parseObjectClass } from "./permissions";
import { parseUnsupported } from "./unsupported";

type Start = { line: number; start: number };
type CreateUser = Extract<Statement, { kind: "createUser" }>;
type AlterUser = Extract<Statement, { kind: "alterUser" }>;

/** CREATE USER has been read. */
export function parseCreateUser(parser: Parser, start: Start): Statement {
  const name = parsePrincipal(parser);
  const user: CreateUser = { kind: "createUser", name, withoutLogin: false, external: false, span: parser.span(start) };
  if (parser.takeWords("WITHOUT", "LOGIN")) {
    user.withoutLogin = true;
  } else if (parser.is("FOR") || parser.is("FROM")) {
    parser.advance();
    if (parser.take("LOGIN")) user.login = parseIdentifier(parser);
    else if (parser.takeWords("EXTERNAL", "PROVIDER")) user.external = true;
    else if (!parser.is("CERTIFICATE") && !parser.is("ASYMMETRIC")) parser.fail();
    else return parseUnsupported(parser, start, `CREATE USER … FOR ${parser.token.text}`);
  }
  if (parser.is("WITH")) {
    parser.advance();
    parser.list((inner) => parseUserOption(inner, user));
  }
  user.span = parser.span(start);
  return user;
}

function parseUserOption(parser: Parser, user: CreateUser): void {
  const option = parser.token;
  parseWord(parser);
  parser.expect("=");
  switch (option.text) {
    case "DEFAULT_SCHEMA":
      user.defaultSchema = parseIdentifier(parser);
      return;
    case "PASSWORD":
      user.password = parsePassword(parser);
      return;
    case "SID":
      user.sid = binaryValue(parser.expectType(TokenType.Binary).value);
      return;
    default:
      refuseUserOption(parser, option, "CREATE USER");
  }
}

function parsePassword(parser: Parser) {
  if (!parser.isString) parser.fail();
  return parseConstant(parser) ?? parser.fail();
}

function refuseUserOption(parser: Parser, option: Parser["token"], statement: string): void {
  if (!["DEFAULT_LANGUAGE", "ALLOW_ENCRYPTED_VALUE_MODIFICATIONS", "OBJECT_ID", "TYPE"].includes(option.text)) {
    parser.fail(option);
  }
  parser.refuse(`${statement} … WITH ${option.text}`);
  parser.advance();
}

/** ALTER USER has been read. */
export function parseAlterUser(parser: Parser, start: Start): Statement {
  const name = parsePrincipal(parser);
  const user: AlterUser = { kind: "alterUser", name, span: parser.span(start) };
  parser.expect("WITH");
  parser.list((inner) => parseAlterUserOption(inner, user));
  user.span = parser.span(start);
  return user;
}

function parseAlterUserOption(parser: Parser, user: AlterUser): void {
  const option = parser.token;
  parseWord(parser);
  parser.expect("=");
  switch (option.text) {
    case "NAME":
      user.newName = parseIdentifier(parser);
      return;
    case "LOGIN":
      user.login = parseIdentifier(parser);
      return;
    case "DEFAULT_SCHEMA":
      user.defaultSchema = parser.take("NULL") ? null : parseIdentifier(parser);
      return;
    case "PASSWORD":
      user.password = parsePassword(parser);
      if (parser.is("OLD_PASSWORD")) {
        parser.advance();
        parser.expect("=");
        parsePassword(parser);
        parser.refuse("ALTER USER … OLD_PASSWORD");
      }
      return;
    default:
      refuseUserOption(parser, option, "ALTER USER");
  }
}

/** CREATE [SERVER] ROLE has been read. */
export function parseCreateRole(parser: Parser, start: Start, server: boolean): Statement {
  const name = parseIdentifier(parser);
  const owner = parser.take("AUTHORIZATION") ? parsePrincipal(parser) : undefined;
  return { kind: "createRole", server, name, ...(owner !== undefined && { owner }), span: parser.span(start) };
}

/** ALTER [SERVER] ROLE has been read. */
export function parseAlterRole(parser: Parser, start: Start, server: boolean): Statement {
  const name = parsePrincipal(parser);
  if (parser.take("WITH")) {
    parser.expect("NAME");
    parser.expect("=");
    const member = parseIdentifier(parser);
    return { kind: "alterRole", server, name, action: "rename", member, span: parser.span(start) };
  }
  const action = parser.take("ADD") ? "add" : "drop";
  if (action === "drop") parser.expect("DROP");
  parser.expect("MEMBER");
  const member = parsePrincipal(parser);
  return { kind: "alterRole", server, name, action, member, span: parser.span(start) };
}

/** ALTER AUTHORIZATION has been read. */
export function parseAlterAuthorization(parser: Parser, start: Start): Statement {
  parser.expect("ON");
  const objectClass = parseObjectClass(parser) ?? "OBJECT";
  const object = parseObjectName(parser);
  parser.expect("TO");
  const owner = parser.takeWords("SCHEMA", "OWNER") ? "SCHEMA OWNER" : parsePrincipal(parser);
  return { kind: "alterAuthorization", class: objectClass, object, owner, span: parser.span(start) };
}
