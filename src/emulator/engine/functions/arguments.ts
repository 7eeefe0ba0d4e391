/** What many functions' argument checks have in common. */
import { invalidArgumentType } from "../expressions/expressionErrors";
import { isCharacter, isUnicode } from "../types/families";
import { nvarchar, varchar } from "../types/systemTypes";
import type { SqlType } from "../values";

export function invalidArgument(type: SqlType | undefined, position: number, name: string): Error {
  const shown =
    type === undefined || type.isNullLiteral ? "NULL" : type.length === -1 ? `${type.kind}(max)` : type.kind;
  return invalidArgumentType(shown, position, name.toLowerCase());
}

/** Texts as they are; everything else as the varchar that it converts to. */
export function textType(type: SqlType): SqlType {
  if (isCharacter(type)) return type;
  if (isUnicode(type)) return nvarchar(4000);
  return varchar(30);
}

/** varchar or nvarchar of that length (-1: max), unicode where the argument is. */
export function sameText(type: SqlType, length: number): SqlType {
  return isUnicode(type) ? nvarchar(length) : varchar(length);
}
