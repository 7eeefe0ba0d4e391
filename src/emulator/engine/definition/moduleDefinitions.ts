/** CREATE, ALTER and CREATE OR ALTER of procedures, functions, views and triggers. */
import type { Database } from "../../storage/database";
import type { ColumnRecord, ModuleRecord, ObjectRecord, ObjectType, ParameterRecord } from "../../storage/records";
import type { CreateModule, ModuleParameter, ObjectName } from "../../tsql/ast";
import { NotEmulatedError, SqlError } from "../errors";
import { compileExpression } from "../expressions/compile";
import { compileSelect } from "../query";
import type { Activation } from "../session/activation";
import { environmentOf, SessionEnvironment } from "../session/environment";
import { findObject, findType } from "../session/names";
import { checkVariables } from "../session/variableCheck";
import { resolveTypeName } from "../types";
import type { SqlType } from "../values";
import { columnRecords } from "./columns";
import { checkFunctionBody } from "./functionBody";
import { newObject, requireFreeName, targetSchema } from "./objects";
import { checkSchemaBinding } from "./schemaBinding";

const TYPE: Record<CreateModule["module"]["kind"], ObjectType> = {
  procedure: "P",
  scalarFunction: "FN",
  inlineFunction: "IF",
  tableFunction: "TF",
  view: "V",
  trigger: "TR",
};

const PERMISSION: Record<CreateModule["module"]["kind"], string | undefined> = {
  procedure: "CREATE PROCEDURE",
  scalarFunction: "CREATE FUNCTION",
  inlineFunction: "CREATE FUNCTION",
  tableFunction: "CREATE FUNCTION",
  view: "CREATE VIEW",
  trigger: undefined,
};

export function createModule(statement: CreateModule, activation: Activation): void {
  const { session } = activation;
  const { name, module } = statement;
  if (name.database && module.kind !== "procedure") {
    throw new SqlError(
      166,
      `'CREATE/ALTER ${word(module.kind)}' does not allow specifying the database name as a prefix to the object name.`,
      1,
      15,
    );
  }
  const database = session.database;
  if (statement.options.some((o) => o === "NATIVE_COMPILATION"))
    throw new NotEmulatedError("natively compiled modules");
  const existing = findObject(session, database, name);
  if (statement.mode === "alter" && !existing) {
    throw new SqlError(208, `Invalid object name '${[name.schema, name.name].filter(Boolean).join(".")}'.`, 6);
  }
  if (existing && statement.mode === "create") {
    throw new SqlError(
      2714,
      `There is already an object named '${existing.name}' in the database.`,
      module.kind === "trigger" ? 2 : 3,
    );
  }
  if (existing && existing.type !== TYPE[module.kind]) {
    throw new SqlError(2010, `Cannot perform alter on '${name.name}' because it is an incompatible object type.`);
  }
  if (statement.options.includes("SCHEMABINDING")) checkSchemaBinding(statement, database);
  const owner = module.kind === "trigger" ? triggerTarget(statement, module, activation) : undefined;
  let schemaId: number;
  if (existing) {
    session.security.requireObjectPermission(activation, database, existing, "ALTER");
    schemaId = existing.schemaId;
  } else {
    schemaId = owner ? owner.schemaId : targetSchema(activation, database, name);
    const permission = PERMISSION[module.kind];
    if (permission) session.security.requireDatabasePermission(activation, database, permission);
    if (owner) session.security.requireObjectPermission(activation, database, owner, "ALTER");
    requireFreeName(database, schemaId, name.name, activation);
  }
  const id = existing?.id ?? database.allocateObjectId();
  const record = moduleRecord(statement, database, activation);
  const object: ObjectRecord = {
    ...newObject(activation, {
      id,
      name: existing?.name ?? name.name,
      schemaId,
      type: TYPE[module.kind],
      parentId: owner?.id ?? 0,
      module: record,
    }),
    ...(existing
      ? { createDate: existing.createDate, ...(existing.ownerId === undefined ? {} : { ownerId: existing.ownerId }) }
      : {}),
  };
  session.requireTransaction().putRecord(database, "object", id, object);
  if (module.kind === "view" || module.kind === "inlineFunction") {
    session.requireTransaction().putRecord(database, "object", id, {
      ...object,
      module: { ...record, columns: resultColumns(statement, record, database, activation) },
    });
  }
}

function word(kind: CreateModule["module"]["kind"]): string {
  return kind === "view" ? "VIEW" : kind === "trigger" ? "TRIGGER" : kind === "procedure" ? "PROCEDURE" : "FUNCTION";
}

function triggerTarget(
  statement: CreateModule,
  module: Extract<CreateModule["module"], { kind: "trigger" }>,
  activation: Activation,
): ObjectRecord {
  const { session } = activation;
  const { on } = module;
  if (on === "DATABASE" || on === "ALL SERVER") throw new NotEmulatedError("DDL triggers");
  const target = findObject(session, session.database, on);
  const kinds = module.timing === "after" ? ["U"] : ["U", "V"];
  if (!target || !kinds.includes(target.type))
    throw new SqlError(8197, `The object '${nameOf(on)}' does not exist or is invalid for this operation.`, 4);
  if (module.timing === "insteadOf") {
    const other = session.database.metadata
      .children(target.id)
      .find(
        (c) =>
          c.module?.trigger?.timing === "insteadOf" &&
          c.name.toLowerCase() !== statement.name.name.toLowerCase() &&
          module.events.some((e) => c.module?.trigger?.events.includes(e)),
      );
    if (other)
      throw new SqlError(
        2111,
        `Cannot create trigger '${statement.name.name}' on ${target.type === "V" ? "view" : "table"} '${nameOf(on)}' because an INSTEAD OF ${module.events[0]} trigger already exists on this object.`,
      );
  }
  return target;
}

function nameOf(name: ObjectName): string {
  return [name.schema, name.name].filter(Boolean).join(".");
}

function moduleRecord(statement: CreateModule, database: Database, activation: Activation): ModuleRecord {
  const { settings } = activation.session;
  const { module } = statement;
  const parameters: ParameterRecord[] = [];
  if (module.kind === "scalarFunction")
    parameters.push(resultParameter(resolveTypeName(module.returns, environmentOf(activation), "declaration")));
  if ("parameters" in module) {
    parameters.push(
      ...module.parameters.map((p, i) => parameterRecord(p, i + 1, module.kind === "procedure", database, activation)),
    );
  }
  if ("body" in module) {
    const known = parameters.map((p) => p.name.toLowerCase()).filter((n) => n !== "");
    if (module.kind === "tableFunction") known.push(module.variable.toLowerCase());
    checkVariables(module.body, known);
    if (module.kind === "scalarFunction" || module.kind === "tableFunction")
      checkFunctionBody(module.body, statement.name.name);
  }
  let columns: ColumnRecord[] | undefined;
  if (module.kind === "tableFunction")
    columns = columnRecords(module.table.columns, database, activation, 1, [], module.variable);
  return {
    text: statement.text,
    usesAnsiNulls: settings.ansiNulls,
    usesQuotedIdentifier: settings.quotedIdentifier,
    schemaBound: statement.options.includes("SCHEMABINDING"),
    encrypted: statement.options.includes("ENCRYPTION"),
    ...executeAsOf(statement, database, activation),
    parameters,
    ...(columns ? { columns } : {}),
    ...(module.kind === "trigger"
      ? {
          trigger: {
            timing: module.timing,
            events: module.events.map((e) => e.toUpperCase()),
            disabled: false,
            scope: "object" as const,
          },
        }
      : {}),
  };
}

function executeAsOf(
  statement: CreateModule,
  database: Database,
  activation: Activation,
): Pick<ModuleRecord, "executeAs"> {
  const { executeAs } = statement;
  if (executeAs === undefined || executeAs === "caller") return {};
  if (executeAs === "owner") return { executeAs: "owner" };
  if (executeAs === "self") return { executeAs: activation.session.user.id };
  const principal = database.metadata.findOne("principal", executeAs.user);
  if (!principal)
    throw new SqlError(
      15151,
      `Cannot find the user '${executeAs.user}', because it does not exist or you do not have permission.`,
    );
  return { executeAs: principal.id };
}

function resultParameter(type: SqlType): ParameterRecord {
  return { id: 0, name: "", type, output: true, readonly: false, hasDefault: false };
}

function parameterRecord(
  parameter: ModuleParameter,
  id: number,
  procedure: boolean,
  database: Database,
  activation: Activation,
): ParameterRecord {
  const userType = findType(database, parameter.type.schema ?? "dbo", parameter.type.name);
  const isTable = userType?.tableObjectId !== undefined;
  const type: SqlType = isTable
    ? { kind: "table", alias: userType.name }
    : resolveTypeName(parameter.type, environmentOf(activation), "declaration");
  if (isTable && !parameter.readonly) {
    throw new SqlError(
      352,
      `The table-valued parameter "${parameter.name}" must be declared with the READONLY option.`,
      1,
      15,
    );
  }
  if (!procedure && parameter.output)
    throw new SqlError(
      181,
      "Cannot use the OUTPUT option in a DECLARE, CREATE AGGREGATE or CREATE FUNCTION statement.",
      1,
      15,
    );
  if (parameter.default)
    compileExpression(parameter.default, {
      sources: [],
      parent: null,
      environment: new SessionEnvironment(activation, database, new Map()),
    });
  return {
    id,
    name: parameter.name,
    type,
    ...(userType ? { userTypeId: userType.id } : {}),
    output: parameter.output,
    readonly: parameter.readonly,
    hasDefault: parameter.default !== undefined || isTable,
  };
}

/** The columns of a view or inline function, found by compiling its query. */
function resultColumns(
  statement: CreateModule,
  record: ModuleRecord,
  database: Database,
  activation: Activation,
): ColumnRecord[] {
  const { module } = statement;
  if (module.kind !== "view" && module.kind !== "inlineFunction") return [];
  if (module.query.query.orderBy && !hasTop(module.query)) {
    throw new SqlError(
      1033,
      "The ORDER BY clause is invalid in views, inline functions, derived tables, subqueries, and common table expressions, unless TOP, OFFSET or FOR XML is also specified.",
      1,
      15,
    );
  }
  const parameters = new Map(record.parameters.filter((p) => p.id > 0).map((p) => [p.name.toLowerCase(), p.type]));
  const { columns } = compileSelect(module.query, new SessionEnvironment(activation, database, parameters));
  const names = module.kind === "view" ? module.columns : undefined;
  if (names && names.length !== columns.length) {
    throw new SqlError(
      names.length > columns.length ? 8158 : 8159,
      `'${statement.name.name}' has ${names.length > columns.length ? "more" : "fewer"} columns than were specified in the column list.`,
    );
  }
  const seen = new Set<string>();
  return columns.map((column, i): ColumnRecord => {
    const name = names?.[i] ?? column.name;
    if (name === "")
      throw new SqlError(
        4511,
        `Create View or Function failed because no column name was specified for column ${i + 1}.`,
      );
    if (seen.has(name.toLowerCase()))
      throw new SqlError(
        4506,
        `Column names in each view or function must be unique. Column name '${name}' in view or function '${statement.name.name}' is specified more than once.`,
      );
    seen.add(name.toLowerCase());
    return { id: i + 1, name, type: column.type, nullable: column.nullable };
  });
}

function hasTop(query: Extract<CreateModule["module"], { kind: "view" }>["query"]): boolean {
  const { body } = query.query;
  return (
    query.query.offset !== undefined ||
    query.query.forClause !== undefined ||
    (body.kind === "specification" && body.top !== undefined)
  );
}
