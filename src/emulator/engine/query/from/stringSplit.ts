/** STRING_SPLIT. */
import { SqlError } from "../../errors";
import type { Compiled } from "../../expressions/scope";
import { isCharacter, isUnicode } from "../../types/families";
import { BIGINT, nvarchar, varchar } from "../../types/systemTypes";
import type { Row } from "../../values";
import type { BuiltInTable } from "./tableFunctions";

export function stringSplit(args: Compiled[]): BuiltInTable {
  const [text, separator, enableOrdinal] = args;
  if (!text || !separator || args.length > 3) {
    throw new SqlError(174, "The string_split function requires 2 to 3 argument(s).", 1, 15);
  }
  if (!isCharacter(text.type)) {
    throw new SqlError(
      8116,
      `Argument data type ${text.type.kind} is invalid for argument 1 of string_split function.`,
      1,
      16,
    );
  }
  const length = text.type.length ?? -1;
  const collation = text.type.collation;
  const type =
    isUnicode(text.type) || isUnicode(separator.type) ? nvarchar(length, collation) : varchar(length, collation);
  // Whether there is an ordinal decides the columns: the argument has to be a constant.
  const withOrdinal =
    enableOrdinal?.constant === true &&
    Number(enableOrdinal.evaluate({ tuple: [], slots: [], parent: null, context: undefined as never })) === 1;
  const columns = [{ name: "value", type, nullable: true, collationStrength: text.collationStrength ?? 1 }];
  return {
    columns: withOrdinal ? [...columns, { name: "ordinal", type: BIGINT, nullable: true }] : columns,
    *rows(frame) {
      const value = text.evaluate(frame);
      const by = separator.evaluate(frame);
      if (typeof by !== "string" || by.length !== 1) {
        throw new SqlError(214, "Procedure expects parameter 'separator' of type 'nchar(1)/nvarchar(1)'.", 11, 16);
      }
      if (typeof value !== "string") return;
      let ordinal = 0n;
      for (const part of value.split(by)) {
        ordinal++;
        const row: Row = withOrdinal ? [part, ordinal] : [part];
        yield row;
      }
    },
  };
}
