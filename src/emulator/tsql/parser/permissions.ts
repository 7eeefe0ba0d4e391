import type { PermissionStatement } from "../ast";
import { TokenType } from "../lexer/tokens";
import { parseColumnNames, parseObjectName, parsePrincipal, parseWord } from "./names";
import type { Parser } from "./parser";

type Permission = PermissionStatement["permissions"][number];

/** GRANT, DENY and REVOKE. */
export function parsePermission(parser: Parser): PermissionStatement {
  const start = parser.advance();
  const action = start.text.toLowerCase() as PermissionStatement["action"];
  const grantOptionFor = action === "revoke" && parser.takeWords("GRANT", "OPTION", "FOR");
  const permissions = parser.list(parsePermissionName);
  const statement: PermissionStatement = {
    kind: "permission",
    action,
    permissions,
    principals: [],
    grantOption: false,
    grantOptionFor,
    cascade: false,
    span: parser.span(start),
  };
  if (parser.take("ON")) {
    const objectClass = parseObjectClass(parser);
    const name = parseObjectName(parser);
    statement.on = objectClass === undefined ? { name } : { class: objectClass, name };
    if (parser.is("(")) addColumns(permissions, parseColumnNames(parser));
  }
  if (action !== "revoke" || !parser.take("FROM")) parser.expect("TO");
  statement.principals = parser.list(parsePrincipal);
  if (action === "grant") statement.grantOption = parser.takeWords("WITH", "GRANT", "OPTION");
  else statement.cascade = parser.take("CASCADE");
  if (parser.take("AS")) statement.as = parsePrincipal(parser);
  statement.span = parser.span(start);
  return statement;
}

/** One or more words: SELECT, VIEW DEFINITION, ALTER ANY LOGIN. */
function parsePermissionName(parser: Parser): Permission {
  const words = [parseWord(parser)];
  while (isPermissionWord(parser)) words.push(parseWord(parser));
  const name = words.join(" ");
  const permission: Permission = { name: name === "ALL PRIVILEGES" ? "ALL" : name === "EXEC" ? "EXECUTE" : name };
  if (parser.is("(")) permission.columns = parseColumnNames(parser);
  return permission;
}

function isPermissionWord(parser: Parser): boolean {
  const { type, text } = parser.token;
  if (type !== TokenType.Identifier && type !== TokenType.Keyword) return false;
  return text !== "ON" && text !== "TO" && text !== "FROM";
}

/** The old form with the columns after the table: they belong to all permissions. */
function addColumns(permissions: Permission[], columns: string[]): void {
  for (const permission of permissions) permission.columns ??= columns;
}

/** `SCHEMA::`, `SERVER ROLE::`, upper-case, if a class stands before the name. */
export function parseObjectClass(parser: Parser): string | undefined {
  let words = 0;
  while (isClassWord(parser, words)) words++;
  if (words === 0 || !parser.nextIs("::", words)) return undefined;
  const names: string[] = [];
  for (let i = 0; i < words; i++) names.push(parseWord(parser));
  parser.expect("::");
  return names.join(" ");
}

function isClassWord(parser: Parser, distance: number): boolean {
  const { type } = parser.peek(distance);
  return type === TokenType.Identifier || type === TokenType.Keyword;
}
