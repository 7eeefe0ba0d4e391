/** sp_help, sp_helptext and what else describes tables, views and procedures. */
import { SqlError } from "../../engine/errors";
import { change, LONG_NAME, NAME, optional, report, required, sendRows } from "../define";
import { existingObject } from "../existingObject";

const OBJECT_TYPE = `CASE o.type WHEN 'U' THEN 'user table' WHEN 'V' THEN 'view' WHEN 'P' THEN 'stored procedure'
  WHEN 'FN' THEN 'scalar function' WHEN 'IF' THEN 'inline function' WHEN 'TF' THEN 'table function' WHEN 'TR' THEN 'trigger'
  WHEN 'PK' THEN 'primary key cns' WHEN 'UQ' THEN 'unique cns' WHEN 'F' THEN 'foreign key cns' WHEN 'C' THEN 'check cns'
  WHEN 'D' THEN 'default (maybe cns)' WHEN 'SN' THEN 'synonym' WHEN 'SO' THEN 'sequence object' ELSE LOWER(o.type_desc) END`;

const OWNER =
  "USER_NAME(ISNULL(o.principal_id, (SELECT s.principal_id FROM sys.schemas AS s WHERE s.schema_id = o.schema_id)))";

const INDEXES = `
SELECT i.name AS index_name,
  LOWER(i.type_desc) + CASE WHEN i.is_unique = 1 THEN ', unique' ELSE '' END
    + CASE WHEN i.is_primary_key = 1 THEN ', primary key' WHEN i.is_unique_constraint = 1 THEN ', unique key' ELSE '' END
    + ' located on PRIMARY' AS index_description,
  STUFF((SELECT ', ' + COL_NAME(k.object_id, k.column_id) + CASE WHEN k.is_descending_key = 1 THEN '(-)' ELSE '' END
    FROM sys.index_columns AS k WHERE k.object_id = i.object_id AND k.index_id = i.index_id AND k.is_included_column = 0
    ORDER BY k.key_ordinal FOR XML PATH('')), 1, 2, '') AS index_keys
FROM sys.indexes AS i WHERE i.object_id = @id AND i.index_id > 0 ORDER BY i.name;`;

const CONSTRAINTS = `
SELECT CASE o.type WHEN 'PK' THEN 'PRIMARY KEY' WHEN 'UQ' THEN 'UNIQUE' WHEN 'F' THEN 'FOREIGN KEY' WHEN 'C' THEN 'CHECK' ELSE 'DEFAULT on column ' + COL_NAME(o.parent_object_id, d.parent_column_id) END
    AS constraint_type,
  o.name AS constraint_name,
  CASE WHEN f.object_id IS NULL THEN '(n/a)' ELSE REPLACE(f.delete_referential_action_desc, '_', ' ') END AS delete_action,
  CASE WHEN f.object_id IS NULL THEN '(n/a)' ELSE REPLACE(f.update_referential_action_desc, '_', ' ') END AS update_action,
  CASE WHEN COALESCE(f.is_disabled, c.is_disabled) IS NULL THEN '(n/a)' WHEN COALESCE(f.is_disabled, c.is_disabled) = 1 THEN 'Disabled' ELSE 'Enabled' END AS status_enabled,
  CASE WHEN COALESCE(f.is_disabled, c.is_disabled) IS NULL THEN '(n/a)' ELSE 'Is_For_Replication' END AS status_for_replication,
  COALESCE(d.definition, c.definition,
    STUFF((SELECT ', ' + COL_NAME(k.object_id, k.column_id) FROM sys.index_columns AS k
      JOIN sys.key_constraints AS q ON q.parent_object_id = k.object_id AND q.unique_index_id = k.index_id
      WHERE q.object_id = o.object_id ORDER BY k.key_ordinal FOR XML PATH('')), 1, 2, ''),
    STUFF((SELECT ', ' + COL_NAME(r.parent_object_id, r.parent_column_id) FROM sys.foreign_key_columns AS r
      WHERE r.constraint_object_id = o.object_id ORDER BY r.constraint_column_id FOR XML PATH('')), 1, 2, '')) AS constraint_keys
FROM sys.objects AS o
LEFT JOIN sys.foreign_keys AS f ON f.object_id = o.object_id
LEFT JOIN sys.check_constraints AS c ON c.object_id = o.object_id
LEFT JOIN sys.default_constraints AS d ON d.object_id = o.object_id
WHERE o.parent_object_id = @id AND o.type IN ('PK', 'UQ', 'F', 'C', 'D') ORDER BY constraint_type, constraint_name;`;

const TYPE_NAME = "TYPE_NAME(c.user_type_id)";

const HELP = `
IF @objname IS NULL
BEGIN
  SELECT o.name AS [Name], ${OWNER} AS [Owner], ${OBJECT_TYPE} AS [Object_type] FROM sys.objects AS o ORDER BY o.type DESC, o.name;
  SELECT t.name AS [User_type], TYPE_NAME(t.system_type_id) AS [Storage_type], t.max_length AS [Length], t.precision AS [Prec],
    t.scale AS [Scale], CASE WHEN t.is_nullable = 1 THEN 'yes' ELSE 'no' END AS [Nullable], 'none' AS [Default_name], 'none' AS [Rule_name],
    t.collation_name AS [Collation] FROM sys.types AS t WHERE t.is_user_defined = 1 ORDER BY t.name;
  RETURN;
END;
DECLARE @id int = OBJECT_ID(@objname);
SELECT o.name AS [Name], ${OWNER} AS [Owner], ${OBJECT_TYPE} AS [Type], o.create_date AS [Created_datetime] FROM sys.objects AS o WHERE o.object_id = @id;
IF EXISTS (SELECT * FROM sys.columns WHERE object_id = @id)
BEGIN
  SELECT c.name AS [Column_name], ${TYPE_NAME} AS [Type], CASE WHEN c.is_computed = 1 THEN 'yes' ELSE 'no' END AS [Computed],
    CONVERT(int, c.max_length) AS [Length],
    CASE WHEN c.precision > 0 AND TYPE_NAME(c.system_type_id) NOT LIKE '%date%' THEN CONVERT(char(5), c.precision) ELSE '     ' END AS [Prec],
    CASE WHEN c.precision > 0 AND TYPE_NAME(c.system_type_id) NOT LIKE '%date%' THEN CONVERT(char(5), c.scale) ELSE '     ' END AS [Scale],
    CASE WHEN c.is_nullable = 1 THEN 'yes' ELSE 'no' END AS [Nullable],
    CASE WHEN c.is_ansi_padded = 0 THEN '(n/a)' WHEN TYPE_NAME(c.system_type_id) IN ('varchar', 'varbinary', 'char', 'binary') THEN 'no' ELSE '(n/a)' END AS [TrimTrailingBlanks],
    CASE WHEN TYPE_NAME(c.system_type_id) IN ('varchar', 'varbinary', 'char', 'binary') THEN CASE WHEN c.is_nullable = 1 THEN 'yes' ELSE 'no' END ELSE '(n/a)' END AS [FixedLenNullInSource],
    c.collation_name AS [Collation]
  FROM sys.columns AS c WHERE c.object_id = @id ORDER BY c.column_id;
  IF OBJECTPROPERTY(@id, 'IsTable') = 1
  BEGIN
    SELECT ISNULL(MAX(i.name), 'No identity column defined.') AS [Identity], MAX(CONVERT(numeric(38, 0), i.seed_value)) AS [Seed],
      MAX(CONVERT(numeric(38, 0), i.increment_value)) AS [Increment], CASE WHEN COUNT(*) = 0 THEN NULL ELSE 0 END AS [Not For Replication]
    FROM sys.identity_columns AS i WHERE i.object_id = @id;
    SELECT ISNULL(MAX(c.name), 'No rowguidcol column defined.') AS [RowGuidCol] FROM sys.columns AS c WHERE c.object_id = @id AND c.is_rowguidcol = 1;
    SELECT 'PRIMARY' AS [Data_located_on_filegroup];
    IF EXISTS (SELECT * FROM sys.indexes WHERE object_id = @id AND index_id > 0)
    BEGIN${INDEXES}
    END
    ELSE PRINT 'The object ''' + @objname + ''' does not have any indexes, or you do not have permissions.';
    IF EXISTS (SELECT * FROM sys.objects WHERE parent_object_id = @id AND type IN ('PK', 'UQ', 'F', 'C', 'D'))
    BEGIN${CONSTRAINTS}
    END
    ELSE PRINT 'No constraints are defined on object ''' + @objname + ''', or you do not have permissions.';
  END;
END;
IF EXISTS (SELECT * FROM sys.parameters WHERE object_id = @id AND parameter_id > 0)
  SELECT c.name AS [Parameter_name], ${TYPE_NAME} AS [Type], c.max_length AS [Length], c.precision AS [Prec], c.scale AS [Scale],
    CONVERT(int, c.parameter_id) AS [Param_order], CONVERT(sysname, NULL) AS [Collation]
  FROM sys.parameters AS c WHERE c.object_id = @id AND c.parameter_id > 0 ORDER BY c.parameter_id;`;

/** Cut into the lines that sp_helptext gives: at line ends, and after 255 characters. */
const LINE = 255;

function* linesOf(text: string): Iterable<string> {
  for (const [line] of text.matchAll(/[^\n]*\n|[^\n]+$/g)) {
    for (let start = 0; start < line.length; start += LINE) yield line.slice(start, start + LINE);
  }
}

export function registerObjectReports(): void {
  const exists = (args: Parameters<Parameters<typeof change>[2]>[0]) => {
    const text = args.text("@objname");
    if (text !== undefined) existingObject(text, args.activation);
  };
  report("sp_help", [optional("@objname", LONG_NAME)], HELP, exists);
  report("sp_helpindex", [required("@objname", LONG_NAME)], `DECLARE @id int = OBJECT_ID(@objname);${INDEXES}`, exists);
  report(
    "sp_helpconstraint",
    [required("@objname", LONG_NAME), optional("@nomsg", NAME, "msg")],
    `DECLARE @id int = OBJECT_ID(@objname);\nSELECT @objname AS [Object Name];${CONSTRAINTS}`,
    exists,
  );
  report(
    "sp_helptrigger",
    [required("@tabname", LONG_NAME), optional("@triggertype", NAME)],
    `SELECT t.name AS trigger_name, USER_NAME(1) AS trigger_owner, OBJECTPROPERTY(t.object_id, 'ExecIsUpdateTrigger') AS isupdate,
  OBJECTPROPERTY(t.object_id, 'ExecIsDeleteTrigger') AS isdelete, OBJECTPROPERTY(t.object_id, 'ExecIsInsertTrigger') AS isinsert,
  OBJECTPROPERTY(t.object_id, 'ExecIsAfterTrigger') AS isafter, CONVERT(int, t.is_instead_of_trigger) AS isinsteadof,
  OBJECT_SCHEMA_NAME(t.parent_id) AS trigger_schema
FROM sys.triggers AS t WHERE t.parent_id = OBJECT_ID(@tabname);`,
  );
  report(
    "sp_spaceused",
    [optional("@objname", LONG_NAME), optional("@updateusage", { kind: "varchar", length: 5 }, "false")],
    `IF @objname IS NULL
BEGIN
  SELECT DB_NAME() AS database_name, LTRIM(STR(SUM(size) * 8 / 1024.0, 15, 2)) + ' MB' AS database_size, '0.00 MB' AS [unallocated space] FROM sys.database_files;
  SELECT LTRIM(STR(SUM(size) * 8, 15, 0)) + ' KB' AS reserved, LTRIM(STR(SUM(size) * 8, 15, 0)) + ' KB' AS data, '0 KB' AS index_size, '0 KB' AS unused
  FROM sys.database_files WHERE type = 0;
END
ELSE
  SELECT OBJECT_NAME(OBJECT_ID(@objname)) AS name, CONVERT(char(20), MAX(p.row_count)) AS [rows], LTRIM(STR(SUM(p.reserved_page_count) * 8, 15, 0)) + ' KB' AS reserved,
    LTRIM(STR(SUM(CASE WHEN p.index_id < 2 THEN p.used_page_count ELSE 0 END) * 8, 15, 0)) + ' KB' AS data,
    LTRIM(STR(SUM(CASE WHEN p.index_id > 1 THEN p.used_page_count ELSE 0 END) * 8, 15, 0)) + ' KB' AS index_size, '0 KB' AS unused
  FROM sys.dm_db_partition_stats AS p WHERE p.object_id = OBJECT_ID(@objname);`,
    exists,
  );
  change("sp_helptext", [required("@objname", LONG_NAME), optional("@columnname")], (args) => {
    const text = args.text("@objname") ?? "";
    const record = existingObject(text, args.activation);
    const definition =
      record.module?.text ?? (record.constraint && "text" in record.constraint ? record.constraint.text : undefined);
    if (definition === undefined) throw new SqlError(15197, `There is no text for object '${text}'.`);
    if (record.module?.encrypted) {
      args.activation.inform({
        number: 15471,
        message: `The text for object '${text}' is encrypted.`,
        state: 1,
        class: 0,
        procedure: "sp_helptext",
        line: 1,
      });
      return 0;
    }
    sendRows(
      args.activation,
      [["Text", { kind: "nvarchar", length: LINE }]],
      [...linesOf(definition)].map((line) => [line]),
    );
    return 0;
  });
}
