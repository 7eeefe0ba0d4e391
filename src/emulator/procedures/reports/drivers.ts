/** The catalog procedures of ODBC and JDBC: sp_columns, sp_tables, sp_pkeys and their family. */
import { INT, optional, report, required } from "../define";

const PATTERN = { kind: "nvarchar", length: 384 } as const;

/** ODBC's numbers of SQL Server's types; the second is SQL_DATA_TYPE where it differs. */
const ODBC_TYPE = `CASE TYPE_NAME(c.system_type_id) WHEN 'bigint' THEN -5 WHEN 'binary' THEN -2 WHEN 'bit' THEN -7 WHEN 'char' THEN 1 WHEN 'date' THEN -9
    WHEN 'datetime' THEN 11 WHEN 'datetime2' THEN -9 WHEN 'datetimeoffset' THEN -9 WHEN 'decimal' THEN 3 WHEN 'float' THEN 6 WHEN 'image' THEN -4 WHEN 'int' THEN 4
    WHEN 'money' THEN 3 WHEN 'nchar' THEN -8 WHEN 'ntext' THEN -10 WHEN 'numeric' THEN 2 WHEN 'nvarchar' THEN -9 WHEN 'real' THEN 7 WHEN 'smalldatetime' THEN 11
    WHEN 'smallint' THEN 5 WHEN 'smallmoney' THEN 3 WHEN 'sql_variant' THEN -150 WHEN 'text' THEN -1 WHEN 'time' THEN -9 WHEN 'timestamp' THEN -2 WHEN 'tinyint' THEN -6
    WHEN 'uniqueidentifier' THEN -11 WHEN 'varbinary' THEN -3 WHEN 'varchar' THEN 12 WHEN 'xml' THEN -152 ELSE -9 END`;

const PRECISION = `CASE WHEN TYPE_NAME(c.system_type_id) IN ('nchar', 'nvarchar') THEN CASE WHEN c.max_length < 0 THEN 0 ELSE c.max_length / 2 END
    WHEN c.precision > 0 THEN c.precision WHEN c.max_length < 0 THEN 0 ELSE c.max_length END`;

const SCALE =
  "CASE WHEN TYPE_NAME(c.system_type_id) IN ('decimal', 'numeric', 'money', 'smallmoney', 'datetime', 'datetime2', 'time', 'datetimeoffset', 'int', 'bigint', 'smallint', 'tinyint') THEN CONVERT(smallint, c.scale) END";

const RADIX =
  "CASE WHEN TYPE_NAME(c.system_type_id) IN ('int', 'bigint', 'smallint', 'tinyint', 'decimal', 'numeric', 'money', 'smallmoney') THEN CONVERT(smallint, 10) WHEN TYPE_NAME(c.system_type_id) IN ('float', 'real') THEN CONVERT(smallint, 2) END";

/** Literals of the type stand in quotes. */
const QUOTED = "(c.name LIKE '%char' OR c.name LIKE '%date%' OR c.name LIKE '%text')";

function registerTables(): void {
  report(
    "sp_tables",
    [
      optional("@table_name", PATTERN),
      optional("@table_owner", PATTERN),
      optional("@table_qualifier"),
      optional("@table_type", { kind: "varchar", length: 100 }),
      optional("@fUsePattern", { kind: "bit" }, 1),
    ],
    `SELECT DB_NAME() AS TABLE_QUALIFIER, SCHEMA_NAME(o.schema_id) AS TABLE_OWNER, o.name AS TABLE_NAME,
  CONVERT(varchar(32), CASE WHEN o.type = 'U' THEN 'TABLE' WHEN o.is_ms_shipped = 1 THEN 'SYSTEM VIEW' ELSE 'VIEW' END) AS TABLE_TYPE, CONVERT(varchar(254), NULL) AS REMARKS
FROM sys.all_objects AS o
WHERE o.type IN ('U', 'V') AND (@table_name IS NULL OR o.name LIKE @table_name) AND (@table_owner IS NULL OR SCHEMA_NAME(o.schema_id) LIKE @table_owner)
  AND (@table_type IS NULL OR @table_type LIKE '%''' + CASE WHEN o.type = 'U' THEN 'TABLE' ELSE 'VIEW' END + '''%')
ORDER BY TABLE_TYPE, TABLE_QUALIFIER, TABLE_OWNER, TABLE_NAME;`,
  );
  report(
    "sp_columns",
    [
      required("@table_name", PATTERN),
      optional("@table_owner", PATTERN),
      optional("@table_qualifier"),
      optional("@column_name", PATTERN),
      optional("@ODBCVer", INT, 2),
    ],
    `SELECT DB_NAME() AS TABLE_QUALIFIER, SCHEMA_NAME(o.schema_id) AS TABLE_OWNER, o.name AS TABLE_NAME, c.name AS COLUMN_NAME, CONVERT(smallint, ${ODBC_TYPE}) AS DATA_TYPE,
  CONVERT(sysname, TYPE_NAME(c.user_type_id) + CASE WHEN COLUMNPROPERTY(c.object_id, c.name, 'IsIdentity') = 1 THEN ' identity' ELSE '' END) AS TYPE_NAME,
  CONVERT(int, ${PRECISION}) AS [PRECISION], CONVERT(int, CASE WHEN c.max_length < 0 THEN 0 ELSE c.max_length END) AS LENGTH, ${SCALE} AS SCALE, ${RADIX} AS RADIX,
  CONVERT(smallint, c.is_nullable) AS NULLABLE, CONVERT(varchar(254), NULL) AS REMARKS, d.definition AS COLUMN_DEF, CONVERT(smallint, ${ODBC_TYPE}) AS SQL_DATA_TYPE,
  CONVERT(smallint, NULL) AS SQL_DATETIME_SUB, CASE WHEN TYPE_NAME(c.system_type_id) LIKE '%char' OR TYPE_NAME(c.system_type_id) LIKE '%binary' THEN CONVERT(int, c.max_length) END AS CHAR_OCTET_LENGTH,
  CONVERT(int, ROW_NUMBER() OVER (PARTITION BY o.object_id ORDER BY c.column_id)) AS ORDINAL_POSITION, CONVERT(varchar(254), CASE WHEN c.is_nullable = 1 THEN 'YES' ELSE 'NO' END) AS IS_NULLABLE,
  CONVERT(tinyint, CASE WHEN c.is_nullable = 1 THEN 39 ELSE 0 END) AS SS_DATA_TYPE
FROM sys.objects AS o JOIN sys.columns AS c ON c.object_id = o.object_id LEFT JOIN sys.default_constraints AS d ON d.object_id = c.default_object_id
WHERE o.type IN ('U', 'V') AND o.name LIKE @table_name AND (@table_owner IS NULL OR SCHEMA_NAME(o.schema_id) LIKE @table_owner) AND (@column_name IS NULL OR c.name LIKE @column_name)
ORDER BY TABLE_OWNER, TABLE_NAME, ORDINAL_POSITION;`,
  );
}

function registerKeys(): void {
  report(
    "sp_pkeys",
    [required("@table_name"), optional("@table_owner"), optional("@table_qualifier")],
    `SELECT DB_NAME() AS TABLE_QUALIFIER, SCHEMA_NAME(t.schema_id) AS TABLE_OWNER, t.name AS TABLE_NAME, COL_NAME(i.object_id, i.column_id) AS COLUMN_NAME,
  CONVERT(smallint, i.key_ordinal) AS KEY_SEQ, k.name AS PK_NAME
FROM sys.key_constraints AS k JOIN sys.tables AS t ON t.object_id = k.parent_object_id
JOIN sys.index_columns AS i ON i.object_id = k.parent_object_id AND i.index_id = k.unique_index_id AND i.is_included_column = 0
WHERE k.type = 'PK' AND t.name = @table_name AND (@table_owner IS NULL OR SCHEMA_NAME(t.schema_id) = @table_owner) ORDER BY TABLE_OWNER, KEY_SEQ;`,
  );
  report(
    "sp_fkeys",
    [
      optional("@pktable_name"),
      optional("@pktable_owner"),
      optional("@pktable_qualifier"),
      optional("@fktable_name"),
      optional("@fktable_owner"),
      optional("@fktable_qualifier"),
    ],
    `SELECT DB_NAME() AS PKTABLE_QUALIFIER, OBJECT_SCHEMA_NAME(f.referenced_object_id) AS PKTABLE_OWNER, OBJECT_NAME(f.referenced_object_id) AS PKTABLE_NAME,
  COL_NAME(c.referenced_object_id, c.referenced_column_id) AS PKCOLUMN_NAME, DB_NAME() AS FKTABLE_QUALIFIER, OBJECT_SCHEMA_NAME(f.parent_object_id) AS FKTABLE_OWNER,
  OBJECT_NAME(f.parent_object_id) AS FKTABLE_NAME, COL_NAME(c.parent_object_id, c.parent_column_id) AS FKCOLUMN_NAME, CONVERT(smallint, c.constraint_column_id) AS KEY_SEQ,
  CONVERT(smallint, CASE f.update_referential_action WHEN 0 THEN 1 WHEN 1 THEN 0 ELSE f.update_referential_action END) AS UPDATE_RULE,
  CONVERT(smallint, CASE f.delete_referential_action WHEN 0 THEN 1 WHEN 1 THEN 0 ELSE f.delete_referential_action END) AS DELETE_RULE,
  f.name AS FK_NAME, k.name AS PK_NAME, CONVERT(smallint, 7) AS DEFERRABILITY
FROM sys.foreign_keys AS f JOIN sys.foreign_key_columns AS c ON c.constraint_object_id = f.object_id
LEFT JOIN sys.key_constraints AS k ON k.parent_object_id = f.referenced_object_id AND k.unique_index_id = f.key_index_id
WHERE (@pktable_name IS NULL OR OBJECT_NAME(f.referenced_object_id) = @pktable_name) AND (@pktable_owner IS NULL OR OBJECT_SCHEMA_NAME(f.referenced_object_id) = @pktable_owner)
  AND (@fktable_name IS NULL OR OBJECT_NAME(f.parent_object_id) = @fktable_name) AND (@fktable_owner IS NULL OR OBJECT_SCHEMA_NAME(f.parent_object_id) = @fktable_owner)
ORDER BY FKTABLE_OWNER, FKTABLE_NAME, FK_NAME, KEY_SEQ;`,
  );
  report(
    "sp_statistics",
    [
      required("@table_name"),
      optional("@table_owner"),
      optional("@table_qualifier"),
      optional("@index_name", { kind: "nvarchar", length: 128 }, "%"),
      optional("@is_unique", { kind: "char", length: 1 }, "N"),
      optional("@accuracy", { kind: "char", length: 1 }, "Q"),
    ],
    `SELECT DB_NAME() AS TABLE_QUALIFIER, SCHEMA_NAME(t.schema_id) AS TABLE_OWNER, t.name AS TABLE_NAME, CONVERT(smallint, 1 - i.is_unique) AS NON_UNIQUE,
  CASE WHEN i.index_id = 0 THEN NULL ELSE t.name END AS INDEX_QUALIFIER, i.name AS INDEX_NAME, CONVERT(smallint, CASE i.index_id WHEN 0 THEN 0 WHEN 1 THEN 1 ELSE 3 END) AS TYPE,
  CONVERT(smallint, c.key_ordinal) AS SEQ_IN_INDEX, COL_NAME(c.object_id, c.column_id) AS COLUMN_NAME, CONVERT(varchar(1), CASE WHEN c.is_descending_key = 1 THEN 'D' WHEN c.key_ordinal > 0 THEN 'A' END) AS COLLATION,
  CONVERT(int, NULL) AS CARDINALITY, CONVERT(int, NULL) AS PAGES, CONVERT(varchar(128), i.filter_definition) AS FILTER_CONDITION
FROM sys.tables AS t JOIN sys.indexes AS i ON i.object_id = t.object_id
LEFT JOIN sys.index_columns AS c ON c.object_id = i.object_id AND c.index_id = i.index_id AND c.is_included_column = 0
WHERE t.name = @table_name AND (@table_owner IS NULL OR SCHEMA_NAME(t.schema_id) = @table_owner) AND (i.name LIKE @index_name OR i.index_id = 0) AND (@is_unique <> 'Y' OR i.is_unique = 1)
ORDER BY NON_UNIQUE, TYPE, INDEX_NAME, SEQ_IN_INDEX;`,
  );
}

function registerRoutines(): void {
  report(
    "sp_stored_procedures",
    [
      optional("@sp_name", PATTERN),
      optional("@sp_owner", PATTERN),
      optional("@sp_qualifier"),
      optional("@fUsePattern", { kind: "bit" }, 1),
    ],
    `SELECT DB_NAME() AS PROCEDURE_QUALIFIER, SCHEMA_NAME(o.schema_id) AS PROCEDURE_OWNER, CONVERT(nvarchar(134), o.name + CASE WHEN o.type = 'P' THEN ';1' ELSE ';0' END) AS PROCEDURE_NAME,
  -1 AS NUM_INPUT_PARAMS, -1 AS NUM_OUTPUT_PARAMS, -1 AS NUM_RESULT_SETS, CONVERT(varchar(254), NULL) AS REMARKS, CONVERT(smallint, CASE WHEN o.type = 'P' THEN 2 ELSE 2 END) AS PROCEDURE_TYPE
FROM sys.objects AS o WHERE o.type IN ('P', 'FN', 'IF', 'TF') AND (@sp_name IS NULL OR o.name LIKE @sp_name) AND (@sp_owner IS NULL OR SCHEMA_NAME(o.schema_id) LIKE @sp_owner)
ORDER BY PROCEDURE_OWNER, PROCEDURE_NAME;`,
  );
  report(
    "sp_sproc_columns",
    [
      optional("@procedure_name", PATTERN, "%"),
      optional("@procedure_owner", PATTERN),
      optional("@procedure_qualifier"),
      optional("@column_name", PATTERN),
      optional("@ODBCVer", INT, 2),
      optional("@fUsePattern", { kind: "bit" }, 1),
    ],
    `SELECT DB_NAME() AS PROCEDURE_QUALIFIER, SCHEMA_NAME(o.schema_id) AS PROCEDURE_OWNER, CONVERT(nvarchar(134), o.name + CASE WHEN o.type = 'P' THEN ';1' ELSE ';0' END) AS PROCEDURE_NAME,
  CASE WHEN c.parameter_id = 0 THEN '@RETURN_VALUE' ELSE c.name END AS COLUMN_NAME, CONVERT(smallint, CASE WHEN c.parameter_id = 0 THEN 5 WHEN c.is_output = 1 THEN 2 ELSE 1 END) AS COLUMN_TYPE,
  CONVERT(smallint, ${ODBC_TYPE}) AS DATA_TYPE, TYPE_NAME(c.user_type_id) AS TYPE_NAME, CONVERT(int, ${PRECISION}) AS [PRECISION],
  CONVERT(int, CASE WHEN c.max_length < 0 THEN 0 ELSE c.max_length END) AS LENGTH, ${SCALE} AS SCALE, ${RADIX} AS RADIX, CONVERT(smallint, 1) AS NULLABLE,
  CONVERT(varchar(254), NULL) AS REMARKS, CONVERT(nvarchar(4000), NULL) AS COLUMN_DEF, CONVERT(smallint, ${ODBC_TYPE}) AS SQL_DATA_TYPE, CONVERT(smallint, NULL) AS SQL_DATETIME_SUB,
  CONVERT(int, NULL) AS CHAR_OCTET_LENGTH, CONVERT(int, c.parameter_id) AS ORDINAL_POSITION, CONVERT(varchar(254), 'YES') AS IS_NULLABLE, CONVERT(tinyint, 0) AS SS_DATA_TYPE
FROM sys.objects AS o JOIN sys.parameters AS c ON c.object_id = o.object_id
WHERE o.name LIKE @procedure_name AND (@procedure_owner IS NULL OR SCHEMA_NAME(o.schema_id) LIKE @procedure_owner) AND (@column_name IS NULL OR c.name LIKE @column_name)
ORDER BY PROCEDURE_OWNER, PROCEDURE_NAME, ORDINAL_POSITION;`,
  );
}

export function registerDriverReports(): void {
  registerTables();
  registerKeys();
  registerRoutines();
  report(
    "sp_datatype_info",
    [optional("@data_type", INT, 0), optional("@ODBCVer", { kind: "tinyint" }, 2)],
    `SELECT c.name AS TYPE_NAME, CONVERT(smallint, ${ODBC_TYPE}) AS DATA_TYPE,
  CONVERT(int, CASE WHEN c.precision > 0 THEN c.precision WHEN c.name LIKE 'n%' AND c.max_length = 8000 THEN 4000 ELSE c.max_length END) AS [PRECISION],
  CASE WHEN ${QUOTED} THEN CASE WHEN c.name LIKE 'n%' THEN 'N''' ELSE '''' END WHEN c.name LIKE '%binary' OR c.name = 'image' THEN '0x' WHEN c.name LIKE '%money' THEN '$' END AS LITERAL_PREFIX,
  CASE WHEN ${QUOTED} THEN '''' END AS LITERAL_SUFFIX,
  CASE WHEN c.name LIKE '%char' OR c.name LIKE '%binary' THEN 'max length' WHEN c.name IN ('decimal', 'numeric') THEN 'precision,scale' WHEN c.name IN ('time', 'datetime2', 'datetimeoffset') THEN 'scale' END AS CREATE_PARAMS,
  CONVERT(smallint, c.is_nullable) AS NULLABLE, CONVERT(smallint, 0) AS CASE_SENSITIVE, CONVERT(smallint, CASE c.name WHEN 'image' THEN 0 WHEN 'text' THEN 1 WHEN 'ntext' THEN 1 ELSE 3 END) AS SEARCHABLE,
  CASE WHEN ${RADIX} IS NOT NULL THEN CONVERT(smallint, CASE WHEN c.name = 'tinyint' THEN 1 ELSE 0 END) END AS UNSIGNED_ATTRIBUTE,
  CONVERT(smallint, CASE WHEN c.name LIKE '%money' THEN 1 ELSE 0 END) AS MONEY, CASE WHEN ${RADIX} IS NOT NULL THEN CONVERT(smallint, 0) END AS AUTO_INCREMENT, c.name AS LOCAL_TYPE_NAME,
  CONVERT(smallint, CASE WHEN c.name IN ('decimal', 'numeric', 'time', 'datetime2', 'datetimeoffset') THEN 0 ELSE ${SCALE} END) AS MINIMUM_SCALE, ${SCALE} AS MAXIMUM_SCALE,
  CONVERT(smallint, ${ODBC_TYPE}) AS SQL_DATA_TYPE, CONVERT(smallint, NULL) AS SQL_DATETIME_SUB, CONVERT(int, ${RADIX}) AS NUM_PREC_RADIX, CONVERT(smallint, NULL) AS INTERVAL_PRECISION,
  CONVERT(smallint, c.user_type_id) AS USERTYPE
FROM sys.types AS c WHERE c.is_user_defined = 0 AND (@data_type = 0 OR ${ODBC_TYPE} = @data_type) ORDER BY DATA_TYPE, TYPE_NAME;`,
  );
}
