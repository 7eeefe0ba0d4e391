/** FOR JSON and FOR XML: the rows of a query as one text. */
import type { ForClause } from "../../../tsql/ast";
import { NotEmulatedError } from "../../errors";
import { NVARCHAR_MAX } from "../../types/systemTypes";
import type { Row, SqlType } from "../../values";
import type { OutputColumn } from "../compiledQuery";
import { jsonOf } from "./forJson";
import { xmlOf } from "./forXml";
import type { CompiledSpecification } from "./specification";

const JSON_COLUMN = "JSON_F52E2B61-18A1-11d1-B105-00805F49916B";
const XML_COLUMN = "XML_F52E2B61-18A1-11d1-B105-00805F49916B";
const NTEXT: SqlType = { kind: "ntext" };
const XML: SqlType = { kind: "xml" };

/** A client gets a long text in rows of so many characters. */
const CHUNK = 2033;

export function compileForClause(
  clause: ForClause,
  query: CompiledSpecification,
  isStatement: boolean,
): CompiledSpecification {
  if (clause.mode === "explicit") throw new NotEmulatedError("FOR XML EXPLICIT");
  const json = clause.kind === "json";
  const typed = !json && clause.type === true;
  const type = typed ? XML : json || !isStatement ? NVARCHAR_MAX : NTEXT;
  const column: OutputColumn = { name: json ? JSON_COLUMN : XML_COLUMN, type, nullable: true, collationStrength: 2 };
  if (!isStatement) column.name = "";
  const write = json ? jsonOf(clause, query.columns) : xmlOf(clause, query.columns);
  return {
    columns: [column],
    correlated: query.correlated,
    locators: [],
    *rows(frame, context) {
      const rows: Row[] = [...query.rows(frame, context)];
      if (rows.length === 0 && (!json || clause.root === undefined)) {
        if (!isStatement) yield [null];
        return;
      }
      const text = write(rows, context);
      if (!isStatement || typed) {
        yield [text];
        return;
      }
      for (let start = 0; start < text.length; start += CHUNK) yield [text.slice(start, start + CHUNK)];
    },
  };
}
