/** What names mean where a statement runs: the interpreter's side of compiling queries and expressions. */

import { systemTableFunction, systemView } from "../../catalog/registry";
import type { Database } from "../../storage/database";
import type { ObjectRecord } from "../../storage/records";
import type { ObjectName, TableSource } from "../../tsql/ast";
import { SqlError } from "../errors";
import type { ExecutionContext, ScalarFunction, Scope } from "../expressions/scope";
import { compileSubquery } from "../query";
import type {
  ObjectPermission,
  PermissionCheck,
  QueryEnvironment,
  RowsBinding,
  Securable,
  TableBinding,
  TableFunctionBinding,
} from "../query/queryEnvironment";
import { systemType } from "../types";
import type { SqlType, Value } from "../values";
import type { ResultColumn } from "../wire";
import type { Activation } from "./activation";
import { callScalarFunction, tableFunctionRows } from "./functions";
import { moduleOf } from "./modules";
import { findObject, findType, ownerOf, parseObjectName } from "./names";
import { nextSequenceValue } from "./sequences";

/** The scope of an expression outside any query: variables, no columns. */
export function scopeOf(activation: Activation): Scope {
  return { sources: [], parent: null, environment: environmentOf(activation) };
}

export function environmentOf(activation: Activation): SessionEnvironment {
  return new SessionEnvironment(activation, activation.session.database);
}

export class SessionEnvironment implements QueryEnvironment {
  readonly collation: string;
  readonly ansiNulls: boolean;
  readonly concatNullYieldsNull: boolean;
  readonly dateFormat: string;
  readonly language: string;

  constructor(
    private readonly activation: Activation,
    readonly database: Database,
    /** Parameters of an inline function, or none for code stored in a database; undefined: the activation's variables. */
    private readonly parameters?: Map<string, SqlType>,
    /** The view or function whose text is compiled: its owner, for ownership chaining. */
    private readonly chain?: { databaseId: number; ownerId: number },
  ) {
    const { settings } = activation.session;
    this.collation = database.options.collation;
    this.ansiNulls = settings.ansiNulls;
    this.concatNullYieldsNull = settings.concatNullYieldsNull;
    this.dateFormat = settings.dateFormat;
    this.language = settings.language;
  }

  compileSubquery = compileSubquery;

  variableType(name: string): SqlType | undefined {
    if (this.parameters) return this.parameters.get(name.toLowerCase());
    return this.activation.variables.get(name.toLowerCase())?.type;
  }

  forDatabase(database: Database): QueryEnvironment {
    return new SessionEnvironment(this.activation, database, new Map());
  }

  resolveType(schema: string | undefined, name: string): SqlType | undefined {
    if (schema === undefined || /^sys$/i.test(schema)) {
      const type = systemType(name);
      if (type) return type;
    }
    const record =
      findType(this.database, schema ?? this.activation.session.defaultSchema(this.database), name) ??
      findType(this.database, schema ?? "dbo", name);
    return record?.type && { ...record.type, alias: record.name };
  }

  resolveSequence(name: ObjectName): { type: SqlType; next(context: ExecutionContext): Value } {
    const database = this.databaseOf(name);
    const record = findObject(this.activation.session, database, name);
    if (!record?.sequence) throw new SqlError(208, `Invalid object name '${nameText(name)}'.`);
    return {
      type: record.sequence.type,
      next: (context) => nextSequenceValue(context as Activation, database, record),
    };
  }

  resolveScalarFunction(name: ObjectName): ScalarFunction | undefined {
    if (!name.schema) return undefined;
    const database = this.databaseOf(name);
    const record = findObject(this.activation.session, database, name);
    if (record?.type !== "FN" || !record.module) return undefined;
    const check = this.require("EXECUTE", this.securable(database, record));
    const [result, ...parameters] = [...record.module.parameters].sort((a, b) => a.id - b.id);
    if (!result) return undefined;
    return {
      returns: result.type,
      parameters: parameters.map((p) => ({ type: p.type, hasDefault: p.hasDefault })),
      call: (args, context) => {
        check?.(context as Activation);
        return callScalarFunction(record, database, args, context as Activation);
      },
    };
  }

  resolveTable(name: ObjectName): TableBinding | undefined {
    if (name.server) {
      const local = this.activation.session.server.serverName.toLowerCase() === name.server.toLowerCase();
      if (!local) return this.activation.remoteRows(name);
      return this.resolveTable({ ...name, server: undefined } as ObjectName);
    }
    if (name.name.startsWith("#")) return this.temporaryTable(name.name);
    const trigger = this.activation.trigger;
    if (trigger && !name.schema && !name.database) {
      const which = name.name.toLowerCase();
      if (which === "inserted" || which === "deleted") return triggerRows(which, this.activation);
    }
    const database = this.databaseOf(name);
    const view = systemView(name.schema, name.name, database.name);
    if (view) {
      return {
        kind: "rows",
        schema: view.schema,
        name: view.name,
        databaseName: database.name,
        columns: view.columns,
        rows: (context) => view.rows(context, database),
      };
    }
    const record = findObject(this.activation.session, database, name);
    return record && this.bindObject(record, database, name);
  }

  resolveTableVariable(name: string): TableBinding | undefined {
    const table = this.activation.tableVariables.get(name.toLowerCase());
    if (!table) return undefined;
    return {
      kind: "table",
      database: this.activation.session.tempdb,
      table,
      schema: "",
      name,
      variable: name.toLowerCase(),
    };
  }

  resolveTableFunction(name: ObjectName): TableFunctionBinding | undefined {
    const database = this.databaseOf(name);
    const shipped = systemTableFunction(name.schema, name.name);
    if (shipped) {
      return {
        kind: "rows",
        schema: shipped.schema,
        name: shipped.name,
        parameters: shipped.parameters,
        columns: shipped.columns,
        rows: (args, context) => shipped.rows(args, context, database),
      };
    }
    const record = findObject(this.activation.session, database, name);
    if (record?.synonymFor) return this.resolveTableFunction(this.synonymTarget(record, database, name));
    if (!record?.module) return undefined;
    const common = {
      schema: this.schemaName(record, database),
      name: record.name,
      securable: this.securable(database, record),
    };
    if (record.type === "IF") {
      const module = moduleOf(record, "inlineFunction");
      const parameters = record.module.parameters.filter((p) => p.id > 0);
      const types = new Map(parameters.map((p) => [p.name.toLowerCase(), p.type]));
      return {
        ...common,
        kind: "inline",
        parameters: parameters.map((p, i) => ({
          name: p.name,
          type: p.type,
          ...(module.parameters[i]?.default ? { default: module.parameters[i].default } : {}),
        })),
        query: module.query,
        environment: this.inside(record, database, types),
      };
    }
    if (record.type === "TF") {
      const module = moduleOf(record, "tableFunction");
      return {
        ...common,
        kind: "rows",
        parameters: record.module.parameters
          .filter((p) => p.id > 0)
          .map((p, i) => ({
            name: p.name,
            type: p.type,
            ...(module.parameters[i]?.default ? { default: module.parameters[i].default } : {}),
          })),
        columns: (record.module.columns ?? []).map((c) => ({ name: c.name, type: c.type, nullable: c.nullable })),
        rows: (args, context) => tableFunctionRows(record, database, args, context as Activation),
      };
    }
    return undefined;
  }

  resolveOpenQuery(source: Extract<TableSource, { kind: "openquery" }>): RowsBinding | undefined {
    return this.activation.remoteRows(source);
  }

  require(permission: ObjectPermission, securable: Securable): PermissionCheck | undefined {
    return this.activation.session.security.requireObject(this.activation, permission, securable, this.chain);
  }

  private databaseOf(name: ObjectName): Database {
    return name.database ? this.activation.session.openDatabase(name.database) : this.database;
  }

  private schemaName(record: ObjectRecord, database: Database): string {
    return database.metadata.get("schema", record.schemaId)?.name ?? "dbo";
  }

  private securable(database: Database, record: ObjectRecord): Securable {
    return {
      databaseId: database.id,
      objectId: record.id,
      schema: this.schemaName(record, database),
      name: record.name,
    };
  }

  /** Compiles in the database of a stored module, whose owner may use what belongs to the same owner. */
  private inside(record: ObjectRecord, database: Database, parameters: Map<string, SqlType>): SessionEnvironment {
    return new SessionEnvironment(this.activation, database, parameters, {
      databaseId: database.id,
      ownerId: ownerOf(database, record),
    });
  }

  private temporaryTable(name: string): TableBinding | undefined {
    const session = this.activation.session;
    const table = name.startsWith("##") ? session.globalTemporaryTable(name) : this.activation.findTemporaryTable(name);
    if (!table) return undefined;
    return { kind: "table", database: session.tempdb, table, schema: "dbo", name };
  }

  private synonymTarget(record: ObjectRecord, database: Database, name: ObjectName): ObjectName {
    const target = parseObjectName(record.synonymFor as string, name.span);
    return { ...target, database: target.database || database.name };
  }

  private bindObject(record: ObjectRecord, database: Database, name: ObjectName): TableBinding | undefined {
    if (record.synonymFor)
      return this.activation.remoteRows(name) ?? this.resolveTable(this.synonymTarget(record, database, name));
    const schema = this.schemaName(record, database);
    if (record.type === "V") {
      const module = moduleOf(record, "view");
      return {
        kind: "view",
        schema,
        name: record.name,
        databaseName: database.name,
        ...(module.columns ? { columns: module.columns } : {}),
        query: module.query,
        checkOption: module.checkOption,
        environment: this.inside(record, database, new Map()),
        securable: this.securable(database, record),
      };
    }
    if (record.table && (record.type === "U" || record.type === "S")) {
      return {
        kind: "table",
        database,
        table: database.table(record.id),
        schema,
        name: record.name,
        securable: this.securable(database, record),
      };
    }
    return undefined;
  }
}

export function nameText(name: ObjectName): string {
  return [name.server, name.database, name.schema, name.name].filter((part) => part !== undefined).join(".");
}

/** `inserted` and `deleted` inside a trigger. */
function triggerRows(which: "inserted" | "deleted", activation: Activation): RowsBinding {
  const columns: ResultColumn[] = activation.trigger?.columns ?? [];
  return {
    kind: "rows",
    name: which,
    columns,
    rows: (context) => (context as Activation).trigger?.[which] ?? [],
  };
}
