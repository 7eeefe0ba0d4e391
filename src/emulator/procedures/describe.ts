/** sp_describe_first_result_set and sys.dm_exec_describe_first_result_set: the columns of a query without running it. */
import { registerTableFunction } from "../catalog/registry";
import { collationOfType, systemTypeFacts, typeFacts } from "../catalog/typeFacts";
import { NotEmulatedError, SqlError } from "../engine/errors";
import { compileSelect } from "../engine/query";
import { Activation } from "../engine/session/activation";
import { environmentOf } from "../engine/session/environment";
import { resolveTypeName, typeDeclaration } from "../engine/types";
import type { Row, SqlType, Value } from "../engine/values";
import type { ResultColumn } from "../engine/wire";
import { parseBatch, parseParameterList } from "../tsql";
import type { Statement } from "../tsql/ast";
import { change, INT, NAME, optional, required, sendRows } from "./define";

const TEXT: SqlType = { kind: "nvarchar", length: -1 };
const BIT: SqlType = { kind: "bit" };
const TINYINT: SqlType = { kind: "tinyint" };

const COLUMNS: readonly (readonly [name: string, type: SqlType])[] = [
  ["is_hidden", BIT],
  ["column_ordinal", INT],
  ["name", NAME],
  ["is_nullable", BIT],
  ["system_type_id", INT],
  ["system_type_name", { kind: "nvarchar", length: 256 }],
  ["max_length", { kind: "smallint" }],
  ["precision", TINYINT],
  ["scale", TINYINT],
  ["collation_name", NAME],
  ["user_type_id", INT],
  ["user_type_database", NAME],
  ["user_type_schema", NAME],
  ["user_type_name", NAME],
  ["assembly_qualified_type_name", { kind: "nvarchar", length: 4000 }],
  ["xml_collection_id", INT],
  ["xml_collection_database", NAME],
  ["xml_collection_schema", NAME],
  ["xml_collection_name", NAME],
  ["is_xml_document", BIT],
  ["is_case_sensitive", BIT],
  ["is_fixed_length_clr_type", BIT],
  ["source_server", NAME],
  ["source_database", NAME],
  ["source_schema", NAME],
  ["source_table", NAME],
  ["source_column", NAME],
  ["is_identity_column", BIT],
  ["is_part_of_unique_key", BIT],
  ["is_updateable", BIT],
  ["is_computed_column", BIT],
  ["is_sparse_column_set", BIT],
  ["ordinal_in_order_by_list", { kind: "smallint" }],
  ["order_by_is_descending", { kind: "smallint" }],
  ["order_by_list_length", { kind: "smallint" }],
  ["tds_type_id", INT],
  ["tds_length", INT],
  ["tds_collation_id", INT],
  ["tds_collation_sort_id", TINYINT],
];

/** Statements that may come before the first result set without giving one. */
const SILENT = new Set<Statement["kind"]>(["declare", "set", "setOption", "setValue", "setIsolation", "print", "use"]);

function firstSelect(statements: readonly Statement[]): Extract<Statement, { kind: "select" }> | undefined {
  for (const statement of statements) {
    if (statement.kind === "block") return firstSelect(statement.statements);
    if (statement.kind === "select" && !statement.into) return statement;
    if (!SILENT.has(statement.kind))
      throw new NotEmulatedError(`describing the result of the statement ${statement.kind}`);
  }
  return undefined;
}

function describe(text: string | null, parameters: string | null, caller: Activation): ResultColumn[] {
  if (text === null) throw new SqlError(214, "Procedure expects parameter '@tsql' of type 'nvarchar(max)'.", 2);
  const activation = new Activation(caller.session, "dynamic", caller);
  const environment = environmentOf(activation);
  for (const parameter of parameters === null ? [] : parseParameterList(parameters)) {
    activation.variables.set(parameter.name.toLowerCase(), {
      type: resolveTypeName(parameter.type, environment, "declaration"),
      value: null,
    });
  }
  const batch = parseBatch(text, { quotedIdentifier: caller.session.settings.quotedIdentifier });
  for (const statement of batch.statements) {
    if (statement.kind !== "declare") continue;
    for (const { name, type } of statement.declarations) {
      if (type)
        activation.variables.set(name.toLowerCase(), {
          type: resolveTypeName(type, environment, "declaration"),
          value: null,
        });
    }
  }
  const select = firstSelect(batch.statements);
  return select ? compileSelect(select, environment).columns : [];
}

function rowOf(column: ResultColumn, index: number, collation: string): Row {
  const facts = typeFacts(column.type);
  const values: Record<string, Value> = {
    is_hidden: 0,
    column_ordinal: index + 1,
    name: column.name === "" ? null : column.name,
    is_nullable: Number(column.nullable),
    // A sysname shows as the nvarchar(128) that it is.
    system_type_id: systemTypeFacts(column.type.kind)?.userId ?? facts.systemId,
    system_type_name: typeDeclaration(column.type),
    max_length: facts.maxLength,
    precision: facts.precision,
    scale: facts.scale,
    collation_name: collationOfType(column.type, collation),
    is_xml_document: 0,
    is_case_sensitive: 0,
    is_fixed_length_clr_type: 0,
    is_identity_column: Number(column.identity ?? false),
    is_updateable: Number(!column.identity && !column.computed),
    is_computed_column: Number(column.computed ?? false),
    is_sparse_column_set: 0,
    tds_length: facts.maxLength,
  };
  return COLUMNS.map(([name]) => values[name] ?? null);
}

export function registerDescribe(): void {
  change(
    "sp_describe_first_result_set",
    [required("@tsql", TEXT), optional("@params", TEXT), optional("@browse_information_mode", TINYINT, 0)],
    (args) => {
      const { activation } = args;
      const columns = describe(args.text("@tsql") ?? null, args.text("@params") ?? null, activation);
      sendRows(
        activation,
        COLUMNS,
        columns.map((column, i) => rowOf(column, i, activation.session.database.collation)),
      );
      return 0;
    },
  );
  registerTableFunction({
    schema: "sys",
    name: "dm_exec_describe_first_result_set",
    parameters: [
      { name: "@tsql", type: TEXT },
      { name: "@params", type: TEXT },
      { name: "@include_browse_information", type: BIT },
    ],
    columns: COLUMNS.map(([name, type]) => ({ name, type, nullable: true })),
    rows([text, parameters], context, database) {
      const columns = describe(
        text === null ? null : String(text),
        parameters === null ? null : String(parameters),
        context as Activation,
      );
      return columns.map((column, i) => rowOf(column, i, database.collation));
    },
  });
}
